import { Alert, App, Form, Input, Segmented, Select, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { estimateSegmentMessage, type Said, type SegmentEstimate, type SegmentOut, sendToSegment } from "../../api";
import { type Problem, problemFrom } from "../../lib/problem";
import { useRows } from "../../lib/resource";
import type { Language, SmsTemplate } from "../../lib/types";
import { Dialog } from "../../ui/Dialog";
import { ProblemNote } from "../../ui/ProblemNote";
import { askedOf, Filled } from "../../ui/sms/SmsDialog";

const TYPED_MS = 400;

/** A text message to everybody of a segment: what it would be, said before it is confirmed. */
export function WriteToAll({ row, onClose }: { row: SegmentOut; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { message, modal } = App.useApp();
  const { data: templates } = useRows<SmsTemplate>("sms-templates");
  const [template, setTemplate] = useState<string>();
  const [language, setLanguage] = useState<Language>(i18n.language === "en" ? "en" : "zh");
  const [text, setText] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const chosen = templates?.find(({ id }) => id === template);
  const languages = Object.keys(chosen?.texts ?? {}) as Language[];
  const spoken = languages.includes(language) ? language : (languages[0] ?? language);
  const asked = askedOf(chosen, spoken);
  const body: Said | null = template
    ? asked.every((name) => values[name]?.trim())
      ? { template, language: spoken, values }
      : null
    : text.trim()
      ? { text }
      : null;
  const estimate = useEstimate(row.id, body, setProblem);

  const send = async () => {
    if (!body || !estimate || busy) return;
    const { reachable, parts } = estimate;
    const sure = await modal.confirm({
      title: t("segments.sure", { count: reachable }),
      content: t("segments.costs", { parts }),
      okText: t("segments.send_now"),
    });
    if (!sure) return;
    setBusy(true);
    try {
      await sendToSegment({ path: { id: row.id }, body: { ...body, expected: reachable }, throwOnError: true });
      message.success(t("segments.in_line"));
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
      title={t("segments.write_to", { name: row.name })}
      okText={t("segments.send_now")}
      okButtonProps={{ disabled: !estimate || estimate.reachable === 0 }}
      cancelText={t("act.cancel")}
      confirmLoading={busy}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <ProblemNote problem={problem} />
      <Form layout="vertical">
        <Form.Item label={t("messages.template")}>
          <Select
            allowClear
            aria-label={t("messages.template")}
            placeholder={t("messages.typed")}
            value={template}
            options={(templates ?? [])
              .filter(({ enabled }) => enabled)
              .map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setTemplate}
          />
        </Form.Item>
        {languages.length > 1 && (
          <Form.Item label={t("messages.language")}>
            <Segmented
              value={spoken}
              options={languages.map((value) => ({ value, label: t(`messages.${value}`) }))}
              onChange={setLanguage}
            />
          </Form.Item>
        )}
        {template ? (
          <Filled asked={asked} values={values} onChange={setValues} text={estimate?.text ?? ""} />
        ) : (
          <Form.Item label={t("messages.text")} required>
            <Input.TextArea
              aria-label={t("messages.text")}
              value={text}
              maxLength={1000}
              autoSize={{ minRows: 4, maxRows: 10 }}
              onChange={(event) => setText(event.target.value)}
            />
          </Form.Item>
        )}
      </Form>
      {estimate && (
        <Alert
          type="info"
          showIcon
          title={t("segments.estimate", {
            count: estimate.reachable,
            parts: estimate.parts,
            gateway: estimate.gateway,
          })}
          description={t("segments.left_out", estimate)}
        />
      )}
      <Typography.Paragraph type="secondary" style={{ marginBlockStart: 8 }}>
        {t("segments.write_help")}
      </Typography.Paragraph>
    </Dialog>
  );
}

/** Reckoned when typing pauses. */
function useEstimate(id: string, body: Said | null, onProblem: (problem: Problem | null) => void) {
  const [estimate, setEstimate] = useState<SegmentEstimate | null>(null);
  const asked = body && JSON.stringify(body);
  useEffect(() => {
    setEstimate(null);
    onProblem(null);
    if (asked === null) return;
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const { data } = await estimateSegmentMessage({ path: { id }, body: JSON.parse(asked), throwOnError: true });
        if (current) setEstimate(data);
      } catch (refusal) {
        if (current) onProblem(problemFrom(refusal, 0));
      }
    }, TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, asked, onProblem]);
  return estimate;
}
