import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { listVoices, previewPrompt } from "../../api";

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

/** The address of a text as a voice says it, until `URL.revokeObjectURL`; "" is the site's own voice. Throws `Problem`. */
export async function spokenText(text: string, language: "zh" | "en", voice = ""): Promise<string> {
  const answer = await previewPrompt({ body: { text, language, voice }, parseAs: "blob", throwOnError: true });
  return URL.createObjectURL(answer.data as unknown as Blob);
}

/** Instead of a voice, where none is installed. */
export function NoVoices() {
  const { t } = useTranslation();
  return <Alert type="info" showIcon title={t("prompts.no_voices")} description={t("prompts.no_voices_help")} />;
}
