import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "./http";
import { SITE } from "./session";
import type { Settings } from "./types";

export function useSettings(enabled = true) {
  return useQuery({ queryKey: ["settings"], queryFn: () => request<Settings>("GET", "/settings"), enabled });
}

/** Saves the settings over those that were read; what a form does not show stays as it was. */
export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ was, change }: { was: Settings; change: Partial<Settings> }) => {
      const { version, ...rest } = was;
      return request<Settings>("PUT", "/settings", {
        body: { ...rest, ...change },
        headers: { "If-Match": `"${version ?? 0}"` },
      });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings"] });
      await queries.invalidateQueries({ queryKey: SITE, refetchType: "all" });
    },
  });
}
