import { PlusOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Flex, Input, Select } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Sound } from "../../lib/flow";
import { BASE } from "../../lib/http";
import { usePromptChoices } from "../choices";
import { Listen } from "./Listen";
import { NewPrompt } from "./NewPrompt";
import { NoVoices, spokenText, useVoices } from "./voices";

const LANGUAGES = ["zh", "en"] as const;
const TYPED = "text:";

interface Props {
  /** What the sound is for, for who cannot see what stands above it. */
  label: string;
  /**
   * Those of the system's own prompts that make sense here. Without this the sound can only be a prompt of the
   * company's own.
   */
  system?: readonly string[];
  /** What is said without a choice; given where there need not be one. */
  none?: string | undefined;
  /** Of the field, given by a form. */
  id?: string | undefined;
  value?: Sound | null | undefined;
  /** `mark` names a text in which somebody types, so that his typing is undone at once. */
  onChange?: (sound: Sound | null, mark?: string) => void;
}

/** A prompt of the company's own, also a new one; one of the system's; or a text that a voice says. All can be heard. */
export function SoundPicker({ label, system, none, id, value, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const isOff = ConfigProvider.useConfig().componentDisabled ?? false;
  const told = useSystemPromptText();
  const [isNew, setIsNew] = useState(false);
  const own = usePromptChoices().map((one) => ({ ...one, value: `prompt:${one.value}` }));
  const text = value?.text && Object.keys(value.text).length > 0 ? value.text : undefined;
  const chosen = value?.prompt ? `prompt:${value.prompt}` : value?.system ? `system:${value.system}` : text && TYPED;
  const names = new Set([...(system ?? []), ...(value?.system ? [value.system] : [])]);
  const language = i18n.language === "en" ? "en" : "zh";
  const source = value?.prompt ? `prompts/${value.prompt}` : value?.system && `system-prompts/${value.system}`;

  return (
    <Flex vertical gap={4}>
      <Flex gap={4}>
        <Select
          id={id}
          aria-label={label}
          allowClear={none !== undefined}
          value={chosen}
          placeholder={none ?? t("prompts.choose")}
          showSearch={{ optionFilterProp: "label" }}
          virtual={false} // a list that draws only what is in sight jumps while its headings are measured
          options={
            system
              ? [
                  { value: TYPED, label: t("prompts.say_text") },
                  { label: t("prompts.own"), options: own },
                  {
                    label: t("prompts.system"),
                    options: [...names].map((name) => ({ value: `system:${name}`, label: told(name) })),
                  },
                ]
              : own
          }
          onChange={(next?: string) => {
            const [kind, name = ""] = next?.split(":") ?? [];
            if (kind === "text") onChange?.({ text: { zh: "", en: "" } });
            else onChange?.(kind === "prompt" ? { prompt: name } : kind === "system" ? { system: name } : null);
          }}
          style={{ flex: 1, minWidth: 0 }}
        />
        {source && (
          <Listen
            key={source}
            label={label}
            source={async () => `${BASE}/${source}/sound?language=${language}`}
            disabled={false} // also for who may not change it
          />
        )}
        {!isOff && (
          <Button
            icon={<PlusOutlined />}
            aria-label={`${t("prompts.new")}: ${label}`}
            title={t("prompts.new")}
            onClick={() => setIsNew(true)}
          />
        )}
      </Flex>
      {text && !value?.prompt && !value?.system && <Texts label={label} text={text} onChange={onChange} />}
      <NewPrompt open={isNew} onClose={() => setIsNew(false)} onMade={(prompt) => onChange?.({ prompt: prompt.id })} />
    </Flex>
  );
}

interface TextsProps extends Pick<Props, "label" | "onChange"> {
  text: NonNullable<Sound["text"]>;
}

/** What the site's voice says, in each language. */
function Texts({ label, text, onChange }: TextsProps) {
  const { t } = useTranslation();
  const voices = useVoices();
  return (
    <>
      {LANGUAGES.map((language) => {
        const said = text[language] ?? "";
        const named = `${label}: ${t(`prompts.in_${language}`)}`;
        return (
          <Flex key={language} gap={4}>
            <Input.TextArea
              aria-label={named}
              placeholder={t(`prompts.in_${language}`)}
              autoSize={{ minRows: 2, maxRows: 6 }}
              maxLength={voices?.longest_text}
              value={said}
              onChange={(event) =>
                onChange?.({ text: { ...text, [language]: event.target.value } }, `${label} ${language}`)
              }
            />
            <Listen
              label={named}
              source={() => spokenText(said, language)}
              disabled={!said.trim() || !voices?.installed || undefined}
            />
          </Flex>
        );
      })}
      {voices && !voices.installed && <NoVoices />}
    </>
  );
}

/** What a prompt of the system's own says, or its bare name. */
export function useSystemPromptText(): (name: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback((name) => (i18n.exists(`system_prompt.${name}`) ? t(`system_prompt.${name}`) : name), [t, i18n]);
}
