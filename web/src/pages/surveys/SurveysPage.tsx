import { useTranslation } from "react-i18next";
import type { Survey } from "../../lib/types";
import { Dash, insideNumberColumn, nameColumn } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { type Fields, questionOf, toBody, toForm } from "./form";
import { SurveyFields } from "./SurveyFields";

export default function SurveysPage() {
  const { t } = useTranslation();
  const blank = (): Fields => ({
    name: "",
    number: null,
    questions: [questionOf(t("surveys.usual_label"))],
    invitation: null,
    accept_key: "1",
    comment: null,
    comment_seconds: 60,
    thanks: null,
    timeout: 8,
    attempts: 2,
  });
  return (
    <ResourcePage<Survey, Fields>
      kind="surveys"
      texts="surveys"
      width={640}
      blank={blank}
      toForm={toForm}
      toBody={toBody}
      columns={[
        nameColumn(t("surveys.name")),
        insideNumberColumn(t("surveys.number")),
        {
          title: t("surveys.questions"),
          render: (_, row) => row.form.questions.map(({ label }) => label).join(", "),
        },
        { title: t("surveys.invitation"), render: (_, row) => (row.form.invitation ? t("surveys.yes") : <Dash />) },
        { title: t("surveys.comment"), render: (_, row) => (row.form.comment ? t("surveys.yes") : <Dash />) },
      ]}
      fields={() => <SurveyFields />}
    />
  );
}
