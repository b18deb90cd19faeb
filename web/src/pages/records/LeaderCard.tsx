import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Input, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import { problemFrom } from "../../lib/problem";
import type { OwnTable, ServiceRecord } from "../../lib/service";
import { useMe } from "../../lib/session";
import { useInTab } from "../../lib/typed";
import { dateTimeText } from "../../phone/time";

interface Props {
  table: OwnTable;
  record: ServiceRecord;
  onWrite: () => void;
  onDone: (record: ServiceRecord) => unknown;
}

/** A record laid before the leader: submitting it, his answer, or the two as they were. */
export function LeaderCard({ table, record, onWrite, onDone }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { role } = useMe();
  const [typed, setTyped] = useInTab<string>(`leader:${record.id}`);
  const text = typed ?? "";
  const [status, setStatus] = useState<string>();
  const [writing, setWriting] = useState(false);
  const { submission } = record;
  const waits = submission !== null && submission.answered_at === null;
  const leads = role === "admin" || role === "supervisor";
  const send = useMutation({
    mutationFn: () =>
      waits
        ? request<ServiceRecord>("POST", `/records/${record.id}/answer`, {
            body: { answer: text, status: status ?? null },
          })
        : request<ServiceRecord>("POST", `/records/${record.id}/submit`, { body: { note: text } }),
    onSuccess: async (now) => {
      setWriting(false);
      setTyped(null);
      message.success(t(waits ? "records.answered_now" : "records.submitted_now"));
      await onDone(now);
    },
    onError: (error) => message.error(problemFrom(error, 0).message || t("problem.unreachable")),
  });
  const next = table.statuses.filter(({ id }) => record.status.next.includes(id));

  if (record.deleted) return null;
  return (
    <Card size="small" style={{ marginBlockEnd: 16 }} title={t("records.leader")}>
      {submission && (
        <>
          <Typography.Paragraph style={{ whiteSpace: "pre-wrap", marginBlockEnd: 8 }}>
            <Typography.Text type="secondary">
              {submission.by?.name} · {dateTimeText(submission.at, i18n.language)}
            </Typography.Text>
            <br />
            {submission.note || t("records.no_note")}
          </Typography.Paragraph>
          {submission.answered_at ? (
            <Alert
              type="success"
              title={`${submission.answered_by?.name ?? ""} · ${dateTimeText(submission.answered_at, i18n.language)}`}
              description={<span style={{ whiteSpace: "pre-wrap" }}>{submission.answer}</span>}
            />
          ) : (
            !leads && <Alert type="info" title={t("records.waits")} />
          )}
        </>
      )}
      {role !== "auditor" && (!waits || leads) && (
        <div style={{ marginBlockStart: submission ? 12 : 0 }}>
          {writing || waits || text ? (
            <Flex vertical gap={8}>
              <Input.TextArea
                aria-label={t(waits ? "records.answer" : "records.note")}
                placeholder={t(waits ? "records.answer" : "records.note")}
                autoSize={{ minRows: 2, maxRows: 8 }}
                maxLength={10_000}
                value={text}
                onChange={(event) => {
                  onWrite();
                  setTyped(event.target.value || null);
                }}
              />
              <Flex gap={8}>
                <Button
                  type="primary"
                  loading={send.isPending}
                  disabled={waits && !text.trim()}
                  onClick={() => send.mutate()}
                >
                  {t(waits ? "records.send_answer" : "records.submit")}
                </Button>
                {waits && next.length > 0 && (
                  <Select
                    allowClear
                    aria-label={t("records.with_status")}
                    placeholder={t("records.with_status")}
                    value={status}
                    options={next.map(({ id, label }) => ({ value: id, label }))}
                    onChange={setStatus}
                    style={{ minWidth: 160 }}
                  />
                )}
              </Flex>
            </Flex>
          ) : (
            <Button onClick={() => setWriting(true)}>{t("records.submit")}</Button>
          )}
        </div>
      )}
    </Card>
  );
}
