import { Alert, Button, Flex, Form, Segmented, Table, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createTrunk } from "../../api";
import { request } from "../../lib/http";
import { type Problem, problemFrom } from "../../lib/problem";
import type { Role } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";
import { blankTrunk, type TrunkBody, trunkBody } from "../trunks/form";
import { TrunkFields } from "../trunks/TrunkFields";
import { useStep } from "./useStep";

interface Demo {
  sign_ins: { login: string; password: string; role: Role }[];
  did: string;
}

/** A line of one's own, or the demo company; then the desk. */
export function TrunkStep({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<"demo" | "own">("demo");
  const [ready, setReady] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const finish = async () => {
    setBusy(true);
    try {
      await onDone();
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Segmented
        value={way}
        onChange={setWay}
        options={[
          { value: "demo", label: t("setup.demo_title") },
          { value: "own", label: t("setup.trunk_title") },
        ]}
        style={{ marginBlockEnd: 16 }}
      />
      {way === "demo" ? <DemoCompany onReady={() => setReady(true)} /> : <OwnTrunk onReady={() => setReady(true)} />}
      <ProblemNote problem={problem} />
      <Flex justify="end">
        <Button type={ready ? "primary" : "default"} loading={busy} onClick={() => void finish()}>
          {t(ready ? "setup.finish" : "setup.finish_bare")}
        </Button>
      </Flex>
    </>
  );
}

function DemoCompany({ onReady }: { onReady: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [demo, setDemo] = useState<Demo | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const load = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setDemo(await request<Demo>("POST", "/demo/load"));
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
          <Table
            size="small"
            rowKey="login"
            pagination={false}
            dataSource={demo.sign_ins}
            columns={[
              { title: t("people.role"), dataIndex: "role", render: (role: Role) => t(`role.${role}`) },
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

function OwnTrunk({ onReady }: { onReady: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<{ name: string } | null>(null);
  const { form, busy, problem, submit } = useStep<TrunkBody>(async (values) => {
    const body = trunkBody({ ...blankTrunk(), ...values });
    setMade((await createTrunk({ body, throwOnError: true })).data);
  }, onReady);
  if (made)
    return (
      <Alert
        type="success"
        showIcon
        title={t("setup.trunk_done", { name: made.name })}
        style={{ marginBlockEnd: 24 }}
      />
    );
  return (
    <Form form={form} layout="vertical" initialValues={blankTrunk()} onFinish={submit} style={{ marginBlockEnd: 24 }}>
      <ProblemNote problem={problem} />
      <TrunkFields hasSecret={false} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("setup.trunk_go")}
      </Button>
    </Form>
  );
}
