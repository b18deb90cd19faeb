import { Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Message } from "./messages";

const COLOURS: Record<Message["state"], string> = {
  queued: "default",
  sending: "processing",
  sent: "processing",
  delivered: "success",
  failed: "error",
  rejected: "error",
  expired: "warning",
  cancelled: "default",
  received: "blue",
};

/** How far it is; of one that went wrong why, and what the gateway said. */
export function MessageState({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <div style={{ maxWidth: 280 }}>
      <Tag color={COLOURS[message.state]}>{t(`messages.state_${message.state}`)}</Tag>
      {message.error_text && (
        <Typography.Text type="secondary" style={{ fontSize: 12 }}>
          {message.error_text} {message.told}
        </Typography.Text>
      )}
    </div>
  );
}
