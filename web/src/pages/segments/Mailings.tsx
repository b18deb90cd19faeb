import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Popconfirm, Progress, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { cancelMailing, listMailings, type MailingOut } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { dateTimeText } from "../../phone/time";

const TONE = { waiting: "default", running: "processing", done: "success", failed: "error", cancelled: "default" };
const FRESH = 2_000; // milliseconds; while mails go out
const SHOWN = 5;
const goesOn = ({ state }: MailingOut) => state === "waiting" || state === "running";

/** The last mails to a segment: how far they are, whom they reached, and calling them off. */
export function Mailings({ segment }: { segment: string }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const queries = useQueryClient();
  const { data = [] } = useQuery({
    queryKey: ["mailings", segment],
    queryFn: async () => (await listMailings({ query: { segment, limit: SHOWN }, throwOnError: true })).data.items,
    refetchInterval: ({ state }) => (state.data?.some(goesOn) ? FRESH : false),
  });
  const cancel = async (id: string) => {
    try {
      await cancelMailing({ path: { id }, throwOnError: true });
    } catch (refusal) {
      message.error(problemFrom(refusal, 0).message);
    }
    await queries.invalidateQueries({ queryKey: ["mailings"] });
  };
  if (data.length === 0) return null;
  return (
    <Flex vertical gap={8}>
      <Typography.Text strong>{t("segments.mailings")}</Typography.Text>
      {data.map((row) => {
        const { sent = 0, failed = 0, left_out = 0, waiting = 0, opted_out = 0, no_address = 0 } = row.letters;
        return (
          <div key={row.id}>
            <Flex gap={8} wrap align="center">
              <Tag color={TONE[row.state]}>{t(`segments.mailing_${row.state}`)}</Tag>
              <span>{row.subject}</span>
              <Typography.Text type="secondary">
                {dateTimeText(row.created_at, i18n.language)} · {row.by}
              </Typography.Text>
              {goesOn(row) && role !== "auditor" && (
                <Popconfirm title={t("segments.mail_cancel_sure")} onConfirm={() => cancel(row.id)}>
                  <Button size="small">{t("segments.mail_cancel")}</Button>
                </Popconfirm>
              )}
            </Flex>
            {goesOn(row) && <Progress aria-label={row.subject} percent={Math.round(row.progress * 100)} size="small" />}
            <Typography.Text type="secondary">
              {t("segments.mail_counts", { sent, failed, waiting, left_out, opted_out, no_address })}
            </Typography.Text>
          </div>
        );
      })}
    </Flex>
  );
}
