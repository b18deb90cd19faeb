import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Sound } from "../lib/flow";
import { usePromptChoices } from "./choices";

interface Props {
  /** Those of the system's own prompts that make sense here. */
  system: string[];
  id?: string;
  value?: Sound | null;
  onChange?: (sound: Sound | null) => void;
  /** What is said without a choice; given where there need not be one. */
  none?: string;
}

/** A form field: an uploaded prompt or one of the system's own. */
export function SoundChoice({ system, id, value, onChange, none }: Props) {
  const { t, i18n } = useTranslation();
  const prompts = usePromptChoices();
  const chosen = value?.prompt ? `prompt:${value.prompt}` : value?.system ? `system:${value.system}` : null;
  const names = value?.system && !system.includes(value.system) ? [...system, value.system] : system;
  const told = (name: string) => (i18n.exists(`system_prompt.${name}`) ? t(`system_prompt.${name}`) : name);

  return (
    <Select
      {...(id ? { id } : {})}
      allowClear={none !== undefined}
      value={chosen}
      placeholder={none ?? t("surveys.choose_sound")}
      showSearch={{ optionFilterProp: "label" }}
      options={[
        { label: t("surveys.system"), options: names.map((name) => ({ value: `system:${name}`, label: told(name) })) },
        {
          label: t("surveys.uploaded"),
          options: prompts.map(({ value: prompt, label }) => ({ value: `prompt:${prompt}`, label })),
        },
      ]}
      onChange={(next: string | null | undefined) => {
        const [kind, name = ""] = next?.split(":") ?? [];
        onChange?.(kind === "prompt" ? { prompt: name } : kind === "system" ? { system: name } : null);
      }}
    />
  );
}
