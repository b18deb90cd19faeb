import { Form, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Language, SmsTemplate } from "../../lib/types";

interface Props {
  /** Those that may be used. */
  templates: SmsTemplate[];
  /** Undefined: the words are typed. */
  template: string | undefined;
  onTemplate: (id: string | undefined) => void;
  /** In which the template has a text. */
  languages: Language[];
  language: Language;
  onLanguage: (language: Language) => void;
}

/** Whose words a text message has: a template's, in one of its languages, or one's own. */
export function TemplateChoice({ templates, template, onTemplate, languages, language, onLanguage }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {templates.length > 0 && (
        <Form.Item label={t("messages.template")}>
          <Select
            allowClear
            aria-label={t("messages.template")}
            placeholder={t("messages.typed")}
            value={template}
            options={templates.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={onTemplate}
          />
        </Form.Item>
      )}
      {languages.length > 1 && (
        <Form.Item label={t("messages.language")}>
          <Segmented
            value={language}
            options={languages.map((value) => ({ value, label: t(`messages.${value}`) }))}
            onChange={onLanguage}
          />
        </Form.Item>
      )}
    </>
  );
}
