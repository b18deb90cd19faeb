import { Form, Input, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useRows } from "../../lib/resource";
import type { Language, SmsGateway } from "../../lib/types";
import { NameField, Section, SwitchField } from "../../ui/fields";
import { Pairs } from "../../ui/Pairs";
import { Taken, usePreview } from "../../ui/sms/SmsDialog";

const KNOWN = [
  "customer.name",
  "customer.company",
  "agent.name",
  "agent.staff_number",
  "company.name",
  "today",
  "now",
] as const;

export function TemplateFields() {
  const { t } = useTranslation();
  const { data: gateways } = useRows<SmsGateway>("sms-gateways");
  const gateway: string | null = Form.useWatch("gateway_id") ?? null;
  const kind = gateways?.find(({ id }) => id === gateway)?.options.kind;
  const registered = kind === "aliyun" || kind === "tencent";
  return (
    <>
      <NameField label={t("sms_templates.name")} />
      <Form.Item name="gateway_id" label={t("sms_templates.gateway")} extra={t("sms_templates.gateway_help")}>
        <Select
          allowClear
          placeholder={t("sms_templates.any_gateway")}
          options={(gateways ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Typography.Paragraph type="secondary">
        {t("sms_templates.fields")}{" "}
        {KNOWN.map((name) => (
          <Typography.Text key={name} code title={t(`sms_templates.field_${name.replace(".", "_")}`)}>
            {`{{${name}}}`}
          </Typography.Text>
        ))}
      </Typography.Paragraph>
      {(["zh", "en"] as const).map((language) => (
        <TextOf key={language} language={language} registered={registered} />
      ))}
      {registered && (
        <>
          <Section>{t("sms_templates.params")}</Section>
          <Typography.Paragraph type="secondary">{t(`sms_templates.params_${kind}`)}</Typography.Paragraph>
          <Pairs
            list="params"
            name={t("sms_templates.param_name")}
            value={t("sms_templates.param_value")}
            add={t("sms_templates.add_param")}
            hints={["name", "{{customer.name}}"]}
          />
        </>
      )}
      <SwitchField name="enabled" label={t("sms_templates.enabled")} />
    </>
  );
}

function TextOf({ language, registered }: { language: Language; registered: boolean }) {
  const { t } = useTranslation();
  const text: string = Form.useWatch([language, "text"]) ?? "";
  return (
    <>
      <Form.Item name={[language, "text"]} label={t(`sms_templates.text_${language}`)} style={{ marginBlockEnd: 4 }}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={1000} />
      </Form.Item>
      {text.trim() && <Count text={text} />}
      <Form.Item name={[language, "code"]} label={t("sms_templates.code")} hidden={!registered}>
        <Input maxLength={80} spellCheck={false} placeholder="SMS_154950909" />
      </Form.Item>
    </>
  );
}

function Count({ text }: { text: string }) {
  return <Taken preview={usePreview({ text })} />;
}
