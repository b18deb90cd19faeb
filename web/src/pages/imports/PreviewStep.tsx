import { Alert, Button, Flex, Table, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewRow } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { ProblemNote } from "../../ui/ProblemNote";
import { type Choices, type Import, useAct, usePreview, useTargets } from "./imports";

const COLORS: Record<PreviewRow["fate"], string> = {
  created: "success",
  updated: "processing",
  skipped: "default",
  bad: "error",
};

/** The first rows as they would be stored; from here the import begins. */
export function PreviewStep({ of: made, choices, onBack }: { of: Import; choices: Choices; onBack: () => void }) {
  const { t } = useTranslation();
  const { data, error, isPending } = usePreview(made.id, choices);
  const { data: targets = [] } = useTargets();
  const act = useAct();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const named = new Map(targets.map(({ id, label }) => [id, label]));
  const used = choices.mapping.map((target, position) => ({ target, position })).filter(({ target }) => target);

  const run = async () => {
    setBusy(true);
    try {
      await act(made.id, "run", choices);
    } catch (refused) {
      setProblem(problemFrom(refused, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Flex vertical gap={16}>
      <ProblemNote problem={problem ?? (error ? problemFrom(error, 0) : null)} />
      <Typography.Text type="secondary">{t("imports.look_lead", { count: data?.rows.length ?? 0 })}</Typography.Text>
      <Table<PreviewRow>
        size="small"
        rowKey="number"
        loading={isPending && !error}
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={data?.rows ?? []}
        columns={[
          { title: t("imports.row"), dataIndex: "number", width: 64, align: "right" },
          {
            title: t("imports.fate"),
            dataIndex: "fate",
            render: (fate: PreviewRow["fate"], { errors }) => (
              <Flex vertical align="start">
                <Tag color={COLORS[fate]}>{t(`imports.fates.${fate}`)}</Tag>
                {errors.map((text) => (
                  <Typography.Text key={text} type="danger" style={{ fontSize: 12 }}>
                    {text}
                  </Typography.Text>
                ))}
              </Flex>
            ),
          },
          ...used.map(({ target, position }) => ({
            title: named.get(target) ?? made.heads[position],
            key: `${position}`,
            render: (_: unknown, { cells }: PreviewRow) => {
              const cell = cells[position];
              return (
                <Flex vertical style={{ maxWidth: 240 }}>
                  <Typography.Text ellipsis={{ tooltip: cell?.text }} type={cell?.error ? "danger" : undefined}>
                    {cell?.text}
                  </Typography.Text>
                  {cell?.error && (
                    <Typography.Text type="danger" style={{ fontSize: 12 }}>
                      {cell.error}
                    </Typography.Text>
                  )}
                </Flex>
              );
            },
          })),
        ]}
      />
      <Alert type="info" showIcon title={t("imports.bad_stay")} />
      <Flex justify="space-between">
        <Button onClick={onBack}>{t("imports.back")}</Button>
        <Button type="primary" loading={busy} disabled={!data} onClick={run}>
          {t("imports.run", { count: made.rows })}
        </Button>
      </Flex>
    </Flex>
  );
}
