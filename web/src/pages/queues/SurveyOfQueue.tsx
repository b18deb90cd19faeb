import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSurveyChoices } from "../../ui/choices";
import { NumberField, Section, Side } from "../../ui/fields";

/** What the queue's callers are asked when their agent has hung up, and how often. */
export function SurveyOfQueue() {
  const { t } = useTranslation();
  const asked: string | null = Form.useWatch("survey_id") ?? null;
  return (
    <>
      <Section>{t("queues.survey_title")}</Section>
      <Side>
        <Form.Item name="survey_id" label={t("queues.survey")} extra={t("queues.survey_help")}>
          <Select allowClear options={useSurveyChoices()} placeholder={t("queues.no_survey")} />
        </Form.Item>
        <div hidden={asked === null}>
          <NumberField name="survey_pause_days" label={t("queues.survey_pause")} max={365} />
        </div>
      </Side>
    </>
  );
}
