import { DatePicker, Form, Input, InputNumber, Select, Switch, Tag } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import type { FieldOption, FieldType, FieldValidation } from "../api";
import { atSite, here } from "../lib/zone";
import { dateTimeText } from "../phone/time";
import { Dash } from "./fields";

/** A field that the site made itself, of its customers or of a table. */
export interface OwnField {
  id: string;
  label: string;
  type: FieldType;
  options?: FieldOption[];
  required?: boolean;
  validation?: FieldValidation;
}

export type Values = Record<string, unknown>;

/** The inputs for a row's own fields, below `values` in the form around them. */
export function FieldInputs({ fields, name = "values" }: { fields: OwnField[]; name?: string }) {
  return fields.map((field) => (
    <Form.Item key={field.id} name={[name, field.id]} label={field.label} required={field.required ?? false}>
      <FieldInput field={field} />
    </Form.Item>
  ));
}

interface InputProps {
  field: OwnField;
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

/** What a field of this type is filled in with; the value is what the API takes and gives. */
export function FieldInput({ field, id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const shared = { ...(id ? { id } : {}), "aria-label": field.label };
  const tell = (next: unknown) => onChange?.(next ?? null);
  const text = typeof value === "string" ? value : "";
  switch (field.type) {
    case "text":
      return (
        <Input.TextArea
          {...shared}
          value={text}
          autoSize={{ minRows: 2, maxRows: 12 }}
          onChange={(event) => tell(event.target.value)}
        />
      );
    case "number":
      return (
        <InputNumber
          {...shared}
          value={typeof value === "number" ? value : null}
          onChange={tell}
          style={{ width: "100%" }}
        />
      );
    case "choice":
    case "choices": {
      const chosen = Array.isArray(value) ? value : value ? [value] : [];
      const options = (field.options ?? [])
        .filter((option) => !option.retired || chosen.includes(option.id))
        .map((option) => ({ value: option.id, label: option.label }));
      return (
        <Select
          {...shared}
          allowClear
          options={options}
          showSearch={{ optionFilterProp: "label" }}
          {...(field.type === "choices" ? { mode: "multiple" as const, value: chosen } : { value: value ?? null })}
          onChange={tell}
        />
      );
    }
    case "datetime":
      return <MomentInput {...shared} value={text} onChange={tell} />;
    case "yes_no":
      return (
        <Switch
          {...shared}
          checked={value === true}
          checkedChildren={t("own_field.yes")}
          unCheckedChildren={t("own_field.no")}
          onChange={tell}
        />
      );
    default:
      return (
        <Input
          {...shared}
          value={text}
          maxLength={field.validation?.longest ?? 400}
          inputMode={field.type === "phone" ? "tel" : field.type === "email" ? "email" : "text"}
          onChange={(event) => tell(event.target.value)}
        />
      );
  }
}

interface MomentProps {
  id?: string;
  value: string;
  onChange: (value: string | null) => void;
  "aria-label": string;
}

/** A day, or a day with a time as the site's clocks show it. */
function MomentInput({ value, onChange, ...shared }: MomentProps) {
  const shown = value === "" ? null : here(value);
  const whole = value !== "" && !value.includes("T");
  const told = (at: Dayjs) =>
    at.hour() === 0 && at.minute() === 0 ? at.format("YYYY-MM-DD") : atSite(at).toISOString();
  return (
    <DatePicker
      {...shared}
      showTime={{ format: "HH:mm", defaultOpenValue: here("2000-01-01T00:00:00").startOf("day") }}
      format={whole ? "YYYY-MM-DD" : "YYYY-MM-DD HH:mm"}
      value={
        whole
          ? here()
              .year(Number(value.slice(0, 4)))
              .month(Number(value.slice(5, 7)) - 1)
              .date(Number(value.slice(8)))
              .startOf("day")
          : shown
      }
      onChange={(at: Dayjs | null) => onChange(at ? told(at) : null)}
      style={{ width: "100%" }}
    />
  );
}

/** A value in words, for lists. */
export function FieldText({ field, value }: { field: OwnField; value: unknown }) {
  const { t, i18n } = useTranslation();
  if (value === null || value === undefined || value === "") return <Dash />;
  const label = (id: unknown) => field.options?.find((option) => option.id === id)?.label ?? String(id);
  switch (field.type) {
    case "choice":
      return label(value);
    case "choices":
      return Array.isArray(value) ? value.map((id) => <Tag key={String(id)}>{label(id)}</Tag>) : String(value);
    case "yes_no":
      return t(value === true ? "own_field.yes" : "own_field.no");
    case "datetime":
      return String(value).includes("T") ? dateTimeText(String(value), i18n.language) : String(value);
    default:
      return String(value);
  }
}
