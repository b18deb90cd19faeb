import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Destination } from "../../../lib/types";
import { useSkillChoices } from "../../../ui/choices";
import { Field } from "./parts";

interface Props {
  value: Destination;
  onChange: (value: Destination) => void;
}

/** What a caller brings into a queue: a place before others, and skills that are asked of the agent. */
export function QueueExtras({ value, onChange }: Props) {
  const { t } = useTranslation("flow");
  const choices = useSkillChoices();
  const skills = value.skills ?? [];
  const free = choices.find(({ value: id }) => !skills.some(({ skill }) => skill === id));
  const put = (next: typeof skills) => onChange({ ...value, skills: next });

  return (
    <>
      <Field label={t("field.priority")} help={t("field.priority_help")}>
        <InputNumber
          aria-label={t("field.priority")}
          min={0}
          max={10}
          precision={0}
          placeholder={t("field.as_usual")}
          value={value.priority ?? null}
          onChange={(priority) => onChange({ ...value, priority })}
          style={{ width: "100%" }}
        />
      </Field>
      {(choices.length > 0 || skills.length > 0) && (
        <Field label={t("field.skills")}>
          <Flex vertical gap={4} align="start">
            {skills.map((one, place) => (
              <Flex key={one.skill} gap={4} style={{ width: "100%" }}>
                <Select
                  aria-label={t("field.skills")}
                  value={one.skill}
                  options={choices.filter(
                    ({ value: id }) => id === one.skill || !skills.some(({ skill }) => skill === id),
                  )}
                  onChange={(skill) => put(skills.map((old, at) => (at === place ? { ...old, skill } : old)))}
                  style={{ flex: 1, minWidth: 0 }}
                />
                <InputNumber
                  aria-label={t("field.level")}
                  prefix="≥"
                  min={1}
                  max={10}
                  precision={0}
                  value={one.level ?? 1}
                  onChange={(level) =>
                    put(skills.map((old, at) => (at === place ? { ...old, level: level ?? 1 } : old)))
                  }
                  style={{ width: 80 }}
                />
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("field.remove_skill")}
                  onClick={() => put(skills.filter((_, at) => at !== place))}
                />
              </Flex>
            ))}
            {free && skills.length < 10 && (
              <Button
                size="small"
                type="link"
                icon={<PlusOutlined />}
                onClick={() => put([...skills, { skill: free.value, level: 1 }])}
              >
                {t("field.add_skill")}
              </Button>
            )}
          </Flex>
        </Field>
      )}
    </>
  );
}
