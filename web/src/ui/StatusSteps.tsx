import { Button, Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { StatusNow } from "../api";

interface Props {
  status: StatusNow;
  /** The words of all statuses. */
  labels: { id: string; label: string }[];
  onStep: (to: string) => void;
  busy: boolean;
}

/** Where something stands, and a button for each status that may follow. */
export function StatusSteps({ status, labels, onStep, busy }: Props) {
  const { t } = useTranslation();
  return (
    <Flex gap={8} wrap align="center" style={{ marginBlockEnd: 16 }}>
      <Tag color={status.color}>{status.label}</Tag>
      {status.next.map((to) => (
        <Button key={to} size="small" loading={busy} onClick={() => onStep(to)}>
          {t("service.step_to", { status: labels.find(({ id }) => id === to)?.label ?? to })}
        </Button>
      ))}
    </Flex>
  );
}
