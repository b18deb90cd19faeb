import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useScheduleChoices } from "../../../ui/choices";
import { Field, type FormProps } from "./parts";

export function HoursForm({ node, change }: FormProps<"hours">) {
  const { t } = useTranslation("flow");
  const schedules = useScheduleChoices();
  return (
    <Field label={t("field.schedule")}>
      <Select
        aria-label={t("field.schedule")}
        showSearch={{ optionFilterProp: "label" }}
        value={node.schedule || undefined}
        placeholder={t("field.choose_schedule")}
        options={schedules}
        onChange={(schedule) => change({ schedule })}
      />
    </Field>
  );
}
