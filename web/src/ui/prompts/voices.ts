import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { listVoices } from "../../api";

/** Who can speak typed texts on this site, and whether anybody can. */
export function useVoices() {
  return useQuery({
    queryKey: ["voices"],
    queryFn: async () => (await listVoices({ throwOnError: true })).data,
    staleTime: 60_000,
  }).data;
}

export function useVoiceChoices(language: string): { value: string; label: string }[] {
  const { t, i18n } = useTranslation();
  const voices = useVoices();
  return (voices?.items ?? [])
    .filter((one) => one.language === language)
    .map((one) => ({
      value: one.id,
      label: `${i18n.language === "zh" ? one.name_zh : one.name_en} · ${t(one.female ? "prompts.female" : "prompts.male")}`,
    }));
}
