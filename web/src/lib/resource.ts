import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import "./http";
import { callsOf, type Kind } from "./kinds";

export interface Row {
  id: string;
  version?: number;
  name?: string;
  number?: string | null;
}

/** What a form with these fields holds of a row; a field that rows do not tell of, as a password, stays blank. */
export function formOf<F extends object>(row: object, blank: F): F {
  const known = row as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(blank).map(([name, value]) => [name, name in known ? known[name] : value]),
  ) as F;
}

/** What is sent of a form: a field that was emptied says so, instead of being left out. */
export function bodyOf<F extends object>(form: F): F {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value ?? null])) as F;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

const AT_ONCE = 200;
const MOST_PAGES = 25;

/** Every row of a kind, page by page. Throws `Problem`. */
export async function wholeList<T>(kind: Kind): Promise<T[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { data } = await callsOf(kind).list({ query: { limit: AT_ONCE, cursor }, throwOnError: true });
    items.push(...data.items);
    if (data.next === null) break;
    cursor = data.next;
  }
  return items as T[];
}

/** All rows of a kind; the key is the kind, which `config.changed` names. */
export function useRows<T>(kind: Kind, options: { enabled?: boolean; refetchInterval?: number } = {}) {
  return useQuery({ queryKey: [kind], queryFn: () => wholeList<T>(kind), ...options });
}

/** What a request asks beside its path. */
export type Query = Record<string, string | string[] | boolean | number | undefined>;

/** Writing rows of a kind: a row that is given is replaced (only if nobody changed it meanwhile), else one is made. */
export function useSave<R extends Row>(kind: Kind) {
  const queries = useQueryClient();
  const { create, replace } = callsOf(kind);
  return useMutation({
    mutationFn: async ({ row, body, query }: { row: R | null; body: unknown; query?: Query }) => {
      const answer = row
        ? await replace({
            path: { id: row.id },
            ...(query ? { query } : {}),
            headers: { "If-Match": `"${row.version}"` },
            body,
            throwOnError: true,
          })
        : await create({ body, throwOnError: true });
      return answer.data as R;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
    onError: () => void queries.invalidateQueries({ queryKey: [kind] }), // somebody else may have been faster
  });
}

export function useRemove(kind: Kind) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => callsOf(kind).remove({ path: { id }, throwOnError: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}
