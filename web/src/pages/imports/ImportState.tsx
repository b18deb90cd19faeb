import { Flex, Progress, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Import, isAtWork, percentOf } from "./imports";

const COLORS: Partial<Record<Import["state"], string>> = {
  ready: "processing",
  done: "success",
  failed: "error",
  cancelled: "warning",
};

/** Where an import stands: how far it is while it runs, and what became of it. */
export function ImportState({ of: row }: { of: Import }) {
  const { t } = useTranslation();
  if (row.state === "running")
    return <Progress percent={percentOf(row)} size="small" status="active" aria-label={t("imports.states.running")} />;
  return (
    <Flex vertical gap={2} align="start">
      <Tag color={isAtWork(row) ? "processing" : COLORS[row.state]}>{t(`imports.states.${row.state}`)}</Tag>
      {row.fault && (
        <Typography.Text type="secondary" style={{ fontSize: 12, maxWidth: 320, whiteSpace: "normal" }}>
          {row.fault}
        </Typography.Text>
      )}
      {row.undone && (
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          {t("imports.undone", { ...row.undone })}
        </Typography.Text>
      )}
    </Flex>
  );
}
