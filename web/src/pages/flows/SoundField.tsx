import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Sound } from "../../lib/types";
import { usePromptChoices } from "../../ui/choices";

/** Those of the system's own prompts that make sense in an attendant. */
const SYSTEM = [
  "welcome",
  "demo_greeting",
  "demo_menu",
  "enter_extension",
  "please_hold",
  "recording_notice",
  "nobody_available",
  "outside_hours",
  "goodbye",
];

interface Props {
  value: Sound | null;
  onChange: (sound: Sound | null) => void;
  optional?: boolean;
}

/** An uploaded prompt or one of the system's own. */
export function SoundField({ value, onChange, optional = false }: Props) {
  const { t, i18n } = useTranslation();
  const prompts = usePromptChoices();
  const chosen = value?.prompt ? `prompt:${value.prompt}` : value?.system ? `system:${value.system}` : undefined;
  const names = value?.system && !SYSTEM.includes(value.system) ? [...SYSTEM, value.system] : SYSTEM;
  const told = (name: string) => (i18n.exists(`system_prompt.${name}`) ? t(`system_prompt.${name}`) : name);

  return (
    <Select
      aria-label={t("flows.sound")}
      allowClear={optional}
      value={chosen}
      placeholder={t(optional ? "flows.no_sound" : "flows.choose_sound")}
      showSearch={{ optionFilterProp: "label" }}
      options={[
        {
          label: t("flows.uploaded"),
          options: prompts.map(({ value: id, label }) => ({ value: `prompt:${id}`, label })),
        },
        { label: t("flows.system"), options: names.map((name) => ({ value: `system:${name}`, label: told(name) })) },
      ]}
      onChange={(next?: string) => {
        const [kind, name = ""] = next?.split(":") ?? [];
        onChange(kind === "prompt" ? { prompt: name } : kind === "system" ? { system: name } : null);
      }}
      style={{ width: "100%", minWidth: 0 }}
    />
  );
}
