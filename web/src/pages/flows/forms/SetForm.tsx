import { useTranslation } from "react-i18next";
import { type FormProps, TemplateField, VariableField } from "./parts";

export function SetForm({ node, change }: FormProps<"set">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <VariableField value={node.variable} onChange={(variable) => change({ variable }, "variable")} />
      <TemplateField label={t("field.value")} value={node.value} onChange={(value) => change({ value }, "value")} />
    </>
  );
}
