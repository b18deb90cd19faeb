import type { SmsTemplateIn } from "../../api";
import type { SmsTemplate } from "../../lib/types";

interface Text {
  text: string;
  code: string;
}

export interface TemplateForm {
  name: string;
  gateway_id: string | null;
  zh: Text;
  en: Text;
  params: { name: string; value: string }[];
  enabled: boolean;
}

const NOTHING: Text = { text: "", code: "" };

export const blankTemplate = (): TemplateForm => ({
  name: "",
  gateway_id: null,
  zh: NOTHING,
  en: NOTHING,
  params: [],
  enabled: true,
});

export const templateForm = (row: SmsTemplate): TemplateForm => ({
  name: row.name,
  gateway_id: row.gateway_id,
  zh: { ...NOTHING, ...row.texts.zh },
  en: { ...NOTHING, ...row.texts.en },
  params: row.params,
  enabled: row.enabled,
});

/** A language without a text is left out. */
export function templateBody({ zh, en, ...form }: TemplateForm): SmsTemplateIn {
  const written = Object.entries({ zh, en }).filter(([, { text }]) => text?.trim());
  const texts = Object.fromEntries(written.map(([language, { text, code }]) => [language, { text, code: code ?? "" }]));
  return { ...form, params: form.params ?? [], texts };
}
