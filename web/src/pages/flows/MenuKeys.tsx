import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Choice } from "../../ui/choices";
import { firstFreeKey, KEYS } from "./document";
import { StepSelect } from "./NodeCard";

interface Props {
  keys: Record<string, string>;
  steps: Choice[];
  onChange: (keys: Record<string, string>) => void;
}

/** Which key leads to which step; a key can be given only once. */
export function MenuKeys({ keys, steps, onChange }: Props) {
  const { t } = useTranslation();
  const pairs = Object.entries(keys).sort(([a], [b]) => KEYS.indexOf(a) - KEYS.indexOf(b));
  const free = firstFreeKey(keys);
  const without = (gone: string) => Object.fromEntries(pairs.filter(([key]) => key !== gone));

  return (
    <Flex vertical gap={4} align="start">
      {pairs.map(([key, target]) => (
        <Flex key={key} gap={8} align="center" style={{ width: "100%" }}>
          <Select
            aria-label={t("flows.key")}
            value={key}
            options={KEYS.filter((one) => one === key || !(one in keys)).map((value) => ({ value, label: value }))}
            onChange={(next) => onChange({ ...without(key), [next]: target })}
            style={{ width: 64, flex: "none" }}
          />
          <span style={{ flex: "none" }}>{t("flows.leads_to")}</span>
          <StepSelect
            label={`${t("flows.key")} ${key} ${t("flows.leads_to")}`}
            steps={steps}
            value={target}
            onChange={(next) => onChange({ ...keys, [key]: next })}
          />
          <Button
            size="small"
            type="text"
            icon={<CloseOutlined />}
            aria-label={t("flows.remove_key", { key })}
            onClick={() => onChange(without(key))}
          />
        </Flex>
      ))}
      {free && (
        <Button size="small" type="link" icon={<PlusOutlined />} onClick={() => onChange({ ...keys, [free]: "" })}>
          {t("flows.add_key")}
        </Button>
      )}
    </Flex>
  );
}
