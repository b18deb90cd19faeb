import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSkillChoices } from "../../ui/choices";

/** What a person can do, and how well; nothing while the site knows no skill. */
export function SkillLevels() {
  const { t } = useTranslation();
  const skills = useSkillChoices();
  const mine: { skill?: string }[] = Form.useWatch("skills") ?? [];
  if (skills.length === 0) return <Form.List name="skills">{() => null}</Form.List>;
  const has = (id: string, place: number) => mine.some((one, at) => at !== place && one?.skill === id);
  return (
    <Form.Item label={t("people.skills")}>
      <Form.List name="skills">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap={8} align="start">
                <Form.Item
                  name={[name, "skill"]}
                  rules={[{ required: true }]}
                  style={{ flex: 1, minWidth: 0, marginBlockEnd: 8 }}
                >
                  <Select aria-label={t("people.skill")} options={skills.filter(({ value }) => !has(value, name))} />
                </Form.Item>
                <Form.Item
                  name={[name, "level"]}
                  rules={[{ required: true }]}
                  style={{ width: 128, marginBlockEnd: 8 }}
                >
                  <InputNumber
                    min={1}
                    max={10}
                    precision={0}
                    prefix={t("people.level")}
                    aria-label={t("people.level")}
                    style={{ width: "100%" }}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("people.remove_skill", { number: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Flex>
            ))}
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              disabled={rows.length >= skills.length}
              onClick={() => add({ level: 5 })}
            >
              {t("people.add_skill")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
