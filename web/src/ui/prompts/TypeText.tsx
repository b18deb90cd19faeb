import { SoundOutlined } from "@ant-design/icons";
import { Alert, Button, Flex, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Problem, problemFrom } from "../../lib/problem";
import { Sound } from "./Sound";
import { NoVoices, spokenText, useVoiceChoices, useVoices } from "./voices";

export interface Typed {
  text: string;
  voice: string;
}

interface Props {
  language: "zh" | "en";
  value: Typed;
  onChange: (value: Typed) => void;
}

/** A text that a voice says, to be heard before it is kept. */
export function TypeText({ language, value, onChange }: Props) {
  const { t } = useTranslation();
  const voices = useVoices();
  const choices = useVoiceChoices(language);
  const [heard, setHeard] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isOurs = choices.some((one) => one.value === value.voice);
  const voice = isOurs ? value.voice : (voices?.chosen[language] ?? "");
  const isOther = value.voice !== "" && choices.length > 0 && !isOurs;

  const change = (next: Partial<Typed>) => {
    setHeard(null);
    onChange({ text: value.text, voice, ...next });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language was changed after the text was typed
  useEffect(() => {
    if (isOther) change({});
  }, [isOther]);
  useEffect(() => () => void (heard && URL.revokeObjectURL(heard)), [heard]);

  if (voices && !voices.installed) return <NoVoices />;

  const listen = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setHeard(await spokenText(value.text, language, voice));
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Flex vertical gap={8}>
      <Input.TextArea
        aria-label={t("prompts.text")}
        placeholder={t(`prompts.text_${language}`)}
        autoSize={{ minRows: 3, maxRows: 8 }}
        maxLength={voices?.longest_text}
        showCount
        value={value.text}
        onChange={(event) => change({ text: event.target.value })}
      />
      <Flex gap={8} align="center" wrap style={{ marginBlockStart: 16 }}>
        <Select
          aria-label={t("prompts.voice")}
          value={voice || undefined}
          options={choices}
          onChange={(next: string) => change({ voice: next })}
          style={{ width: 176 }}
        />
        <Button icon={<SoundOutlined />} loading={busy} disabled={!value.text.trim()} onClick={() => void listen()}>
          {t(busy ? "prompts.speaking" : "prompts.play")}
        </Button>
      </Flex>
      {heard && <Sound src={heard} name={t("prompts.text")} />}
      {problem && <Alert type="error" showIcon title={problem.message || t("problem.unreachable")} />}
    </Flex>
  );
}
