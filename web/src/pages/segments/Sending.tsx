import { App, Button, Flex, Popconfirm, Progress, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";

const TONE = { waiting: "default", running: "processing", done: "success", failed: "error", cancelled: "default" };
export const FRESH = 2_000; // milliseconds between looks while something goes out
export const SHOWN = 5;

interface Sent {
  created_at: string;
  by: string;
  state: keyof typeof TONE;
  progress: number;
}

interface Props {
  row: Sent;
  /** What is sent, in short. */
  title: string;
  counts: string;
  sure: string;
  onCancel: () => Promise<unknown>;
  /** Whatever came of calling it off. */
  onDone: () => Promise<unknown>;
}

export const goesOn = ({ state }: Sent) => state === "waiting" || state === "running";

/** One sending to everybody of a segment: how far it is, whom it reached, and calling it off. */
export function Sending({ row, title, counts, sure, onCancel, onDone }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const cancel = async () => {
    try {
      await onCancel();
    } catch (refusal) {
      message.error(problemFrom(refusal, 0).message);
    }
    await onDone();
  };
  return (
    <div>
      <Flex gap={8} wrap align="center">
        <Tag color={TONE[row.state]}>{t(`segments.mailing_${row.state}`)}</Tag>
        <Typography.Text ellipsis={{ tooltip: true }} style={{ maxWidth: 320 }}>
          {title}
        </Typography.Text>
        <Typography.Text type="secondary">
          {dateTimeText(row.created_at, i18n.language)} · {row.by}
        </Typography.Text>
        {goesOn(row) && role !== "auditor" && (
          <Popconfirm title={sure} onConfirm={cancel}>
            <Button size="small">{t("segments.mail_cancel")}</Button>
          </Popconfirm>
        )}
      </Flex>
      {goesOn(row) && <Progress aria-label={title} percent={Math.round(row.progress * 100)} size="small" />}
      <Typography.Text type="secondary">{counts}</Typography.Text>
    </div>
  );
}
