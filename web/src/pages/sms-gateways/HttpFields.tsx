import { Collapse, Form, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Section, Side } from "../../ui/fields";
import { Pairs } from "../../ui/Pairs";
import { KeyField, OptionField } from "./GatewayFields";
import { CommonSwitches, NumberForm } from "./SmppFields";

const PLACES = { open: "{{", close: "}}" };

/** A platform with an interface of its own: what is sent, and where its answers and reports say what. */
export function HttpFields() {
  const { t } = useTranslation();
  const method = Form.useWatch(["options", "method"]) ?? "POST";
  return (
    <>
      <Form.Item name={["options", "method"]} label={t("sms_gateways.method")}>
        <Segmented options={["POST", "GET"]} />
      </Form.Item>
      <OptionField
        name="url"
        label={t("sms_gateways.url")}
        help={t("sms_gateways.url_help", PLACES)}
        placeholder="https://sms.example.com/send"
        needed
        longest={1000}
      />
      {method === "POST" && (
        <>
          <Side>
            <Form.Item name={["options", "content"]} label={t("sms_gateways.content")}>
              <Segmented
                options={[
                  { value: "json", label: "JSON" },
                  { value: "form", label: t("sms_gateways.form") },
                ]}
              />
            </Form.Item>
            <NumberForm />
          </Side>
          <Form.Item name={["options", "body"]} label={t("sms_gateways.body")} rules={[{ required: true }]}>
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} maxLength={4000} spellCheck={false} />
          </Form.Item>
        </>
      )}
      {method === "GET" && <NumberForm />}
      <Side>
        <OptionField name="ok_path" label={t("sms_gateways.ok_path")} placeholder="code" />
        <Codes name="ok_values" label={t("sms_gateways.ok_values")} placeholder="0" />
        <Codes name="later_values" label={t("sms_gateways.later_values")} />
      </Side>
      <Side>
        <OptionField name="id_path" label={t("sms_gateways.id_path")} placeholder="data.id" />
        <OptionField name="error_path" label={t("sms_gateways.error_path")} placeholder="message" />
      </Side>
      <Collapse
        ghost
        size="small"
        items={[
          { key: "signing", label: t("sms_gateways.signing"), forceRender: true, children: <Signing /> },
          { key: "reports", label: t("sms_gateways.reports"), forceRender: true, children: <Reports /> },
          { key: "inbound", label: t("sms_gateways.inbound"), forceRender: true, children: <Inbound /> },
        ]}
      />
      <CommonSwitches />
    </>
  );
}

function Signing() {
  const { t } = useTranslation();
  return (
    <>
      <Section>{t("connections.secrets")}</Section>
      <Pairs list="secrets" name={t("connections.secret_name")} value={t("connections.secret_value")} secret />
      <Section>{t("connections.headers")}</Section>
      <Pairs
        list={["options", "headers"]}
        name={t("connections.header_name")}
        value={t("connections.header_value")}
        add={t("connections.add_headers")}
      />
      <Side>
        <OptionField name="sign_header" label={t("sms_gateways.sign_header")} placeholder="X-Signature" longest={80} />
        <KeyField label={t("sms_gateways.sign_key")} />
      </Side>
      <Side>
        <OptionField
          name="sign_over"
          label={t("sms_gateways.sign_over")}
          help={t("sms_gateways.sign_over_help", PLACES)}
          longest={1000}
        />
        <Form.Item name={["options", "sign_encoding"]} label={t("sms_gateways.sign_encoding")}>
          <Segmented options={["hex", "base64"]} />
        </Form.Item>
      </Side>
    </>
  );
}

function Reports() {
  const { t } = useTranslation();
  return (
    <>
      <Side>
        <OptionField name="report_items" label={t("sms_gateways.items")} placeholder="list" />
        <OptionField name="report_id" label={t("sms_gateways.report_id")} placeholder="msgid" />
        <OptionField name="report_state" label={t("sms_gateways.report_state")} placeholder="status" />
      </Side>
      <Side>
        <Codes name="report_delivered" label={t("sms_gateways.report_delivered")} placeholder="DELIVRD" />
        <Codes name="report_failed" label={t("sms_gateways.report_failed")} />
        <OptionField name="report_error" label={t("sms_gateways.error_path")} />
      </Side>
      <OptionField name="callback_answer" label={t("sms_gateways.callback_answer")} />
    </>
  );
}

function Inbound() {
  const { t } = useTranslation();
  return (
    <>
      <Side>
        <OptionField name="inbound_items" label={t("sms_gateways.items")} />
        <OptionField name="inbound_from" label={t("sms_gateways.inbound_from")} placeholder="from" />
      </Side>
      <Side>
        <OptionField name="inbound_text" label={t("sms_gateways.inbound_text")} placeholder="text" />
        <OptionField name="inbound_to" label={t("sms_gateways.inbound_to")} placeholder="to" />
      </Side>
    </>
  );
}

function Codes({ name, label, placeholder }: { name: string; label: string; placeholder?: string }) {
  return (
    <Form.Item name={["options", name]} label={label}>
      <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " "]} placeholder={placeholder} />
    </Form.Item>
  );
}
