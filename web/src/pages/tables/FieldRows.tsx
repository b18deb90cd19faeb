import { PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldOption } from "../../api";
import { canBeUnique, isChoosing, optionsOf, TYPES } from "../../lib/own-fields";
import { Sortable } from "../../ui/Sortable";
import { blankField, type FieldRow, type TableForm } from "./form";

const FLAT = { marginBlockEnd: 8 };

/** The fields of a table in their order. */
export function FieldRows() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<TableForm>();
  const fields: FieldRow[] = Form.useWatch("fields", { form, preserve: true }) ?? [];
  return (
    <Form.List name="fields">
      {(rows, { add, remove, move }) => (
        <>
          <Sortable
            count={rows.length}
            keyOf={(place) => fields[place]?.id ?? place}
            title={(place) => fields[place]?.label || t("tables.new_field")}
            onMove={move}
            onRemove={remove}
          >
            {(place) => <OneField place={place} field={fields[place]} />}
          </Sortable>
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(blankField())}>
            {t("tables.add_field")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function OneField({ place, field }: { place: number; field: FieldRow | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <Flex gap={12}>
        <Form.Item
          name={[place, "label"]}
          label={t("own_field.label")}
          rules={[{ required: true }]}
          style={{ ...FLAT, flex: 2 }}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name={[place, "type"]} label={t("own_field.type")} style={{ ...FLAT, flex: 1 }}>
          <Select options={TYPES.map((value) => ({ value, label: t(`own_field.type_${value}`) }))} />
        </Form.Item>
      </Flex>
      {isChoosing(field?.type) && (
        <Form.Item name={[place, "options"]} label={t("own_field.options")} required style={FLAT}>
          <Options label={t("own_field.options")} hint={t("tables.options_hint")} />
        </Form.Item>
      )}
      <Flex gap={16} wrap>
        <Mark place={place} name="required" label={t("own_field.required")} />
        {canBeUnique(field?.type) && <Mark place={place} name="unique" label={t("own_field.unique")} />}
        <Mark place={place} name="masked" label={t("own_field.masked")} />
        <Mark place={place} name="in_pop" label={t("own_field.in_pop")} />
      </Flex>
    </>
  );
}

function Mark({ place, name, label }: { place: number; name: keyof FieldRow; label: string }) {
  return (
    <Flex gap={6} align="center">
      <Form.Item name={[place, name]} valuePropName="checked" noStyle>
        <Switch size="small" aria-label={label} />
      </Form.Item>
      <span>{label}</span>
    </Flex>
  );
}

interface OptionsProps {
  label: string;
  hint: string;
  value?: FieldOption[];
  onChange?: (options: FieldOption[]) => void;
}

function Options({ label, hint, value = [], onChange }: OptionsProps) {
  return (
    <Select
      mode="tags"
      open={false}
      suffixIcon={null}
      aria-label={label}
      placeholder={hint}
      value={value.map((option) => option.label)}
      tokenSeparators={[",", "，", "、", ";", "；", "\n"]}
      onChange={(labels: string[]) => onChange?.(optionsOf(labels, value))}
    />
  );
}
