import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Form, Input, Radio, Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Sortable } from "../../ui/Sortable";
import { blankStatus, COLORS, type StatusRow } from "./form";

const FLAT = { marginBlockEnd: 8 };

/** Statuses in their order, each with those that may follow it; one is the first. */
export function StatusRows() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  // With what no input shows too: the ids, and which is the first.
  const statuses: StatusRow[] = Form.useWatch("statuses", { form, preserve: true }) ?? [];
  const beginWith = (first: number) =>
    form.setFieldValue(
      "statuses",
      statuses.map((one, place) => ({ ...one, initial: place === first })),
    );
  return (
    <Form.List name="statuses">
      {(rows, { add, remove, move }) => (
        <>
          <Sortable
            count={rows.length}
            keyOf={(place) => statuses[place]?.id ?? place}
            title={(place) => (
              <Tag color={statuses[place]?.color ?? "default"}>{statuses[place]?.label || t("tables.new_status")}</Tag>
            )}
            onMove={move}
            onRemove={remove}
          >
            {(place) => (
              <>
                <Flex gap={12}>
                  <Form.Item
                    name={[place, "label"]}
                    label={t("tables.label")}
                    rules={[{ required: true }]}
                    style={{ ...FLAT, flex: 2 }}
                  >
                    <Input maxLength={80} />
                  </Form.Item>
                  <Form.Item name={[place, "color"]} label={t("tables.color")} style={{ ...FLAT, flex: 1 }}>
                    <Select
                      options={COLORS.map((value) => ({
                        value,
                        label: <Tag color={value}>{t(`tables.color_${value}`)}</Tag>,
                      }))}
                    />
                  </Form.Item>
                </Flex>
                <Form.Item name={[place, "next"]} label={t("tables.next")} style={FLAT}>
                  <Select
                    mode="multiple"
                    placeholder={t("tables.no_next")}
                    options={statuses
                      .filter((_, other) => other !== place)
                      .map(({ id, label }) => ({ value: id, label: label || t("tables.new_status") }))}
                  />
                </Form.Item>
                <Flex gap={16} wrap>
                  <Radio checked={statuses[place]?.initial ?? false} onChange={() => beginWith(place)}>
                    {t("tables.initial")}
                  </Radio>
                  {(["closed", "solves", "leaders"] as const).map((name) => (
                    <Form.Item key={name} name={[place, name]} valuePropName="checked" noStyle>
                      <Checkbox>{t(`tables.${name}`)}</Checkbox>
                    </Form.Item>
                  ))}
                </Flex>
              </>
            )}
          </Sortable>
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(blankStatus())}>
            {t("tables.add_status")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
