import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Typography } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type MessageIn, type PreviewOut, previewMessage, sendMessage } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useRows } from "../../lib/resource";
import type { Language, SmsTemplate } from "../../lib/types";
import { Dialog } from "../Dialog";
import { ProblemNote } from "../ProblemNote";
import { isFilled, isKnown, labelOf, placesIn } from "./places";
import { TemplateChoice } from "./TemplateChoice";
import type { SmsTarget } from "./target";

const TYPED_MS = 250;
const LONGEST = 1000;

interface Props {
  /** None: the number is typed here. */
  target?: SmsTarget;
  name?: string;
  onClose: (sent: boolean) => void;
}

/** Writes a text message: typed, or from a template, with what it takes counted by the server as it would be sent. */
export function SmsDialog({ target, name = "", onClose }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data: templates } = useRows<SmsTemplate>("sms-templates");
  const [to, setTo] = useState("");
  const [template, setTemplate] = useState<string>();
  const [language, setLanguage] = useState<Language>(i18n.language === "en" ? "en" : "zh");
  const [text, setText] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  // One key for this form: a second press, or a press after a lost answer, sends no second message.
  const [key] = useState(() => crypto.randomUUID());

  const usable = (templates ?? []).filter(({ enabled }) => enabled);
  const chosen = usable.find(({ id }) => id === template);
  const languages = chosen ? (Object.keys(chosen.texts) as Language[]) : [];
  const body = useMemo<MessageIn>(() => {
    const whom = target ?? (to.trim() ? { to: to.trim() } : {});
    return template ? { ...whom, template, language, values } : { ...whom, text };
  }, [target, to, template, language, values, text]);
  const preview = usePreview(body);
  const named = Boolean(target) || Boolean(to.trim());
  const lacking = (named ? (preview?.missing ?? []) : [])
    .filter(isFilled)
    .map((name) => (isKnown(name) ? t(`sms_templates.field_${name.replace(".", "_")}`) : labelOf(name)));
  const ready = named && Boolean(template || text.trim()) && !preview?.error && !preview?.missing.length;

  const send = useMutation({
    mutationFn: () => sendMessage({ body, headers: { "Idempotency-Key": key }, throwOnError: true }),
    onSuccess: async () => {
      message.success(t("messages.in_line"));
      await queries.invalidateQueries({ queryKey: ["messages"] });
      onClose(true);
    },
  });

  return (
    <Dialog
      open
      title={name ? t("messages.send_to", { name }) : t("messages.send")}
      okText={t("messages.send_now")}
      okButtonProps={{ disabled: !ready }}
      cancelText={t("act.cancel")}
      confirmLoading={send.isPending}
      onOk={() => ready && send.mutate()}
      onCancel={() => onClose(false)}
    >
      <ProblemNote problem={send.error && problemFrom(send.error, 0)} />
      <Form layout="vertical">
        {!target && (
          <Form.Item label={t("messages.number")} required>
            <Input
              autoFocus
              aria-label={t("messages.number")}
              value={to}
              maxLength={40}
              inputMode="tel"
              autoComplete="off"
              onChange={(event) => setTo(event.target.value)}
            />
          </Form.Item>
        )}
        <TemplateChoice
          templates={usable}
          template={template}
          onTemplate={(id) => {
            setTemplate(id);
            const [first] = Object.keys(usable.find((one) => one.id === id)?.texts ?? {}) as Language[];
            setLanguage((now) => (id && !usable.find((one) => one.id === id)?.texts[now] ? (first ?? now) : now));
          }}
          languages={languages}
          language={language}
          onLanguage={setLanguage}
        />
        {template ? (
          <Filled asked={askedOf(chosen, language)} values={values} onChange={setValues} text={preview?.text ?? ""} />
        ) : (
          <Form.Item label={t("messages.text")} required>
            <Input.TextArea
              autoFocus={Boolean(target)}
              aria-label={t("messages.text")}
              value={text}
              maxLength={LONGEST}
              autoSize={{ minRows: 4, maxRows: 10 }}
              onChange={(event) => setText(event.target.value)}
            />
          </Form.Item>
        )}
      </Form>
      <Taken preview={preview} />
      {lacking.length > 0 && (
        <Alert type="warning" showIcon title={t("messages.lacking", { fields: lacking.join(t("customers.and")) })} />
      )}
      {named && preview?.error && <Alert type="warning" showIcon title={preview.error_text} />}
    </Dialog>
  );
}

/** What the sender must give himself: the places of the text that nobody else fills. */
export function askedOf(template: SmsTemplate | undefined, language: Language): string[] {
  const text = template?.texts[language]?.text ?? "";
  const all = [text, ...(template?.params ?? []).map(({ value }) => value)].join(" ");
  return placesIn(all).filter((name) => !isFilled(name));
}

interface FilledProps {
  asked: string[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
  text: string;
}

export function Filled({ asked, values, onChange, text }: FilledProps) {
  return (
    <>
      {asked.map((name) => (
        <Form.Item key={name} label={name} required>
          <Input
            aria-label={name}
            maxLength={200}
            value={values[name] ?? ""}
            onChange={(event) => onChange({ ...values, [name]: event.target.value })}
          />
        </Form.Item>
      ))}
      <AsSent text={text} />
    </>
  );
}

/** A message as its reader gets it. */
export function AsSent({ text }: { text: string }) {
  return (
    <Typography.Paragraph style={{ whiteSpace: "pre-wrap", padding: 12, background: "#8881", borderRadius: 8 }}>
      {text}
    </Typography.Paragraph>
  );
}

/** Characters, and the messages that are paid for them. */
export function Taken({
  preview,
}: {
  preview: Pick<PreviewOut, "characters" | "parts" | "left" | "encoding"> | undefined;
}) {
  const { t } = useTranslation();
  if (!preview) return null;
  const { characters, parts, left, encoding } = preview;
  return (
    <Typography.Paragraph type="secondary" aria-live="polite" style={{ marginBlockEnd: 8 }}>
      {t("messages.taken", { characters, count: parts, left })} · {t(`messages.${encoding}`)}
    </Typography.Paragraph>
  );
}

/** The text as it would go, asked for when typing pauses. */
function usePreview(body: MessageIn): PreviewOut | undefined {
  const [asked, setAsked] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(body), TYPED_MS);
    return () => clearTimeout(timer);
  }, [body]);
  const { data } = useQuery({
    queryKey: ["message-preview", asked],
    queryFn: async () => (await previewMessage({ body: asked, throwOnError: true })).data,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  return data;
}
