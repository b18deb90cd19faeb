import { useTranslation } from "react-i18next";
import { type FormProps, TemplateField } from "./parts";

export function SendForm({ node, change }: FormProps<"send">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <TemplateField
        label={t("field.to")}
        placeholder="name@example.com"
        value={node.to}
        onChange={(to) => change({ to }, "to")}
      />
      <TemplateField
        label={t("field.subject")}
        value={node.subject}
        onChange={(subject) => change({ subject }, "subject")}
      />
      <TemplateField label={t("field.text")} rows={6} value={node.text} onChange={(text) => change({ text }, "text")} />
    </>
  );
}
