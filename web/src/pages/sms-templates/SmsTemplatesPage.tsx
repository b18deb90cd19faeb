import { useTranslation } from "react-i18next";
import type { SmsTemplateIn } from "../../api";
import { useRows } from "../../lib/resource";
import type { SmsGateway, SmsTemplate } from "../../lib/types";
import { Dash, nameColumn } from "../../ui/fields";
import { OnOff } from "../../ui/OnOff";
import { ResourcePage } from "../../ui/ResourcePage";
import { blankTemplate, type TemplateForm, templateBody, templateForm } from "./form";
import { TemplateFields } from "./TemplateFields";

export default function SmsTemplatesPage() {
  const { t, i18n } = useTranslation();
  const { data: gateways } = useRows<SmsGateway>("sms-gateways");
  const words = (row: SmsTemplate) => [row.name, ...Object.values(row.texts).map(({ text }) => text)];
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <ResourcePage<SmsTemplate, TemplateForm>
      kind="sms-templates"
      texts="sms_templates"
      width={600}
      words={words}
      blank={blankTemplate}
      toForm={templateForm}
      toBody={(form): SmsTemplateIn => templateBody(form)}
      columns={[
        nameColumn(t("sms_templates.name")),
        {
          title: t("sms_templates.text"),
          render: (_, row) => (
            <div style={{ maxWidth: 480, whiteSpace: "pre-wrap" }}>
              {(row.texts[language] ?? Object.values(row.texts)[0])?.text}
            </div>
          ),
        },
        {
          title: t("sms_templates.gateway"),
          render: (_, row) => gateways?.find(({ id }) => id === row.gateway_id)?.name ?? <Dash />,
        },
        { title: t("sms_templates.state"), render: (_, row) => <OnOff on={row.enabled} /> },
      ]}
      fields={() => <TemplateFields />}
    />
  );
}
