import { useTranslation } from "react-i18next";
import { useRows } from "../lib/resource";
import { useMe } from "../lib/session";
import type { Reason } from "../lib/types";

export type NamedReason = Reason & { name: string };

/** The reasons for being busy or away, named in the person's language, in the company's order. */
export function useReasons(): NamedReason[] {
  const { i18n } = useTranslation();
  const { data } = useRows<Reason>("presence-reasons");
  const chinese = i18n.language.startsWith("zh");
  return (data ?? [])
    .toSorted((a, b) => a.position - b.position)
    .map((reason) => ({ ...reason, name: chinese ? reason.name_zh : reason.name_en }));
}

/** Those that this person may choose. */
export function useMyReasons(): NamedReason[] {
  const { role } = useMe();
  return useReasons().filter(({ chosen_by }) => chosen_by === "agents" || role !== "agent");
}

/** The reason of an agent who was made busy because he missed too many calls in a row. */
export const MISSED_CALLS = "missed_calls";

/** Names a reason by its id: one of the company's, or the system's own. */
export function useReasonName(): (id: string | null | undefined) => string | undefined {
  const { t } = useTranslation("desk");
  const reasons = useReasons();
  return (id) => (id === MISSED_CALLS ? t("presence.missed_calls") : reasons.find((one) => one.id === id)?.name);
}
