import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useFlowChoices } from "../../../ui/choices";
import { Field, type FormProps } from "./parts";

export function RunFlowForm({ node, change }: FormProps<"run_flow">) {
  const { t } = useTranslation("flow");
  const { id } = useParams();
  const flows = useFlowChoices().filter(({ value }) => value !== id);
  return (
    <Field label={t("field.flow")}>
      <Select
        aria-label={t("field.flow")}
        showSearch={{ optionFilterProp: "label" }}
        value={node.flow || undefined}
        placeholder={t("field.choose_flow")}
        options={flows}
        onChange={(flow) => change({ flow })}
      />
    </Field>
  );
}
