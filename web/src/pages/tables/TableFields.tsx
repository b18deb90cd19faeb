import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { ClearSelect } from "../../ui/ClearSelect";
import { useSurveyChoices } from "../../ui/choices";
import { NameField, NumberField, Section, Side, SwitchField } from "../../ui/fields";
import { FieldRows } from "./FieldRows";
import type { TableForm } from "./form";
import { StatusRows } from "./StatusRows";

/** The form of a table: its fields and statuses in their order, and what a table of problems promises. */
export function TableFields() {
  const { t } = useTranslation();
  const problems = Form.useWatch<TableForm["problems"]>("problems");
  const surveys = useSurveyChoices();
  return (
    <>
      <NameField label={t("tables.name")} />
      <Side>
        <SwitchField name="in_pop" label={t("tables.in_pop")} />
        <SwitchField name="needs_customer" label={t("tables.needs_customer")} />
      </Side>
      <Section>{t("tables.fields")}</Section>
      <FieldRows />
      <Section>{t("tables.statuses")}</Section>
      <StatusRows />
      <Section>{t("tables.problems_title")}</Section>
      <SwitchField name="problems" label={t("tables.problems")} help={t("tables.problems_help")} />
      <div hidden={!problems}>
        <Side>
          <NumberField name="due_hours" label={t("tables.due_hours")} min={1} max={8784} optional />
          <NumberField name="call_back_hours" label={t("tables.call_back_hours")} max={8784} />
        </Side>
        <SwitchField name="call_back" label={t("tables.call_back")} help={t("tables.call_back_help")} />
        <Form.Item name="survey_id" label={t("tables.survey")}>
          <ClearSelect options={surveys} placeholder={t("tables.no_survey")} />
        </Form.Item>
      </div>
    </>
  );
}
