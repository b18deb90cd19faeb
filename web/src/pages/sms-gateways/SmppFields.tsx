import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Side, SwitchField } from "../../ui/fields";
import { KeyField, OptionField, OptionNumber } from "./GatewayFields";

export function SmppFields() {
  const { t } = useTranslation();
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 112px", gap: 16 }}>
        <OptionField name="host" label={t("sms_gateways.host")} needed longest={255} placeholder="smpp.example.com" />
        <OptionNumber name="port" label={t("sms_gateways.port")} min={1} max={65535} />
      </div>
      <Side>
        <OptionField name="system_id" label="system_id" needed longest={15} />
        <KeyField label={t("sms_gateways.password")} />
        <OptionField name="system_type" label="system_type" longest={12} />
      </Side>
      <Side>
        <OptionField name="source" label={t("sms_gateways.source")} longest={20} placeholder="10690001" />
        <OptionNumber name="source_ton" label="TON" min={0} max={6} />
        <OptionNumber name="source_npi" label="NPI" min={0} max={18} />
      </Side>
      <Side>
        <NumberForm />
        <OptionNumber name="dest_ton" label="TON" min={0} max={6} />
        <OptionNumber name="dest_npi" label="NPI" min={0} max={18} />
      </Side>
      <Side>
        <OptionNumber name="window" label={t("sms_gateways.window")} min={1} max={100} />
        <OptionNumber name="enquire_seconds" label={t("sms_gateways.enquire_seconds")} min={5} max={600} />
      </Side>
      <Form.Item
        name={["options", "receipt_ids"]}
        label={t("sms_gateways.receipt_ids")}
        extra={t("sms_gateways.receipt_ids_help")}
      >
        <Select
          options={(["same", "decimal", "hex"] as const).map((value) => ({
            value,
            label: t(`sms_gateways.receipt_ids_${value}`),
          }))}
        />
      </Form.Item>
      <SwitchField name={["options", "tls"]} label={t("sms_gateways.tls")} />
      <CommonSwitches />
    </>
  );
}

/** How the platform wants numbers written. */
export function NumberForm() {
  const { t } = useTranslation();
  return (
    <Form.Item name={["options", "number_form"]} label={t("sms_gateways.number_form")}>
      <Select
        options={[
          { value: "e164", label: "+8613800138000" },
          { value: "digits", label: "8613800138000" },
          { value: "national", label: "13800138000" },
        ]}
      />
    </Form.Item>
  );
}

export function CommonSwitches() {
  const { t } = useTranslation();
  return (
    <>
      <SwitchField
        name={["options", "check_certificate"]}
        label={t("connections.check_certificate")}
        help={t("connections.check_certificate_help")}
      />
      <SwitchField name={["options", "gsm7"]} label={t("sms_gateways.gsm7")} help={t("sms_gateways.gsm7_help")} />
    </>
  );
}
