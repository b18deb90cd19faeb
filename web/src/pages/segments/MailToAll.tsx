import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Select, Typography } from "antd";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { estimateSegmentMail, type MailEstimate, mailToSegment, type SegmentOut } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";
import { KNOWN, ownPlace } from "../../ui/sms/places";
import { useCustomerFields } from "../customers/customers";

const TYPED_MS = 500;

/** A mail to everybody of a segment: how one of them gets it, and how many there are, said before it is confirmed. */
export function MailToAll({ row, onClose }: { row: SegmentOut; onClose: () => void }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const estimate = useEstimate(row.id, subject, text, setProblem);
  const area = useRef<HTMLTextAreaElement>(null);

  const send = async () => {
    if (!estimate || busy) return;
    const sure = await modal.confirm({
      title: t("segments.mail_sure", { count: estimate.reachable }),
      okText: t("segments.send_now"),
    });
    if (!sure) return;
    setBusy(true);
    try {
      const body = { subject, text, expected: estimate.reachable };
      await mailToSegment({ path: { id: row.id }, body, throwOnError: true });
      message.success(t("segments.mail_in_line"));
      await queries.invalidateQueries({ queryKey: ["mailings"] });
      onClose();
    } catch (refusal) {
      setProblem(problemFrom(refusal, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      title={t("segments.mail_to", { name: row.name })}
      okText={t("segments.send_now")}
      okButtonProps={{ disabled: !estimate || estimate.reachable === 0 }}
      cancelText={t("act.cancel")}
      confirmLoading={busy}
      onOk={() => void send()}
      onCancel={onClose}
      width={640}
    >
      <ProblemNote problem={problem} />
      <Form layout="vertical">
        <Form.Item label={t("segments.mail_subject")} required>
          <Input
            aria-label={t("segments.mail_subject")}
            value={subject}
            maxLength={200}
            onChange={(event) => setSubject(event.target.value)}
          />
        </Form.Item>
        <Form.Item label={t("segments.mail_text")} required>
          <Input.TextArea
            aria-label={t("segments.mail_text")}
            ref={(input) => {
              area.current = input?.resizableTextArea?.textArea ?? null;
            }}
            value={text}
            maxLength={20_000}
            autoSize={{ minRows: 6, maxRows: 14 }}
            onChange={(event) => setText(event.target.value)}
          />
          <Places onChoose={(place) => setText((now) => putIn(now, place, area))} />
        </Form.Item>
      </Form>
      {estimate && (
        <>
          <Alert
            type="info"
            showIcon
            title={t("segments.mail_estimate", { count: estimate.reachable })}
            description={t("segments.mail_left_out", {
              opted_out: estimate.opted_out,
              do_not_call: estimate.do_not_call,
              no_address: estimate.no_address,
            })}
          />
          {estimate.text && (
            <div style={{ marginBlockStart: 12 }}>
              <Typography.Text type="secondary">{t("segments.mail_example")}</Typography.Text>
              <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                <strong>{estimate.subject}</strong>
                {"\n"}
                {estimate.text}
              </div>
            </div>
          )}
        </>
      )}
      <Typography.Paragraph type="secondary" style={{ marginBlockStart: 8 }}>
        {t("segments.mail_help")}
      </Typography.Paragraph>
    </Dialog>
  );
}

/** What of the customer can be put into the text. */
function Places({ onChoose }: { onChoose: (place: string) => void }) {
  const { t } = useTranslation();
  const { data: fields = [] } = useCustomerFields();
  const options = [
    ...KNOWN.map((name) => ({ value: name as string, label: t(`sms_templates.field_${name.replace(".", "_")}`) })),
    ...fields.map(({ label }) => ({ value: ownPlace(label), label })),
  ];
  return (
    <Select
      aria-label={t("segments.put_in")}
      placeholder={t("segments.put_in")}
      value={null}
      options={options}
      onChange={(name: string | null) => name && onChoose(`{{${name}}}`)}
      style={{ minWidth: 220, marginBlockStart: 8 }}
    />
  );
}

function putIn(text: string, place: string, area: RefObject<HTMLTextAreaElement | null>): string {
  const at = area.current?.selectionStart ?? text.length;
  return text.slice(0, at) + place + text.slice(at);
}

/** Reckoned when typing pauses. */
function useEstimate(id: string, subject: string, text: string, onProblem: (problem: Problem | null) => void) {
  const [estimate, setEstimate] = useState<MailEstimate | null>(null);
  useEffect(() => {
    setEstimate(null);
    onProblem(null);
    if (!subject.trim() || !text.trim()) return;
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const { data } = await estimateSegmentMail({ path: { id }, body: { subject, text }, throwOnError: true });
        if (current) setEstimate(data);
      } catch (refusal) {
        if (current) onProblem(problemFrom(refusal, 0));
      }
    }, TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, subject, text, onProblem]);
  return estimate;
}
