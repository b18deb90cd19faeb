import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { firstFreeKey, KEYS } from "../../../lib/keys";
import { Answers } from "./Answers";
import { Field, type FormProps, StepSelect } from "./parts";
import { SoundField } from "./SoundField";

export function MenuForm({ node, change }: FormProps<"menu">) {
  const { t } = useTranslation("flow");
  return (
    <>
      <SoundField
        label={t("field.sound")}
        value={node.sound}
        onChange={(sound, mark) => change({ sound: sound ?? {} }, mark)}
      />
      <Field label={t("field.keys")}>
        <Keys keys={node.keys} onChange={(keys) => change({ keys })} />
      </Field>
      <Answers node={node} change={change} />
    </>
  );
}

interface Props {
  keys: Record<string, string>;
  onChange: (keys: Record<string, string>) => void;
}

/** Which key leads to which step; a key can be given only once. */
function Keys({ keys, onChange }: Props) {
  const { t } = useTranslation("flow");
  const used = KEYS.filter((key) => key in keys);
  const free = firstFreeKey(keys);
  const without = (gone: string) => Object.fromEntries(Object.entries(keys).filter(([key]) => key !== gone));

  return (
    <Flex vertical gap={4} align="start">
      {used.map((key) => (
        <Flex key={key} gap={4} style={{ width: "100%" }}>
          <Select
            aria-label={t("field.key")}
            value={key}
            options={KEYS.filter((one) => one === key || !(one in keys)).map((value) => ({ value, label: value }))}
            onChange={(next) => onChange({ ...without(key), [next]: keys[key] ?? "" })}
            style={{ width: 60, flex: "none" }}
          />
          <StepSelect
            label={t("step.exit_leads_to", { exit: t("exit.key", { which: key }) })}
            value={keys[key] ?? ""}
            onChange={(to) => onChange({ ...keys, [key]: to })}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={t("field.remove_key", { key })}
            onClick={() => onChange(without(key))}
          />
        </Flex>
      ))}
      {free && (
        <Button size="small" type="link" icon={<PlusOutlined />} onClick={() => onChange({ ...keys, [free]: "" })}>
          {t("field.add_key")}
        </Button>
      )}
    </Flex>
  );
}
