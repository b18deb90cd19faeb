import { Badge, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsAdmin } from "../../lib/session";
import type { Extension } from "../../lib/types";
import { Dash, PermissionField, SecondsField, Side, SwitchField } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { BoxButton } from "../calls/BoxDrawer";
import { Codes } from "./Codes";
import { Devices } from "./Devices";
import { RangeForm } from "./RangeForm";

type Body = Pick<Extension, "number" | "name" | "voicemail" | "ring_seconds" | "record" | "dial_permission">;

const blank = (): Body => ({
  number: "",
  name: "",
  voicemail: true,
  ring_seconds: 25,
  record: true,
  dial_permission: "national",
});
const words = (row: Extension) => [row.number, row.name, row.user?.name];

export default function ExtensionsPage() {
  const { t } = useTranslation();
  const [ranging, setRanging] = useState(false);
  const isAdmin = useIsAdmin();

  return (
    <>
      <ResourcePage<Extension, Body>
        kind="extensions"
        texts="extensions"
        nameOf={(row) => row.number}
        words={words}
        blank={blank}
        actions={
          <>
            <Codes />
            <Button onClick={() => setRanging(true)}>{t("extensions.range")}</Button>
          </>
        }
        columns={[
          {
            title: t("extensions.number"),
            dataIndex: "number",
            className: "number",
            sorter: (a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }),
            defaultSortOrder: "ascend",
          },
          { title: t("extensions.name"), dataIndex: "name", render: (name: string) => name || <Dash /> },
          { title: t("extensions.user"), render: (_, row) => row.user?.name ?? <Dash /> },
          {
            title: t("extensions.devices"),
            render: (_, { devices }) => {
              const count = devices.filter((device) => device.state === "online").length;
              return (
                <Badge
                  status={count ? "success" : "default"}
                  text={count ? t("extensions.online", { count }) : t("extensions.none_online")}
                />
              );
            },
          },
          { title: t("permission.label"), render: (_, row) => t(`permission.${row.dial_permission}`) },
          { title: t("extensions.ring_seconds"), render: (_, row) => `${row.ring_seconds} ${t("unit.seconds")}` },
          { title: t("extensions.record"), render: (_, row) => t(row.record ? "unit.yes" : "unit.no") },
        ]}
        fields={() => (
          <>
            <Side>
              <Form.Item
                name="number"
                label={t("extensions.number")}
                extra={t("extensions.number_help")}
                rules={[{ required: true, pattern: /^\d{3,8}$/, message: t("extensions.number_help") }]}
              >
                <Input inputMode="numeric" maxLength={8} />
              </Form.Item>
              <Form.Item name="name" label={t("extensions.name")}>
                <Input maxLength={80} />
              </Form.Item>
            </Side>
            <Side>
              <PermissionField />
              <SecondsField name="ring_seconds" label={t("extensions.ring_seconds")} min={5} max={120} />
            </Side>
            <SwitchField name="voicemail" label={t("extensions.voicemail")} />
            <SwitchField name="record" label={t("extensions.record")} />
          </>
        )}
        below={(row) => (
          <>
            {isAdmin && row.voicemail && <BoxButton id={row.id} />}
            <Devices extension={row} />
          </>
        )}
      />
      <RangeForm open={ranging} onClose={() => setRanging(false)} />
    </>
  );
}
