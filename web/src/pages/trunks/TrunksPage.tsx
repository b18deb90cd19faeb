import { Alert, Collapse, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Trunk } from "../../lib/types";
import { useLive } from "../../live/store";
import { Dash, NumberField, Side, SwitchField } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { blankTrunk, type TrunkBody, trunkBody, trunkForm } from "./form";
import { Lamp, lampOf } from "./Lamp";

const words = (row: Trunk) => [row.name, row.host, row.username, row.caller_number];

export default function TrunksPage() {
  const { t } = useTranslation();
  const live = useLive((state) => state.trunks);
  const enrich = useCallback(
    (rows: Trunk[]) =>
      rows.map((row) => {
        const now = live[row.id];
        return now ? { ...row, state: now.state as Trunk["state"], state_detail: now.detail } : row;
      }),
    [live],
  );

  return (
    <ResourcePage<Trunk, TrunkBody>
      kind="trunks"
      texts="trunks"
      width={560}
      nameOf={(row) => row.name}
      words={words}
      blank={blankTrunk}
      toForm={trunkForm}
      toBody={trunkBody}
      enrich={enrich}
      columns={[
        { title: t("trunks.name"), dataIndex: "name", sorter: (a, b) => a.name.localeCompare(b.name) },
        { title: t("trunks.state"), render: (_, row) => <Lamp trunk={row} /> },
        { title: t("trunks.kind"), render: (_, row) => t(`trunks.kind_${row.kind}`) },
        { title: t("trunks.host"), render: (_, row) => (row.port === 5060 ? row.host : `${row.host}:${row.port}`) },
        { title: t("trunks.username"), dataIndex: "username", render: (name: string) => name || <Dash /> },
        {
          title: t("trunks.caller_number"),
          dataIndex: "caller_number",
          className: "number",
          render: (number: string) => number || <Dash />,
        },
        { title: t("trunks.max_calls"), dataIndex: "max_calls", align: "right" },
      ]}
      fields={(row) => (
        <>
          {row && <StateNote trunk={row} />}
          <TrunkFields hasSecret={row?.has_secret ?? false} />
        </>
      )}
    />
  );
}

/** The state in a plain sentence, with what to do about it. */
function StateNote({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  if (!trunk.enabled) return null;
  const lamp = lampOf(trunk);
  return (
    <Alert
      showIcon
      type={lamp === "default" || lamp === "processing" ? "info" : lamp}
      title={t(`trunks.state_${trunk.state}`)}
      description={
        <>
          {t(`trunks.why_${trunk.state}`)}
          {trunk.state_detail && <div>{trunk.state_detail}</div>}
        </>
      }
      style={{ marginBlockEnd: 16 }}
    />
  );
}

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
      <Form.Item name="name" label={t("trunks.name")} rules={[{ required: true }]}>
        <Input maxLength={80} />
      </Form.Item>
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
                <Form.Item name="codecs" label={t("trunks.codecs")}>
                  <Select
                    mode="multiple"
                    options={["alaw", "ulaw", "g722", "g729", "opus", "gsm"].map((value) => ({ value, label: value }))}
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
              </>
            ),
          },
        ]}
      />
    </>
  );
}
