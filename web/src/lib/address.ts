/** Lists keep what they show in the address, so that it can be kept, sent and come back to; `open`: the row that is open. */
import { useSearchParams } from "react-router";
import { BASE } from "./http";
import type { Query } from "./resource";

export type Changes = Record<string, string | string[] | null | undefined>;

/** What of the address concerns how the list is shown, not which rows. */
export const SHOWN_ONLY = ["open", "column", "view"];

/** The address with these parts changed; an empty one leaves it. */
export function changed(address: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : value ? [value] : []) next.append(name, one);
  }
  return next;
}

/** The address's filters as the list is asked with them. */
export function queryOf(address: URLSearchParams): Query {
  const query: Query = {};
  for (const name of new Set(address.keys()))
    if (!SHOWN_ONLY.includes(name)) {
      const values = address.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
  return query;
}

/** Where the rows that the address filters are a file; `columns`: those that it has, in place of all. */
export function fileOf(path: string, address: URLSearchParams, format: string, columns: string[] = []): string {
  const asked = [...address].filter(([name]) => !SHOWN_ONLY.includes(name));
  for (const column of columns) asked.push(["column", column]);
  return `${BASE}${path}?${new URLSearchParams([...asked, ["format", format]])}`;
}

export function useAddress() {
  const [address, setAddress] = useSearchParams();
  return {
    address,
    query: queryOf(address),
    open: address.get("open"),
    show: (open: string | null) => setAddress((now) => changed(now, { open })),
    /** Other filters, in place of those before: "back" leads out of the list. */
    set: (changes: Changes) => setAddress((now) => changed(now, changes), { replace: true }),
  };
}
