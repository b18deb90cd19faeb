import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Conditions, FieldType } from "../../api";
import { type CustomerField, useCustomerFields } from "../../pages/customers/customers";
import { FieldInput } from "../FieldForm";
import { isCompared, type Operator, operatorKey, operatorsOf } from "./facts";
import { inputOf, textOf } from "./values";

const FLAT = { marginBlockEnd: 8 };

/** What stands in the site's own fields, below `conditions` in the form around it. */
export function FieldConditions() {
  const { t } = useTranslation();
  const { data: fields = [] } = useCustomerFields();
  const asked: Conditions["fields"] = Form.useWatch(["conditions", "fields"]) ?? [];
  const form = Form.useFormInstance();
  if (fields.length === 0) return null;
  /** Another field is compared in another way. */
  const begin = (row: number) => {
    form.setFieldValue(["conditions", "fields", row, "op"], "eq");
    form.setFieldValue(["conditions", "fields", row, "value"], "");
  };
  return (
    <div style={{ marginBlockStart: 12 }}>
      <Form.List name={["conditions", "fields"]}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => {
              const field = fields.find(({ id }) => id === asked?.[name]?.field);
              const op = asked?.[name]?.op;
              return (
                <Flex key={key} gap={8} align="start" wrap>
                  <Form.Item name={[name, "field"]} rules={[{ required: true }]} style={{ ...FLAT, flex: "1 1 160px" }}>
                    <FieldSelect fields={fields} onChange={() => begin(name)} />
                  </Form.Item>
                  <Form.Item name={[name, "op"]} style={{ ...FLAT, width: 120 }}>
                    <OperatorSelect type={field?.type} />
                  </Form.Item>
                  <Form.Item name={[name, "value"]} hidden={!isCompared(op)} style={{ ...FLAT, flex: "1 1 140px" }}>
                    <ComparedWith field={field} />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<CloseOutlined />}
                    aria-label={t("conditions.remove_field", { number: name + 1 })}
                    onClick={() => remove(name)}
                  />
                </Flex>
              );
            })}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ op: "eq", value: "" })}>
              {t("conditions.add_field")}
            </Button>
          </>
        )}
      </Form.List>
    </div>
  );
}

interface Input<Value> {
  id?: string;
  value?: Value;
  onChange?: (value: Value) => void;
}

export function FieldSelect({ fields, ...input }: Input<string> & { fields: CustomerField[] }) {
  const { t } = useTranslation();
  return (
    <Select
      {...input}
      aria-label={t("conditions.field")}
      placeholder={t("conditions.field")}
      showSearch={{ optionFilterProp: "label" }}
      options={fields.map(({ id, label }) => ({ value: id, label }))}
      style={{ width: "100%" }}
    />
  );
}

export function OperatorSelect({ type, ...input }: Input<Operator> & { type: FieldType | undefined }) {
  const { t } = useTranslation();
  return (
    <Select
      {...input}
      aria-label={t("conditions.operator")}
      options={operatorsOf(type).map((value) => ({ value, label: t(operatorKey(value, type)) }))}
      style={{ width: "100%" }}
    />
  );
}

/** What the field is compared with: chosen where it is chosen from, of several choices any. */
export function ComparedWith({
  field,
  id,
  value = "",
  onChange,
}: Input<string> & { field: CustomerField | undefined }) {
  const { t } = useTranslation();
  const named = { id: "", label: t("conditions.value"), type: "line" as const };
  const shared = id ? { id } : {};
  if (field?.type === "yes_no")
    return (
      <Select
        {...shared}
        aria-label={named.label}
        value={inputOf(field, value)}
        onChange={(next) => onChange?.(textOf(next))}
        options={[
          { value: "yes", label: t("own_field.yes") },
          { value: "no", label: t("own_field.no") },
        ]}
      />
    );
  const several = field?.type === "choice" ? { ...field, type: "choices" as const } : field;
  const one = several?.type === "text" ? named : { ...named, ...several, label: named.label };
  return (
    <FieldInput {...shared} field={one} value={inputOf(one, value)} onChange={(next) => onChange?.(textOf(next))} />
  );
}
