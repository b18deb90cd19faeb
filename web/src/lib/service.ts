/** What is kept of the service to customers: the site's own tables, records, orders; and what waits for somebody. */
import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { HistoryItem, OrderOut, RecordOut, TableOut, Waiting } from "../api";
import { request } from "./http";
import { type Page, type Query, useRows } from "./resource";

export type OwnTable = Omit<TableOut, "fields"> & { fields: (TableOut["fields"][number] & { id: string })[] };
export type ServiceRecord = RecordOut;
export type Order = OrderOut;

export const useTables = (options: { enabled?: boolean } = {}) => useRows<OwnTable>("tables", options);

/** A list that goes on page by page, newest first unless `query` sorts it. */
export function usePages<T>(key: QueryKey, path: string, query: Query) {
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam }) => request<Page<T>>("GET", path, { query: { ...query, limit: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export const useHistory = (path: string, version: number) =>
  useQuery({
    queryKey: ["history", path, version],
    queryFn: async () => (await request<{ items: HistoryItem[] }>("GET", `${path}/history`)).items,
  });

/** How much waits for the signed-in person; live events say when to ask again. */
export const WAITING = ["waiting"];
export const useWaiting = () =>
  useQuery({ queryKey: WAITING, queryFn: () => request<Waiting>("GET", "/me/waiting"), refetchInterval: 60_000 });

/** Fen as people read them: 1,234.50. */
export function yuan(fen: number): string {
  return (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
