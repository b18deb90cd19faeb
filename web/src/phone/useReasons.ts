import { useTranslation } from "react-i18next";
import { useRows } from "../lib/resource";
import type { Reason } from "../lib/types";

/** The reasons for being busy or away, named in the person's language, in the company's order. */
export function useReasons(): { id: string; name: string; kind: "busy" | "away" }[] {
  const { i18n } = useTranslation();
  const { data } = useRows<Reason>("presence-reasons");
  const chinese = i18n.language.startsWith("zh");
  return (data ?? [])
    .toSorted((a, b) => a.position - b.position)
    .map(({ id, name_zh, name_en, kind }) => ({ id, name: chinese ? name_zh : name_en, kind }));
}

/** The reason of an agent who was made busy because he missed too many calls in a row. */
export const MISSED_CALLS = "missed_calls";

/** Names a reason by its id: one of the company's, or the system's own. */
export function useReasonName(): (id: string | null | undefined) => string | undefined {
  const { t } = useTranslation("desk");
  const reasons = useReasons();
  return (id) => (id === MISSED_CALLS ? t("presence.missed_calls") : reasons.find((one) => one.id === id)?.name);
}
