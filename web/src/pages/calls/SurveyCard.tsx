import { Card, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Journey } from "./types";

const COLOR = { very_satisfied: "success", satisfied: "processing", unsatisfied: "error" };

/** What the caller said about the service, question by question. */
export function SurveyCard({ survey }: { survey: NonNullable<Journey["survey"]> }) {
  const { t } = useTranslation("desk");
  return (
    <Card size="small" title={t("survey.title", { name: survey.name })}>
      {survey.answers.length === 0 && <p className="calls-quiet">{t("survey.none")}</p>}
      {survey.answers.map(({ question, label, meaning, reason }) => (
        <p key={question}>
          {label} <Tag color={COLOR[meaning]}>{t(`survey.${meaning}`)}</Tag>
          {reason && <Tag>{t(`survey.${reason}`)}</Tag>}
        </p>
      ))}
      {(survey.agent_name || survey.queue_name) && (
        <p className="calls-quiet">{t("survey.about", { agent: survey.agent_name, queue: survey.queue_name })}</p>
      )}
    </Card>
  );
}
