import { useInfiniteQuery } from "@tanstack/react-query";
import { type ListMessagesData, listMessages, type MessageOut } from "../../api";
import "../../lib/http";

export type Message = MessageOut;
export type Filter = Omit<NonNullable<ListMessagesData["query"]>, "limit" | "cursor">;

export const STATES: Message["state"][] = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "failed",
  "rejected",
  "expired",
  "cancelled",
  "received",
];
const UNSENT: Message["state"][] = ["failed", "rejected", "expired", "cancelled"];

export const canBeCancelled = ({ state }: Message) => state === "queued";
export const canBeTriedAgain = ({ state }: Message) => UNSENT.includes(state);

/** Newest first, page by page; `message.changed` has it asked for again. */
export function useMessages(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["messages", filter],
    queryFn: async ({ pageParam }) =>
      (await listMessages({ query: { ...filter, limit: 50, cursor: pageParam }, throwOnError: true })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 30_000,
  });
}
