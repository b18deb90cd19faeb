import { Flex, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Destination, DestinationKind } from "../lib/types";
import {
  type Choice,
  labelOf,
  useExtensionChoices,
  useFaxBoxChoices,
  useFlowChoices,
  usePromptChoices,
  useQueueChoices,
  useRingGroupChoices,
  useSurveyChoices,
} from "./choices";

const KINDS: DestinationKind[] = [
  "queue",
  "flow",
  "extension",
  "ring_group",
  "survey",
  "voicemail_queue",
  "voicemail_extension",
  "voicemail_menu",
  "fax",
  "announcement",
  "callback",
  "outside",
  "hang_up",
];

/** The rows that each kind of destination can lead to. */
function useTargets(): Partial<Record<DestinationKind, Choice[]>> {
  const queues = useQueueChoices();
  const extensions = useExtensionChoices();
  return {
    queue: queues,
    flow: useFlowChoices(),
    extension: extensions,
    ring_group: useRingGroupChoices(),
    survey: useSurveyChoices(),
    voicemail_queue: queues,
    voicemail_extension: extensions,
    fax: useFaxBoxChoices(),
    announcement: usePromptChoices(),
    callback: queues,
  };
}

/** Says a destination in words: "队列 销售". */
export function useDestinationText(): (destination: Destination) => string {
  const { t } = useTranslation();
  const targets = useTargets();
  return ({ kind, id, number }) => {
    if (kind === "outside") return `${t("destination.outside")} ${number ?? ""}`;
    if (kind === "hang_up" || kind === "voicemail_menu") return t(`destination.${kind}`);
    if (kind === "voicemail_queue" && !id) return t("destination.own_box");
    return `${t(`destination.${kind}`)} ${labelOf(targets[kind] ?? [], id) ?? t("destination.gone")}`;
  };
}

interface Props {
  value?: Destination;
  onChange?: (value: Destination) => void;
  id?: string;
  /** The overflow of a queue may mean the queue's own voicemail box. */
  ownBox?: boolean;
  label?: string;
  /** Which one under what kind, where there is little room. */
  stacked?: boolean;
}

/** A form field for where a call leads: first what kind, then which one. */
export function DestinationField({ value, onChange, id, ownBox = false, label, stacked = false }: Props) {
  const { t } = useTranslation();
  const targets = useTargets();
  const kind = value?.kind;
  const choices = kind ? targets[kind] : undefined;
  const own = kind === "voicemail_queue" && ownBox ? [{ value: "", label: t("destination.own") }] : [];

  return (
    <Flex gap={8} vertical={stacked}>
      <Select<DestinationKind>
        id={id}
        aria-label={label ? `${label} ${t("destination.kind")}` : t("destination.kind")}
        value={kind}
        placeholder={t("destination.choose")}
        options={KINDS.map((one) => ({ value: one, label: t(`destination.${one}`) }))}
        onChange={(next) => onChange?.({ kind: next })}
        style={{ width: stacked ? "100%" : 168, flex: "none" }}
      />
      {choices && (
        <Select
          aria-label={label ? `${label} ${t("destination.target")}` : t("destination.target")}
          showSearch={{ optionFilterProp: "label" }}
          value={value?.id ?? (own.length ? "" : undefined)}
          placeholder={t("destination.which")}
          options={[...own, ...choices]}
          onChange={(next) => kind && onChange?.(next ? { kind, id: next } : { kind })}
          style={{ flex: 1, minWidth: 0 }}
        />
      )}
      {kind === "outside" && (
        <Input
          aria-label={t("destination.number")}
          value={value?.number ?? ""}
          placeholder={t("destination.number")}
          inputMode="tel"
          onChange={(event) => onChange?.({ kind, number: event.target.value })}
        />
      )}
    </Flex>
  );
}

/** A rule for the form: a destination needs its target. */
export function isWhole(destination: Destination | undefined, ownBox = false): boolean {
  if (!destination) return false;
  if (destination.kind === "hang_up" || destination.kind === "voicemail_menu") return true;
  if (destination.kind === "outside") return Boolean(destination.number);
  return Boolean(destination.id) || (ownBox && destination.kind === "voicemail_queue");
}
