/** Steps told in words. The rows they name are read once for the whole drawing, not once for each step. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode, Sound } from "../../lib/flow";
import type { Destination } from "../../lib/types";
import { labelOf, useFlowChoices, usePromptChoices, useScheduleChoices, useSmsTemplateChoices } from "../../ui/choices";
import { isWhole, useDestinationText } from "../../ui/Destination";
import { useSystemPromptText } from "../../ui/prompts/SoundPicker";
import { exitParts } from "./exits";

export interface Words {
  kind: (node: FlowNode) => string;
  name: (name: string, node: FlowNode | undefined) => string;
  exit: (node: FlowNode, id: string) => string;
  sound: (sound: Sound | null | undefined) => string;
  destination: (destination: Destination | null | undefined) => string;
  schedule: (id: string) => string;
  flow: (id: string) => string;
  smsTemplate: (id: string) => string;
  t: (key: string, values?: Record<string, unknown>) => string;
}

const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("useWords outside an editor");
  return words;
}

export function WordsProvider({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation("flow");
  const prompts = usePromptChoices();
  const schedules = useScheduleChoices();
  const flows = useFlowChoices();
  const templates = useSmsTemplateChoices();
  const destination = useDestinationText();
  const system = useSystemPromptText();

  const words = useMemo<Words>(() => {
    const exit = (node: FlowNode, id: string) => {
      const [word, which] = exitParts(id);
      if (word === "case" && node.kind === "condition") {
        const one = node.cases[Number(which) - 1];
        const told = one && [one.left, t(`op.${one.op}`), one.op.endsWith("empty") ? "" : one.right];
        return told && one.left ? told.filter(Boolean).join(" ") : t("exit.case", { which });
      }
      if (i18n.exists(`flow:exit.${node.kind}_${word}`)) return t(`exit.${node.kind}_${word}`);
      return i18n.exists(`flow:exit.${word}`) ? t(`exit.${word}`, { which }) : id;
    };
    return {
      t: (key, values) => t(key, values ?? {}),
      kind: (node) => t(`kind.${node.kind}`),
      name: (name, node) => node?.label || name,
      exit,
      sound: (sound) => {
        if (sound?.prompt) return labelOf(prompts, sound.prompt) ?? "";
        if (sound?.system) return system(sound.system);
        const { zh = "", en = "" } = sound?.text ?? {};
        return i18n.language === "en" ? en || zh : zh || en;
      },
      destination: (to) => (to && isWhole(to) ? destination(to) : ""),
      schedule: (id) => labelOf(schedules, id) ?? "",
      flow: (id) => labelOf(flows, id) ?? "",
      smsTemplate: (id) => labelOf(templates, id) ?? "",
    };
  }, [t, i18n, prompts, schedules, flows, templates, destination, system]);

  return <WordsContext.Provider value={words}>{children}</WordsContext.Provider>;
}
