import { useTranslation } from "react-i18next";
import { type FormProps, TemplateField } from "./parts";

export function WebhookForm({ node, change }: FormProps<"webhook">) {
  const { t } = useTranslation("flow");
  return (
    <TemplateField
      label={t("field.url")}
      placeholder="https://crm.example.com/calls"
      value={node.url}
      onChange={(url) => change({ url }, "url")}
    />
  );
}
