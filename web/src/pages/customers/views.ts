import type { CustomerViewIn, CustomerViewOut, ViewFilter } from "../../api";
import type { Changes } from "../../lib/address";

export type CustomerView = CustomerViewOut;
type Seen = Required<Pick<CustomerViewIn, "filter" | "columns" | "sort">>;

const LISTS = ["owner", "tag", "without_tag", "tier", "stage", "where", "fact", "moved"] as const;
const WISHES = ["do_not_call", "no_mail"] as const;

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
  for (const wish of WISHES) {
    const asked = address.get(wish);
    if (asked) filter[wish] = asked === "true";
  }
  return {
    filter: filter as ViewFilter,
    columns: address.getAll("column"),
    sort: (address.get("sort") ?? "") as Seen["sort"],
  };
}

/** How the address changes to show a view; null: all customers as usual. */
export function shownAs(view: CustomerView | null): Changes {
  const { filter, columns, sort } = view ?? {};
  return {
    view: view?.id ?? null,
    q: filter?.q ?? null,
    segment: filter?.segment ?? null,
    ...Object.fromEntries(WISHES.map((wish) => [wish, filter?.[wish]?.toString() ?? null])),
    deleted: null,
    column: columns ?? null,
    sort: sort || null,
    ...Object.fromEntries(LISTS.map((name) => [name, (filter?.[name] ?? []).map(String)])),
  };
}
