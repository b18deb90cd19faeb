import type { CustomerViewIn, CustomerViewOut, ViewFilter } from "../../api";
import type { Changes } from "../../lib/address";

export type CustomerView = CustomerViewOut;
type Seen = Required<Pick<CustomerViewIn, "filter" | "columns" | "sort">>;

const LISTS = ["owner", "tag", "without_tag", "tier", "stage", "where", "fact", "moved"] as const;

/** What of the address a view keeps. */
export function seenIn(address: URLSearchParams): Seen {
  const filter: Partial<Record<keyof ViewFilter, unknown>> = {};
  for (const name of LISTS) {
    const values = address.getAll(name);
    if (values.length) filter[name] = name === "tier" ? values.map(Number) : values;
  }
  const q = address.get("q");
  if (q) filter.q = q;
  const segment = address.get("segment");
  if (segment) filter.segment = segment;
  const calls = address.get("do_not_call");
  if (calls) filter.do_not_call = calls === "true";
  return {
    filter: filter as ViewFilter,
    columns: address.getAll("column"),
    sort: (address.get("sort") ?? "") as Seen["sort"],
  };
}

/** How the address changes to show a view; null: all customers as usual. */
export function shownAs(view: CustomerView | null): Changes {
  const { filter, columns, sort } = view ?? {};
  const calls = filter?.do_not_call;
  return {
    view: view?.id ?? null,
    q: filter?.q ?? null,
    segment: filter?.segment ?? null,
    do_not_call: calls === null || calls === undefined ? null : String(calls),
    deleted: null,
    column: columns ?? null,
    sort: sort || null,
    ...Object.fromEntries(LISTS.map((name) => [name, (filter?.[name] ?? []).map(String)])),
  };
}
