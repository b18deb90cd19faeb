import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { SPOKEN } from "../../../lib/flow";
import { Field, type FormProps, TemplateField } from "./parts";

export function SayForm({ node, change }: FormProps<"say">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <TemplateField
        label={t("field.value")}
        placeholder="{{balance}}"
        value={node.value}
        onChange={(value) => change({ value }, "value")}
      />
      <Field label={t("field.style")}>
        <Select
          aria-label={t("field.style")}
          value={node.style}
          options={SPOKEN.map((value) => ({ value, label: t(`style.${value}`) }))}
          onChange={(style) => change({ style })}
        />
      </Field>
    </>
  );
}
