import { useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Popconfirm, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deletePromptSound, putPromptSound } from "../../api";
import { BASE } from "../../lib/http";
import { type Problem, problemFrom } from "../../lib/problem";
import { useIsAdmin } from "../../lib/session";
import type { Prompt } from "../../lib/types";
import { ProblemNote } from "../../ui/ProblemNote";
import { clock, faultsOf } from "../../ui/prompts/audio";
import { Sound } from "../../ui/prompts/Sound";
import { type Draft, SoundMaker } from "../../ui/prompts/SoundMaker";

export const LANGUAGES = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
] as const;

interface Props {
  prompt: Prompt;
  language: "zh" | "en";
}

/** What a prompt says in one language: heard, replaced, taken away. */
export function LanguageSound({ prompt, language }: Props) {
  const { t } = useTranslation();
  const isAdmin = useIsAdmin();
  const queries = useQueryClient();
  const [isMaking, setIsMaking] = useState(false);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sound = prompt.sounds[language];
  const label = LANGUAGES.find((one) => one.value === language)?.label;

  const write = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ["prompts"] });
      setIsMaking(false);
      setDraft(null);
    } catch (error) {
      setProblem(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };
  const path = { id: prompt.id, language };

  return (
    <Card
      size="small"
      title={label}
      extra={
        isAdmin && (
          <Flex gap={4}>
            {!isMaking && (
              <Button size="small" type="text" onClick={() => setIsMaking(true)}>
                {t(sound ? "prompts.replace" : "act.add")}
              </Button>
            )}
            {sound && Object.keys(prompt.sounds).length > 1 && (
              <Popconfirm
                title={t("act.remove_sure", { name: label })}
                okText={t("act.remove")}
                okButtonProps={{ danger: true }}
                onConfirm={() => write(() => deletePromptSound({ path, throwOnError: true }))}
              >
                <Button size="small" type="text" danger>
                  {t("act.remove")}
                </Button>
              </Popconfirm>
            )}
          </Flex>
        )
      }
    >
      <Flex vertical gap={8}>
        <ProblemNote problem={problem} />
        {sound ? (
          <>
            <Sound
              key={prompt.version}
              src={`${BASE}/prompts/${prompt.id}/sound?language=${language}&of=${prompt.version}`}
              name={`${prompt.name} ${label}`}
              width="100%"
            />
            {sound.text && <Typography.Paragraph style={{ marginBlockEnd: 0 }}>{sound.text}</Typography.Paragraph>}
            <About sound={sound} />
          </>
        ) : (
          <Typography.Text type="secondary">{t("prompts.other_language")}</Typography.Text>
        )}
        {isMaking && (
          <>
            <SoundMaker
              language={language}
              typed={sound?.text ? { text: sound.text, voice: sound.voice ?? "" } : undefined}
              onChange={setDraft}
            />
            <Flex gap={8}>
              <Button
                type="primary"
                loading={busy}
                disabled={!draft}
                onClick={() => draft && void write(() => putPromptSound({ path, body: draft, throwOnError: true }))}
              >
                {t("act.save")}
              </Button>
              <Button onClick={() => setIsMaking(false)}>{t("act.cancel")}</Button>
            </Flex>
          </>
        )}
      </Flex>
    </Card>
  );
}

/** Length, where it came from, and how good it is. */
function About({ sound }: { sound: Prompt["sounds"][string] }) {
  const { t } = useTranslation();
  const { quality } = sound;
  const parts = [
    clock(sound.seconds),
    t(`prompts.origin_${sound.origin}`),
    sound.origin === "file" && sound.source,
    quality && t("prompts.rate", { rate: quality.rate / 1000 }),
    quality && quality.level !== null && t("prompts.level", { level: quality.level.toFixed(0) }),
  ];
  return (
    <Flex gap={8} wrap align="center">
      <Typography.Text type="secondary" className="number">
        {parts.filter(Boolean).join(" · ")}
      </Typography.Text>
      {quality &&
        faultsOf(quality).map((fault) => (
          <Tag key={fault} color="warning" title={t(`prompts.${fault}_help`)}>
            {t(`prompts.${fault}`)}
          </Tag>
        ))}
    </Flex>
  );
}
