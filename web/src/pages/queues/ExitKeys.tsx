import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { firstFreeKey, KEYS } from "../../lib/keys";
import type { Destination } from "../../lib/types";
import { DestinationField, isWhole } from "../../ui/Destination";

type Keys = Record<string, Destination>;

interface Props {
  value?: Keys;
  onChange?: (keys: Keys) => void;
  /** The key that asks for a call back leads nowhere else. */
  taken?: string | null;
}

/** A form field: which key leads out of the queue, and where to. */
export function ExitKeys({ value = {}, onChange, taken }: Props) {
  const { t } = useTranslation();
  const pairs = Object.entries(value).sort(([a], [b]) => KEYS.indexOf(a) - KEYS.indexOf(b));
  const used: Keys = taken ? { ...value, [taken]: { kind: "hang_up" } } : value;
  const free = firstFreeKey(used);
  const without = (gone: string) => Object.fromEntries(pairs.filter(([key]) => key !== gone));

  return (
    <Flex vertical gap={8} align="start">
      {pairs.map(([key, destination]) => (
        <Flex key={key} gap={8} align="center" style={{ width: "100%" }}>
          <Select
            aria-label={t("flows.key")}
            value={key}
            options={KEYS.filter((one) => one === key || !(one in used)).map((one) => ({ value: one, label: one }))}
            onChange={(next) => onChange?.({ ...without(key), [next]: destination })}
            style={{ width: 64, flex: "none" }}
          />
          <div style={{ flex: 1, minWidth: 0 }}>
            <DestinationField
              ownBox
              label={`${t("flows.key")} ${key}`}
              value={destination}
              onChange={(next) => onChange?.({ ...value, [key]: next })}
            />
          </div>
          <Button
            size="small"
            type="text"
            icon={<CloseOutlined />}
            aria-label={t("flows.remove_key", { key })}
            onClick={() => onChange?.(without(key))}
          />
        </Flex>
      ))}
      {free && (
        <Button
          size="small"
          type="link"
          icon={<PlusOutlined />}
          onClick={() => onChange?.({ ...value, [free]: { kind: "voicemail_queue" } })}
          style={{ paddingInline: 0 }}
        >
          {t("flows.add_key")}
        </Button>
      )}
    </Flex>
  );
}

export const areWhole = (keys: Keys | undefined) => Object.values(keys ?? {}).every((one) => isWhole(one, true));
