import { Collapse, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { NameField, NumberField, Side, SwitchField } from "../../ui/fields";

export function TrunkFields({ hasSecret }: { hasSecret: boolean }) {
  const { t } = useTranslation();
  const registers = Form.useWatch("kind") !== "address";
  return (
    <>
      <Form.Item name="kind" label={t("trunks.kind")}>
        <Segmented
          options={(["register", "address"] as const).map((value) => ({ value, label: t(`trunks.kind_${value}`) }))}
        />
      </Form.Item>
      <NameField label={t("trunks.name")} />
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 112px", gap: 16 }}>
        <Form.Item name="host" label={t("trunks.host")} rules={[{ required: true }]}>
          <Input placeholder="sip.example.com" maxLength={255} spellCheck={false} />
        </Form.Item>
        <Form.Item name="port" label={t("trunks.port")} rules={[{ required: true }]}>
          <InputNumber min={1} max={65535} precision={0} controls={false} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Side>
        <Form.Item name="username" label={t("trunks.username")} rules={[{ required: registers }]}>
          <Input maxLength={80} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="secret" label={t("trunks.secret")} extra={hasSecret ? t("trunks.secret_kept") : undefined}>
          <Input.Password maxLength={120} autoComplete="new-password" />
        </Form.Item>
      </Side>
      <Side>
        <Form.Item name="caller_number" label={t("trunks.caller_number")} extra={t("trunks.caller_number_help")}>
          <Input maxLength={32} inputMode="tel" />
        </Form.Item>
        <NumberField name="max_calls" label={t("trunks.max_calls")} min={1} />
      </Side>
      <SwitchField name="enabled" label={t("trunks.enabled")} />
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: "more",
            label: t("trunks.more"),
            forceRender: true,
            children: (
              <>
                <Form.Item name="match" label={t("trunks.match")} extra={t("trunks.match_help")}>
                  <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " "]} />
                </Form.Item>
                <Form.Item name="codecs" label={t("trunks.codecs")} rules={[{ required: true, type: "array", min: 1 }]}>
                  <Select
                    mode="multiple"
                    options={["alaw", "ulaw", "g722", "opus", "gsm"].map((value) => ({ value, label: value }))}
                  />
                </Form.Item>
                <Side>
                  <Form.Item name="from_domain" label={t("trunks.from_domain")}>
                    <Input maxLength={255} />
                  </Form.Item>
                  <Form.Item name="outbound_proxy" label={t("trunks.outbound_proxy")}>
                    <Input maxLength={255} />
                  </Form.Item>
                </Side>
                <SwitchField name="t38" label={t("trunks.t38")} help={t("trunks.t38_help")} />
              </>
            ),
          },
        ]}
      />
    </>
  );
}
