import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "./http";

export interface Row {
  id: string;
  version?: number;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

const WHOLE_LIST = 200;
const MOST_PAGES = 25;

/** Every row of a list, page by page. Throws `Problem`. */
export async function wholeList<T>(path: string, query: Record<string, unknown> = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const part = await request<Page<T>>("GET", path, { query: { limit: WHOLE_LIST, ...query, cursor } });
    items.push(...part.items);
    if (part.next === null) break;
    cursor = part.next;
  }
  return items;
}

/** All rows of a kind such as `queues`; the key is the kind, which `config.changed` names. */
export function useRows<T>(kind: string, options: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: [kind], queryFn: () => wholeList<T>(`/${kind}`), ...options });
}

/** Writing rows of a kind: a row with an id is replaced (only if nobody changed it meanwhile), others are made. */
export function useSave<R extends Row, B>(kind: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ row, body }: { row: R | null; body: B }) =>
      row
        ? request<R>("PUT", `/${kind}/${row.id}`, { body, headers: { "If-Match": `"${row.version}"` } })
        : request<R>("POST", `/${kind}`, { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}

export function useRemove(kind: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/${kind}/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}
