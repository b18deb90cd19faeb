import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Sound } from "../../../lib/flow";
import { usePromptChoices } from "../../../ui/choices";
import { Listen } from "./Listen";
import { Field } from "./parts";

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
const LANGUAGES = ["zh", "en"] as const;

interface Props {
  label: string;
  value: Sound | null | undefined;
  onChange: (sound: Sound | null, mark?: string) => void;
  /** What is said without a choice; given where there need not be one. */
  none?: string;
}

/** An uploaded prompt, one of the system's own, or a text that the site's voice says. */
export function SoundField({ label, value, onChange, none }: Props) {
  const { t, i18n } = useTranslation("flow");
  const prompts = usePromptChoices();
  const text = value?.text && Object.keys(value.text).length > 0 ? value.text : undefined;
  const chosen = value?.prompt
    ? `prompt:${value.prompt}`
    : value?.system
      ? `system:${value.system}`
      : text
        ? "text:"
        : undefined;
  const names = value?.system && !SYSTEM.includes(value.system) ? [...SYSTEM, value.system] : SYSTEM;
  const told = (name: string) => {
    const key = `translation:system_prompt.${name}`;
    return i18n.exists(key) ? i18n.t(key) : name;
  };

  return (
    <Field label={label}>
      <div className="flow-sound">
        <Select
          aria-label={label}
          allowClear={none !== undefined}
          value={chosen}
          placeholder={none ?? t("sound.choose")}
          showSearch={{ optionFilterProp: "label" }}
          options={[
            { value: "text:", label: t("sound.spoken") },
            {
              label: t("sound.uploaded"),
              options: prompts.map(({ value: id, label: name }) => ({ value: `prompt:${id}`, label: name })),
            },
            {
              label: t("sound.system"),
              options: names.map((name) => ({ value: `system:${name}`, label: told(name) })),
            },
          ]}
          onChange={(next?: string) => {
            const [kind, name = ""] = next?.split(":") ?? [];
            if (kind === "text") onChange({ text: { zh: "", en: "" } });
            else onChange(kind === "prompt" ? { prompt: name } : kind === "system" ? { system: name } : null);
          }}
          style={{ width: "100%", minWidth: 0 }}
        />
        {value?.prompt && <Listen sound={value} label={label} />}
      </div>
      {value &&
        text &&
        LANGUAGES.map((language) => (
          <div key={language} className="flow-sound">
            <Input.TextArea
              aria-label={`${label}: ${t(`sound.${language}`)}`}
              placeholder={t(`sound.${language}`)}
              autoSize={{ minRows: 2, maxRows: 6 }}
              maxLength={1000}
              value={text[language] ?? ""}
              onChange={(event) =>
                onChange({ text: { ...text, [language]: event.target.value } }, `${label} ${language}`)
              }
            />
            <Listen sound={value} language={language} label={`${label}: ${t(`sound.${language}`)}`} />
          </div>
        ))}
    </Field>
  );
}
