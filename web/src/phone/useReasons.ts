import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../lib/http";
import type { Page } from "../lib/resource";

interface Reason {
  id: string;
  name_zh: string;
  name_en: string;
  kind: "busy" | "away";
  position: number;
}

/** The reasons for being busy or away, named in the person's language, in the company's order. */
export function useReasons(): { id: string; name: string; kind: "busy" | "away" }[] {
  const { i18n } = useTranslation();
  const { data } = useQuery({
    queryKey: ["presence-reasons"],
    queryFn: () => request<Page<Reason>>("GET", "/presence-reasons?limit=200"),
    staleTime: 300_000,
  });
  const chinese = i18n.language.startsWith("zh");
  return (data?.items ?? [])
    .toSorted((a, b) => a.position - b.position)
    .map(({ id, name_zh, name_en, kind }) => ({ id, name: chinese ? name_zh : name_en, kind }));
}
