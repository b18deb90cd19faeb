import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useExtensionChoices } from "../../ui/choices";
import { type Member, memberOf } from "./members";

const SECONDS = ["seconds", "delay"] as const;

/** The members' lines: an extension or a number outside, how long he is rung, and when that begins. */
export function MemberRows({ together }: { together: boolean }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const members: (Member | undefined)[] = Form.useWatch("members", form) ?? [];
  const extensions = useExtensionChoices();
  return (
    <Form.List name="members">
      {(rows, { add, remove }) => (
        <div style={{ marginBlockEnd: 16 }}>
          {rows.map(({ key, name }) => (
            <Flex key={key} gap={8} align="start">
              <Form.Item name={[name, "kind"]} style={{ width: 104, marginBlockEnd: 12 }}>
                <Select
                  aria-label={t("ring_groups.member_kind")}
                  options={(["extension", "outside"] as const).map((value) => ({
                    value,
                    label: t(`ring_groups.${value}`),
                  }))}
                />
              </Form.Item>
              {members[name]?.kind === "outside" ? (
                <Form.Item
                  name={[name, "number"]}
                  rules={[{ required: true, pattern: /^\+?[0-9 -]{2,30}$/, message: t("ring_groups.number_wanted") }]}
                  style={{ flex: 1, marginBlockEnd: 12 }}
                >
                  <Input aria-label={t("ring_groups.outside")} inputMode="tel" />
                </Form.Item>
              ) : (
                <Form.Item
                  name={[name, "extension"]}
                  rules={[{ required: true, message: t("ring_groups.extension_wanted") }]}
                  style={{ flex: 1, minWidth: 0, marginBlockEnd: 12 }}
                >
                  <Select
                    aria-label={t("ring_groups.extension")}
                    showSearch={{ optionFilterProp: "label" }}
                    options={extensions}
                  />
                </Form.Item>
              )}
              {SECONDS.map((field) => (
                <Form.Item
                  key={field}
                  name={[name, field]}
                  hidden={field === "delay" && !together}
                  rules={[{ required: true }]}
                  style={{ width: 108, marginBlockEnd: 12 }}
                >
                  <InputNumber
                    aria-label={t(`ring_groups.${field}`)}
                    prefix={t(`ring_groups.${field}_short`)}
                    min={field === "seconds" ? 5 : 0}
                    max={120}
                    precision={0}
                    style={{ width: "100%" }}
                  />
                </Form.Item>
              ))}
              <Button
                type="text"
                icon={<CloseOutlined />}
                disabled={rows.length === 1}
                aria-label={t("ring_groups.remove_member", { number: name + 1 })}
                onClick={() => remove(name)}
              />
            </Flex>
          ))}
          {rows.length < 30 && (
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(memberOf())}>
              {t("ring_groups.add_member")}
            </Button>
          )}
        </div>
      )}
    </Form.List>
  );
}
