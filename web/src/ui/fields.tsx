import { Flex, Form, Input, InputNumber, Select, Switch, type TableColumnType, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Permission } from "../lib/types";

export const PERMISSIONS: Permission[] = ["internal", "local", "national", "international"];

interface Named {
  name: string | string[];
  label: string;
  help?: string;
}

/** `optional`: may be left empty, which `none` says in words. */
type Bounds = Named & { min?: number; max?: number; optional?: boolean; none?: "no_limit" | "no_alarm" };

/** What a row is called. */
export function NameField({ label }: { label: string }) {
  return (
    <Form.Item name="name" label={label} rules={[{ required: true }]}>
      <Input maxLength={80} />
    </Form.Item>
  );
}

/** The number at which it is called inside, if it has one. */
export function InsideNumberField({ label, help }: { label: string; help?: string }) {
  return (
    <Form.Item name="number" label={label} extra={help}>
      <Input maxLength={8} inputMode="numeric" />
    </Form.Item>
  );
}

/** Seconds as a number with its unit; empty means none where `optional`. */
export function SecondsField({ name, label, help, min = 0, max = 3600, optional = false, none = "no_limit" }: Bounds) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={help} rules={optional ? [] : [{ required: true }]}>
      <InputNumber
        min={min}
        max={max}
        precision={0}
        suffix={t("unit.seconds")}
        placeholder={optional ? t(`unit.${none}`) : undefined}
        style={{ width: "100%" }}
      />
    </Form.Item>
  );
}

/** Minutes of a day, or none. */
export function MinutesField({ name, label, help }: Named) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={help}>
      <InputNumber
        min={1}
        max={1440}
        precision={0}
        suffix={t("unit.minutes")}
        placeholder={t("unit.no_limit")}
        style={{ width: "100%" }}
      />
    </Form.Item>
  );
}

export function NumberField({ name, label, help, min = 0, max = 9999, optional = false, none = "no_limit" }: Bounds) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={help} rules={optional ? [] : [{ required: true }]}>
      <InputNumber
        min={min}
        max={max}
        precision={0}
        placeholder={optional ? t(`unit.${none}`) : undefined}
        style={{ width: "100%" }}
      />
    </Form.Item>
  );
}

/** A switch whose words stand beside it, so that a form stays short. */
export function SwitchField({ name, label, help }: Named) {
  return (
    <Form.Item style={{ marginBlockEnd: 12 }} extra={help}>
      <Flex gap={8} align="center">
        <Form.Item name={name} valuePropName="checked" noStyle>
          <Switch size="small" aria-label={label} />
        </Form.Item>
        <span>{label}</span>
      </Flex>
    </Form.Item>
  );
}

export function PermissionField({ name = "dial_permission", label }: Partial<Named>) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label ?? t("permission.label")} rules={[{ required: true }]}>
      <Select options={PERMISSIONS.map((value) => ({ value, label: t(`permission.${value}`) }))} />
    </Form.Item>
  );
}

/** Fields side by side, equally wide. */
export function Side({ children }: { children: ReactNode }) {
  return (
    <div style={{ display: "grid", gridAutoFlow: "column", gridAutoColumns: "minmax(0, 1fr)", gap: 16 }}>
      {children}
    </div>
  );
}

export function Section({ children }: { children: ReactNode }) {
  return (
    <Typography.Title level={5} style={{ fontSize: 14, margin: "16px 0 12px" }}>
      {children}
    </Typography.Title>
  );
}

/** A cell's "–" for nothing, in grey. */
export function Dash() {
  return <Typography.Text type="secondary">–</Typography.Text>;
}

/** The column of the rows' names, by which they can be sorted. */
export function nameColumn<R extends { name: string }>(title: string): TableColumnType<R> {
  return { title, dataIndex: "name", sorter: (a, b) => a.name.localeCompare(b.name) };
}

/** The column of the numbers at which the rows are called inside. */
export function insideNumberColumn<R extends { number: string | null }>(title: string): TableColumnType<R> {
  return { title, dataIndex: "number", className: "number", render: (number: string | null) => number ?? <Dash /> };
}
