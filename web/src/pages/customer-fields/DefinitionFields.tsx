import { Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { canBeUnique, isChoosing, TYPES } from "../../lib/own-fields";
import { FieldInput } from "../../ui/FieldForm";
import { NumberField, Section, Side, SwitchField } from "../../ui/fields";
import { type FieldForm, keptDefault } from "./form";
import { OptionRows } from "./OptionRows";

/** The form of a field of customers: what its type cannot have is not asked. */
export function DefinitionFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<FieldForm>();
  const type = Form.useWatch("type", form);
  const unique = Form.useWatch("unique", form);
  const isUnique = canBeUnique(type) && unique;
  return (
    <>
      <Form.Item name="label" label={t("own_field.label")} rules={[{ required: true }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="type" label={t("own_field.type")} rules={[{ required: true }]}>
        <Select
          options={TYPES.map((value) => ({ value, label: t(`own_field.type_${value}`) }))}
          onChange={() => form.setFieldValue("default", null)}
        />
      </Form.Item>
      {isChoosing(type) && <OptionRows />}
      <SwitchField name="required" label={t("own_field.required")} />
      {canBeUnique(type) && (
        <SwitchField name="unique" label={t("own_field.unique")} help={t("customer_fields.unique_help")} />
      )}
      <SwitchField name="masked" label={t("own_field.masked")} help={t("customer_fields.masked_help")} />
      <SwitchField name="in_pop" label={t("own_field.in_pop")} />
      {(type === "number" || type === "line" || type === "text") && <Checks type={type} />}
      {!isUnique && (
        <Form.Item name="default" label={t("customer_fields.default")}>
          <DefaultInput />
        </Form.Item>
      )}
      <NumberField
        name="position"
        label={t("customer_fields.position")}
        help={t("customer_fields.position_help")}
        min={-1000}
        max={1000}
      />
    </>
  );
}

/** What is taken of what is filled in. */
function Checks({ type }: { type: "number" | "line" | "text" }) {
  const { t } = useTranslation();
  const bounds = ["least", "most"] as const;
  return (
    <>
      <Section>{t("customer_fields.checks")}</Section>
      {type === "number" ? (
        <Side>
          {bounds.map((name) => (
            <Form.Item key={name} name={["validation", name]} label={t(`customer_fields.${name}`)}>
              <InputNumber min={-1e15} max={1e15} placeholder={t("unit.no_limit")} style={{ width: "100%" }} />
            </Form.Item>
          ))}
        </Side>
      ) : (
        <NumberField
          name={["validation", "longest"]}
          label={t("customer_fields.longest")}
          min={1}
          max={type === "line" ? 400 : 10_000}
          optional
        />
      )}
      {type === "line" && (
        <Form.Item
          name={["validation", "pattern"]}
          label={t("customer_fields.pattern")}
          extra={t("customer_fields.pattern_help")}
        >
          <Input maxLength={200} spellCheck={false} />
        </Form.Item>
      )}
    </>
  );
}

interface DefaultProps {
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

/** A default is filled in as the field itself will be; yes or no may be neither. */
function DefaultInput(props: DefaultProps) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<FieldForm>();
  const type = Form.useWatch("type", form) ?? "line";
  const options = (Form.useWatch("options", { form, preserve: true }) ?? []).filter((option) => option?.label);
  if (type === "yes_no")
    return (
      <Select
        {...(props.id ? { id: props.id } : {})}
        allowClear
        placeholder={t("customer_fields.no_default")}
        options={["yes", "no"].map((value) => ({ value, label: t(`own_field.${value}`) }))}
        value={typeof props.value === "boolean" ? (props.value ? "yes" : "no") : null}
        onChange={(value?: string | null) => props.onChange?.(value ? value === "yes" : null)}
      />
    );
  const field = { id: "default", label: t("customer_fields.default"), type, options };
  return <FieldInput {...props} field={field} value={keptDefault({ type, options, default: props.value })} />;
}
