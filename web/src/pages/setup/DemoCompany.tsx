import { Alert, Button, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DemoCompany as Demo, type DemoSignIn, loadDemo } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import type { Role } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";

/** The demo company, made by one button; the passwords of its people are told once. */
export function DemoCompany({ onReady }: { onReady: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [demo, setDemo] = useState<Demo | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const load = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setDemo((await loadDemo({ throwOnError: true })).data);
      onReady();
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div style={{ marginBlockEnd: 24 }}>
      <Typography.Paragraph>{t("setup.demo_text")}</Typography.Paragraph>
      <ProblemNote problem={problem} />
      {demo ? (
        <>
          <Alert
            type="success"
            showIcon
            title={t("setup.demo_done", { did: demo.did })}
            description={t("setup.made")}
            style={{ marginBlockEnd: 8 }}
          />
          <Table<DemoSignIn>
            size="small"
            rowKey="login"
            pagination={false}
            dataSource={demo.sign_ins}
            columns={[
              { title: t("people.name"), dataIndex: "name" },
              { title: t("people.role"), dataIndex: "role", render: (role: Role) => t(`role.${role}`) },
              { title: t("people.extension"), dataIndex: "extension", className: "number" },
              { title: t("people.login"), dataIndex: "login" },
              { title: t("people.password"), dataIndex: "password", render: (text: string) => <code>{text}</code> },
            ]}
          />
        </>
      ) : (
        <Button type="primary" loading={busy} onClick={() => void load()}>
          {t("setup.demo_go")}
        </Button>
      )}
    </div>
  );
}
