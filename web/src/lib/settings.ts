import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getSettings, replaceSettings } from "../api";
import { SITE } from "./session";
import type { Settings } from "./types";

export function useSettings(enabled = true) {
  return useQuery({
    queryKey: ["settings"],
    queryFn: async () => (await getSettings({ throwOnError: true })).data as Settings,
    enabled,
  });
}

/** Saves the settings over those that were read; what a form does not show stays as it was. */
export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ was, change }: { was: Settings; change: Partial<Settings> }) => {
      const { version, ...rest } = was;
      const answer = await replaceSettings({
        body: { ...rest, ...change },
        headers: { "if-match": `"${version}"` },
        throwOnError: true,
      });
      return answer.data;
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings"] });
      await queries.invalidateQueries({ queryKey: SITE, refetchType: "all" });
    },
  });
}
