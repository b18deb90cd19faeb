import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { dayBegins, here } from "../../lib/zone";
import { useLive } from "../../live/store";
import { readTraffic } from "./calls";
import type { Editor } from "./editor";

export const PERIODS = ["off", "today", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

const DAYS = { today: 0, week: 6, month: 29 };
const AGAIN = 30_000; // ms

/** Puts what callers did in the period, and who is where now, onto the drawing. */
export function useTraffic(id: string, editor: Editor, period: Period): { failed: boolean } {
  const { data, isError } = useQuery({
    queryKey: ["flow-traffic", id, period],
    queryFn: () => {
      const days = period === "off" ? 0 : DAYS[period];
      const from = dayBegins(here().subtract(days, "day"));
      return readTraffic(id, from.toISOString(), here().toISOString());
    },
    enabled: period !== "off",
    refetchInterval: AGAIN,
  });
  const calls = useLive((live) => live.calls);

  useEffect(() => editor.getState().setTraffic(period === "off" ? null : (data ?? null)), [editor, period, data]);
  useEffect(() => {
    const present: Record<string, number> = {};
    for (const { at_step } of Object.values(calls))
      if (at_step?.flow === id) present[at_step.node] = (present[at_step.node] ?? 0) + 1;
    editor.getState().setPresent(present);
  }, [editor, id, calls]);
  return { failed: period !== "off" && isError };
}
