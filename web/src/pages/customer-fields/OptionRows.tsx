import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { fresh } from "../../lib/own-fields";
import { Sortable } from "../../ui/Sortable";
import type { FieldForm } from "./form";

/** What can be chosen, in its order; an option may be renamed, and retired instead of taken away. */
export function OptionRows() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<FieldForm>();
  const options = Form.useWatch("options", { form, preserve: true }) ?? [];
  return (
    <Form.Item label={t("own_field.options")} required extra={t("customer_fields.options_help")}>
      <Form.List name="options">
        {(rows, { add, remove, move }, { errors }) => (
          <>
            <Sortable
              count={rows.length}
              keyOf={(place) => options[place]?.id ?? place}
              title={(place) => <OneOption place={place} />}
              onMove={move}
              onRemove={remove}
            />
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ id: fresh("o"), label: "", retired: false })}
            >
              {t("customer_fields.add_option")}
            </Button>
            <Form.ErrorList errors={errors} />
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function OneOption({ place }: { place: number }) {
  const { t } = useTranslation();
  return (
    <Flex gap={12} align="center" style={{ paddingBlock: 4, fontWeight: "normal" }}>
      <Form.Item
        name={[place, "label"]}
        rules={[{ required: true }]}
        messageVariables={{ label: t("own_field.label") }}
        style={{ flex: 1, margin: 0 }}
      >
        <Input size="small" maxLength={80} aria-label={t("customer_fields.option", { number: place + 1 })} />
      </Form.Item>
      <Form.Item name={[place, "retired"]} valuePropName="checked" noStyle>
        <Checkbox>{t("customer_fields.retired")}</Checkbox>
      </Form.Item>
    </Flex>
  );
}
