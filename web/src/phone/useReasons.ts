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
