import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Form, Input, Select, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { previewSmsTemplate } from "../../api";
import { useRows } from "../../lib/resource";
import type { Language, SmsGateway } from "../../lib/types";
import { CustomerPicker } from "../../ui/CustomerPicker";
import { NameField, Section, SwitchField } from "../../ui/fields";
import { Pairs } from "../../ui/Pairs";
import { KNOWN, ownPlace, placesIn } from "../../ui/sms/places";
import { AsSent, Taken } from "../../ui/sms/SmsDialog";
import { useCustomerFields } from "../customers/customers";

const TYPED_MS = 250;

export function TemplateFields() {
  const { t } = useTranslation();
  const { data: gateways } = useRows<SmsGateway>("sms-gateways");
  const { data: own } = useCustomerFields();
  const [customer, setCustomer] = useState<string | null>(null);
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
          <Place key={name} name={name} title={t(`sms_templates.field_${name.replace(".", "_")}`)} />
        ))}
        {(own ?? []).map(({ id, label }) => (
          <Place key={id} name={ownPlace(label)} title={label} />
        ))}
      </Typography.Paragraph>
      <Form.Item label={t("sms_templates.preview_customer")} extra={t("sms_templates.preview_help")}>
        <CustomerPicker value={customer} onChange={setCustomer} />
      </Form.Item>
      {(["zh", "en"] as const).map((language) => (
        <TextOf key={language} language={language} registered={registered} customer={customer} />
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

function Place({ name, title }: { name: string; title: string }) {
  return (
    <>
      <Typography.Text code title={title}>
        {`{{${name}}}`}
      </Typography.Text>{" "}
    </>
  );
}

interface TextProps {
  language: Language;
  registered: boolean;
  customer: string | null;
}

function TextOf({ language, registered, customer }: TextProps) {
  const { t } = useTranslation();
  const text: string = Form.useWatch([language, "text"]) ?? "";
  return (
    <>
      <Form.Item name={[language, "text"]} label={t(`sms_templates.text_${language}`)} style={{ marginBlockEnd: 4 }}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={1000} />
      </Form.Item>
      {text.trim() && <Preview text={text} language={language} customer={customer} />}
      <Form.Item name={[language, "code"]} label={t("sms_templates.code")} hidden={!registered}>
        <Input maxLength={80} spellCheck={false} placeholder="SMS_154950909" />
      </Form.Item>
    </>
  );
}

/** The text as it would go to a customer, asked for when typing pauses. */
function Preview(body: { text: string; language: Language; customer: string | null }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(body);
  const { text, language, customer } = body;
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ text, language, customer }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, language, customer]);
  const { data } = useQuery({
    queryKey: ["template-preview", asked],
    queryFn: async () => (await previewSmsTemplate({ body: asked, throwOnError: true })).data,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  return (
    <>
      <Taken preview={data} />
      {data && placesIn(asked.text).length > 0 && (
        <section aria-label={t(`sms_templates.preview_${language}`)}>
          <AsSent text={data.text} />
        </section>
      )}
    </>
  );
}
