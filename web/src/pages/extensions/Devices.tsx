import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Badge, Button, Descriptions, Flex, Input, Popconfirm, Tooltip, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createDevice, deleteDevice } from "../../api";
import { useIsAdmin } from "../../lib/session";
import type { Device, Extension } from "../../lib/types";
import { Section } from "../../ui/fields";

const LAMPS = { online: "success", offline: "default", wrong_password: "error" } as const;

/** An extension's phones. They are saved one by one, apart from the extension's own form. */
export function Devices({ extension }: { extension: Extension }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);

  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ["extensions"] });
    } catch (error) {
      message.error((error as Error).message || t("problem.internal"));
    } finally {
      setBusy(false);
    }
  };
  const add = () =>
    act(async () => {
      await createDevice({ body: { extension_id: extension.id, kind: "sip", name: name.trim() }, throwOnError: true });
      setName("");
    });

  return (
    <section aria-label={t("devices.title")}>
      <Section>{t("devices.title")}</Section>
      <Flex vertical gap={12}>
        {extension.devices.map((device) => (
          <DeviceLine
            key={device.id}
            device={device}
            onRemove={
              isAdmin ? () => act(() => deleteDevice({ path: { id: device.id }, throwOnError: true })) : undefined
            }
          />
        ))}
        {isAdmin && (
          <Flex gap={8}>
            <Input
              aria-label={t("devices.name")}
              placeholder={t("devices.placeholder")}
              value={name}
              maxLength={80}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={add}
            />
            <Button icon={<PlusOutlined />} loading={busy} onClick={add}>
              {t("devices.add")}
            </Button>
          </Flex>
        )}
      </Flex>
    </section>
  );
}

function DeviceLine({ device, onRemove }: { device: Device; onRemove: (() => void) | undefined }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const name = device.name || t(`devices.${device.kind}`);

  return (
    <div>
      <Flex gap={8} align="center">
        <Tooltip
          title={device.state === "wrong_password" ? t("devices.tried_from", { from: device.contact }) : undefined}
        >
          <Badge status={LAMPS[device.state]} text={t(`devices.${device.state}`)} />
        </Tooltip>
        <Typography.Text strong>{name}</Typography.Text>
        {device.name && <Typography.Text type="secondary">{t(`devices.${device.kind}`)}</Typography.Text>}
        <span style={{ flex: 1 }} />
        {device.kind === "sip" && device.secret && (
          <Button size="small" onClick={() => setShown(!shown)} aria-expanded={shown}>
            {t(shown ? "devices.hide" : "devices.show")}
          </Button>
        )}
        {device.kind === "sip" && onRemove && (
          <Popconfirm title={t("act.remove_sure", { name })} okText={t("act.remove")} onConfirm={onRemove}>
            <Button
              size="small"
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={`${t("act.remove")} ${name}`}
            />
          </Popconfirm>
        )}
      </Flex>
      {shown && (
        <div style={{ marginBlockStart: 8 }}>
          <Descriptions
            size="small"
            bordered
            column={1}
            items={[
              { key: "server", label: t("devices.server"), children: window.location.hostname },
              {
                key: "user",
                label: t("devices.user_name"),
                children: <Typography.Text copyable>{device.id}</Typography.Text>,
              },
              {
                key: "secret",
                label: t("devices.secret"),
                children: <Typography.Text copyable>{device.secret}</Typography.Text>,
              },
            ]}
          />
          <Alert type="info" title={t("devices.server_help")} style={{ marginBlockStart: 8 }} />
        </div>
      )}
    </div>
  );
}
