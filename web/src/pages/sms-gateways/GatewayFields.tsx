import { Form, Input, InputNumber, Segmented } from "antd";
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { SmsGatewayOut } from "../../api";
import { NameField, NumberField, Section, Side, SwitchField } from "../../ui/fields";
import { GATEWAY_KINDS, type GatewayForm, type GatewayKind, needsKey } from "./form";
import { HttpFields } from "./HttpFields";
import { SmppFields } from "./SmppFields";

const Stored = createContext<SmsGatewayOut | null>(null);

export function GatewayFields({ row }: { row: SmsGatewayOut | null }) {
  const { t } = useTranslation();
  const kind: GatewayKind = Form.useWatch("kind") ?? "http";
  return (
    <Stored.Provider value={row}>
      <Form.Item name="kind" label={t("sms_gateways.kind")}>
        <Segmented options={GATEWAY_KINDS.map((value) => ({ value, label: t(`sms_gateways.kind_${value}`) }))} />
      </Form.Item>
      <NameField label={t("sms_gateways.name")} />
      {kind === "http" && <HttpFields />}
      {kind === "aliyun" && <AliyunFields />}
      {kind === "tencent" && <TencentFields />}
      {kind === "smpp" && <SmppFields />}
      <Section>{t("sms_gateways.sending")}</Section>
      <Side>
        <NumberField name="per_second" label={t("sms_gateways.per_second")} min={1} max={500} />
        <NumberField name="valid_hours" label={t("sms_gateways.valid_hours")} min={1} max={168} />
        <NumberField name="position" label={t("sms_gateways.position")} max={1000} />
      </Side>
      <SwitchField name="sends_again" label={t("sms_gateways.sends_again")} help={t("sms_gateways.sends_again_help")} />
      <SwitchField name="enabled" label={t("sms_gateways.enabled")} />
    </Stored.Provider>
  );
}

interface OptionProps {
  name: string;
  label: string;
  help?: string;
  placeholder?: string;
  needed?: boolean;
  longest?: number;
}

/** One option as a line of text. */
export function OptionField({ name, label, help, placeholder, needed = false, longest = 200 }: OptionProps) {
  return (
    <Form.Item name={["options", name]} label={label} extra={help} rules={[{ required: needed }]}>
      <Input maxLength={longest} spellCheck={false} autoComplete="off" placeholder={placeholder} />
    </Form.Item>
  );
}

/** The gateway's own secret, which never comes back. */
export function KeyField({ label }: { label: string }) {
  const { t } = useTranslation();
  const row = useContext(Stored);
  const form = Form.useFormInstance<GatewayForm>();
  return (
    <Form.Item
      name="key"
      label={label}
      rules={[
        {
          validator: async (_, typed?: string) => {
            if (!typed && needsKey(row, form.getFieldsValue(["kind", "options"])))
              throw new Error(t("sms_gateways.key_needed"));
          },
        },
      ]}
    >
      <Input.Password maxLength={4000} autoComplete="new-password" placeholder={t("connections.secret_kept")} />
    </Form.Item>
  );
}

export function OptionNumber({ name, label, min, max }: { name: string; label: string; min: number; max: number }) {
  return (
    <Form.Item name={["options", name]} label={label} rules={[{ required: true }]}>
      <InputNumber min={min} max={max} precision={0} style={{ width: "100%" }} />
    </Form.Item>
  );
}

function AliyunFields() {
  const { t } = useTranslation();
  return (
    <>
      <Side>
        <OptionField name="access_key_id" label="AccessKey ID" needed longest={80} />
        <KeyField label="AccessKey Secret" />
      </Side>
      <OptionField
        name="sign_name"
        label={t("sms_gateways.sign_name")}
        help={t("sms_gateways.sign_name_help")}
        needed
      />
      <OptionField
        name="endpoint"
        label={t("sms_gateways.endpoint")}
        placeholder="https://dysmsapi.aliyuncs.com"
        longest={500}
      />
    </>
  );
}

function TencentFields() {
  const { t } = useTranslation();
  return (
    <>
      <Side>
        <OptionField name="secret_id" label="SecretId" needed longest={80} />
        <KeyField label="SecretKey" />
      </Side>
      <Side>
        <OptionField name="sdk_app_id" label="SDK AppID" needed longest={20} placeholder="1400006666" />
        <OptionField name="region" label={t("sms_gateways.region")} needed longest={40} />
      </Side>
      <OptionField
        name="sign_name"
        label={t("sms_gateways.sign_name")}
        help={t("sms_gateways.sign_name_help")}
        needed
      />
      <OptionField
        name="endpoint"
        label={t("sms_gateways.endpoint")}
        placeholder="https://sms.tencentcloudapi.com"
        longest={500}
      />
    </>
  );
}
