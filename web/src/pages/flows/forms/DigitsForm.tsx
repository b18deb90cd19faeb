import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Answers } from "./Answers";
import { Beside, Field, type FormProps, NumberBox, VariableField } from "./parts";
import { SoundField } from "./SoundField";

export function DigitsForm({ node, change }: FormProps<"digits">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <SoundField
        label={t("field.sound")}
        value={node.sound}
        onChange={(sound, mark) => change({ sound: sound ?? {} }, mark)}
      />
      <VariableField value={node.variable} onChange={(variable) => change({ variable }, "variable")} />
      <Beside>
        <NumberBox
          label={t("field.shortest")}
          min={1}
          max={node.longest}
          value={node.shortest}
          onChange={(shortest) => change({ shortest })}
        />
        <NumberBox
          label={t("field.longest")}
          min={node.shortest}
          max={40}
          value={node.longest}
          onChange={(longest) => change({ longest })}
        />
        <Field label={t("field.end_key")}>
          <Select
            aria-label={t("field.end_key")}
            value={node.end_key}
            options={[..."#*"]
              .map((value) => ({ value, label: value }))
              .concat({ value: "", label: t("field.no_end_key") })}
            onChange={(end_key) => change({ end_key })}
            style={{ width: "100%" }}
          />
        </Field>
      </Beside>
      <Answers node={node} change={change} />
    </>
  );
}
