import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { KEYS } from "../../lib/keys";
import { InsideNumberField, NameField, NumberField, SecondsField, Section, Side } from "../../ui/fields";
import { SoundPicker } from "../../ui/prompts/SoundPicker";
import { type Fields, questionOf } from "./form";
import { QuestionCard } from "./QuestionCard";

const MOST_QUESTIONS = 3;

export function SurveyFields() {
  const { t } = useTranslation();
  const invitation = Form.useWatch<Fields["invitation"]>("invitation");
  const comment = Form.useWatch<Fields["comment"]>("comment");
  return (
    <>
      <Side>
        <NameField label={t("surveys.name")} />
        <InsideNumberField label={t("surveys.number")} help={t("surveys.number_help")} />
      </Side>
      <Form.Item name="invitation" label={t("surveys.invitation")} extra={t("surveys.invitation_help")}>
        <SoundPicker label={t("surveys.invitation")} system={["survey_invitation"]} none={t("surveys.no_invitation")} />
      </Form.Item>
      <Form.Item name="accept_key" label={t("surveys.accept_key")} hidden={!invitation}>
        <Select options={KEYS.map((value) => ({ value, label: t("surveys.key", { key: value }) }))} />
      </Form.Item>
      <Form.List name="questions">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <QuestionCard key={key} place={name} {...(rows.length > 1 ? { onRemove: () => remove(name) } : {})} />
            ))}
            {rows.length < MOST_QUESTIONS && (
              <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(questionOf())}>
                {t("surveys.add_question")}
              </Button>
            )}
          </>
        )}
      </Form.List>
      <Section>{t("surveys.end")}</Section>
      <Form.Item name="comment" label={t("surveys.comment")} extra={t("surveys.comment_help")}>
        <SoundPicker label={t("surveys.comment")} system={["survey_comment"]} none={t("surveys.no_comment")} />
      </Form.Item>
      <div hidden={!comment}>
        <SecondsField name="comment_seconds" label={t("surveys.comment_seconds")} min={5} max={180} />
      </div>
      <Form.Item name="thanks" label={t("surveys.thanks")}>
        <SoundPicker label={t("surveys.thanks")} system={["rating_thanks"]} none={t("surveys.usual_thanks")} />
      </Form.Item>
      <Side>
        <SecondsField name="timeout" label={t("surveys.timeout")} min={1} max={60} />
        <NumberField name="attempts" label={t("surveys.attempts")} min={1} max={5} />
      </Side>
    </>
  );
}
