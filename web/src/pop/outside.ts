import { useQuery } from "@tanstack/react-query";
import type { FrameOut, PopOut } from "../api";
import { request } from "../lib/http";
import { useLive } from "../live/store";
import type { CallView } from "../live/types";
import { part } from "../phone/sides";
import { usePhone } from "../phone/store";
import { useClaim } from "./claim";

/** Another system's page for a call, as soon as it is due in this tab; of several tabs that is the one with the phone. */
export function useOutsidePage(call: CallView): PopOut | undefined {
  const me = useLive((live) => live.me.agent);
  const elsewhere = usePhone(({ status }) => ["starting", "other_tab", "other_place"].includes(status));
  const known = call.customer !== null || call.earlier_calls !== null; // it has been looked up who it is
  const answered = call.answered_at !== null && part(call, me) === "mine"; // who gives it on had answered before
  const due = known && call.pop !== "" && (call.pop === "ring" || answered);
  const mine = useClaim(call.id, due && !elsewhere);
  const { data } = useQuery({
    queryKey: ["calls", call.id, "pop"],
    queryFn: () => request<PopOut>("GET", `/calls/${call.id}/pop`),
    enabled: mine === true,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return mine ? data : undefined;
}

/** Whether the page's own headers forbid to show it within another. */
export function useRefused(call: string): boolean {
  const { data } = useQuery({
    queryKey: ["calls", call, "pop", "frame"],
    queryFn: () => request<FrameOut>("GET", `/calls/${call}/pop/frame`),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.refused ?? false;
}
