import { useTranslation } from "react-i18next";
import { shownNumber } from "../../lib/numbers";
import { useMe } from "../../lib/session";
import { useLive } from "../../live/store";
import { NOBODY } from "./bulk";
import { type Customer, type CustomerField, PHONE_LABELS, STAGES, TIERS, useTags } from "./customers";

export function useTierOptions() {
  const { t } = useTranslation();
  return TIERS.map((tier) => ({ value: tier, label: tier ? t("customers.tier_n", { tier }) : t("customers.tier_0") }));
}

export function useStageOptions() {
  const { t } = useTranslation();
  return STAGES.map((stage) => ({ value: stage, label: t(`customers.stage_${stage}`) }));
}

/** Whose a customer can be, `NOBODY`: he is nobody's; who was `chosen` too, though he takes no calls any more. */
export function useOwnerOptions() {
  const { t } = useTranslation();
  const me = useMe();
  const agents = useLive((live) => live.agents);
  return (chosen: string[] = []) => {
    const names = new Map(chosen.map((id) => [id, t("customers.other_owner")]));
    for (const { id, name } of [me, ...Object.values(agents)]) names.set(id, name);
    names.set(NOBODY, t("customers.no_owner"));
    return [...names].map(([value, label]) => ({ value, label }));
  };
}

export function useTagOptions() {
  const { data: tags = [] } = useTags();
  return tags.map((tag) => ({ value: tag, label: tag }));
}

/** What the names and values of a customer's changes are called; people by those whom the live stream tells of. */
export function useWords(fields: CustomerField[]) {
  const { t } = useTranslation();
  const agents = useLive((live) => live.agents);
  const names: Record<string, string> = {
    name: t("customers.name"),
    company: t("customers.company"),
    memo: t("service.memo"),
    phones: t("customers.phones"),
    tier: t("customers.tier"),
    stage: t("customers.stage"),
    owner_id: t("service.owner"),
    tags: t("customers.tags"),
    do_not_call: t("customers.do_not_call"),
    no_mail: t("customers.no_mail"),
    merged: t("customers.merged_in"),
    by_hand: t("customers.chosen"),
  };
  const fieldOf = (name: string) => fields.find(({ id }) => `values.${id}` === name);
  const nameOf = (name: string) =>
    fieldOf(name)?.label ?? names[name] ?? (name.startsWith("values.") ? t("customers.gone_field") : name);
  const labelled = ({ number, label }: Customer["phone_list"][number]) =>
    label
      ? `${shownNumber(number)} (${PHONE_LABELS.includes(label) ? t(`customers.label_${label}`) : label})`
      : shownNumber(number);
  const wordsOf = (name: string, value: unknown): string => {
    if (value === null || value === undefined || value === "") return "–";
    const options = fieldOf(name)?.options;
    if (name === "merged")
      return Object.entries(value as Record<string, unknown>)
        .filter(([, one]) => one !== null && one !== "" && one !== false && one !== 0)
        .map(([own, one]) => `${nameOf(own)}: ${wordsOf(own, one)}`)
        .join("; ");
    if (name === "phones") return (value as Customer["phone_list"]).map(labelled).join(", ") || "–";
    if (Array.isArray(value))
      return value.map((one) => options?.find(({ id }) => id === one)?.label ?? String(one)).join(", ") || "–";
    if (typeof value === "boolean") return t(value ? "own_field.yes" : "own_field.no");
    if (name === "stage") return t(`customers.stage_${value}`);
    if (name === "owner_id") return agents[String(value)]?.name ?? String(value);
    return options?.find(({ id }) => id === value)?.label ?? String(value);
  };
  return { nameOf, wordsOf };
}
