import { Form, Input, InputNumber, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { NameField, Section, Side, SwitchField } from "../../ui/fields";
import { Pairs } from "../../ui/Pairs";
import type { ConnectionForm } from "./form";

const KINDS = ["http", "postgresql", "sqlite"] as const;

export function ConnectionFields() {
  const { t } = useTranslation();
  const kind: ConnectionForm["kind"] = Form.useWatch("kind") ?? "http";
  return (
    <>
      <Form.Item name="kind" label={t("connections.kind")}>
        <Segmented options={KINDS.map((value) => ({ value, label: t(`connections.kind_${value}`) }))} />
      </Form.Item>
      <NameField label={t("connections.name")} />
      <div hidden={kind !== "http"}>
        <HttpFields needed={kind === "http"} />
      </div>
      <div hidden={kind !== "postgresql"}>
        <DatabaseFields needed={kind === "postgresql"} />
      </div>
      <Form.Item
        name="database"
        label={t(kind === "sqlite" ? "connections.file" : "connections.database")}
        extra={kind === "sqlite" ? t("connections.file_help") : undefined}
        rules={[{ required: kind !== "http" }]}
        hidden={kind === "http"}
      >
        <Input maxLength={255} spellCheck={false} placeholder={kind === "sqlite" ? "orders.db" : undefined} />
      </Form.Item>
      <div hidden={kind === "sqlite"}>
        <SwitchField
          name="check_certificate"
          label={t("connections.check_certificate")}
          help={t("connections.check_certificate_help")}
        />
      </div>
    </>
  );
}

function HttpFields({ needed }: { needed: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="base_url"
        label={t("connections.base_url")}
        extra={t("connections.base_url_help")}
        rules={[{ required: needed }]}
      >
        <Input maxLength={500} spellCheck={false} placeholder="https://crm.example.com/api" />
      </Form.Item>
      <Section>{t("connections.secrets")}</Section>
      <Pairs list="secrets" name={t("connections.secret_name")} value={t("connections.secret_value")} secret />
      <Section>{t("connections.headers")}</Section>
      <Pairs
        list="headers"
        name={t("connections.header_name")}
        value={t("connections.header_value")}
        add={t("connections.add_headers")}
      />
    </>
  );
}

function DatabaseFields({ needed }: { needed: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 112px", gap: 16 }}>
        <Form.Item name="host" label={t("connections.host")} rules={[{ required: needed }]}>
          <Input maxLength={255} spellCheck={false} placeholder="db.example.com" />
        </Form.Item>
        <Form.Item name="port" label={t("connections.port")} rules={[{ required: needed }]}>
          <InputNumber min={1} max={65535} precision={0} controls={false} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Side>
        <Form.Item
          name="username"
          label={t("connections.username")}
          extra={t("connections.username_help")}
          rules={[{ required: needed }]}
        >
          <Input maxLength={80} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={t("connections.password")}>
          <Input.Password maxLength={4000} autoComplete="new-password" placeholder={t("connections.secret_kept")} />
        </Form.Item>
      </Side>
      <SwitchField name="encrypted" label={t("connections.encrypted")} />
    </>
  );
}
