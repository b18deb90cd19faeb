import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSmsTemplateChoices } from "../../../ui/choices";
import { Field, type FormProps, TemplateField } from "./parts";

/** A template of the site's, or a text of this step alone. */
export function SmsForm({ node, change }: FormProps<"sms">) {
  const { t } = useTranslation("flow");
  const templates = useSmsTemplateChoices();
  return (
    <>
      <TemplateField
        label={t("field.to_number")}
        placeholder="{{caller}}"
        value={node.to}
        onChange={(to) => change({ to }, "to")}
      />
      <Field label={t("field.sms_template")} help={t("field.sms_template_help")}>
        <Select
          allowClear
          aria-label={t("field.sms_template")}
          placeholder={t("field.sms_typed")}
          value={node.template || undefined}
          options={templates}
          onChange={(template?: string) => change(template ? { template, text: "" } : { template: "" })}
        />
      </Field>
      {!node.template && (
        <TemplateField
          label={t("field.text")}
          rows={4}
          value={node.text}
          onChange={(text) => change({ text }, "text")}
        />
      )}
    </>
  );
}
