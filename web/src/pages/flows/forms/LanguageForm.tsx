import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Field, type FormProps } from "./parts";

export function LanguageForm({ node, change }: FormProps<"language">) {
  const { t } = useTranslation("flow");
  return (
    <Field label={t("field.language")}>
      <Segmented
        block
        aria-label={t("field.language")}
        value={node.language}
        options={(["zh", "en"] as const).map((value) => ({ value, label: t(`field.${value}`) }))}
        onChange={(language) => change({ language })}
      />
    </Field>
  );
}
