import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { listSwitchedSchedules, type Switched } from "../api";
import "../lib/http";
import { dateTimeText } from "./time";

const AGAIN_MS = 60_000;

/** Opening hours that somebody switched by hand: easily forgotten, and nobody wonders then why no call comes. */
export function useSwitched(): Switched[] {
  const { data } = useQuery({
    queryKey: ["schedules", "switched"],
    queryFn: async () => (await listSwitchedSchedules({ throwOnError: true })).data.items,
    // No event tells of a switch whose time is over.
    refetchInterval: ({ state }) => (state.data?.some(({ until }) => until) ? AGAIN_MS : false),
  });
  return data ?? [];
}

/** Which, how, until when, by whom. */
export function useSwitchedText(): (switched: Switched) => string {
  const { t, i18n } = useTranslation("desk");
  return useCallback(
    ({ name, state, until, by }) =>
      [
        t(state === "open" ? "switched.open" : "switched.closed", { name }),
        until ? t("switched.until", { time: dateTimeText(until, i18n.language) }) : t("switched.until_back"),
        by,
      ]
        .filter(Boolean)
        .join(" · "),
    [t, i18n.language],
  );
}
