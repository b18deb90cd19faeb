/** The call list's filters live in the address, so that a list can be kept, sent and come back to. */
export const FILTERS = ["from", "to", "direction", "outcome", "number", "agent", "queue", "has_recording"] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, string>>;

export function filtersOf(address: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const name of FILTERS) {
    const value = address.get(name);
    if (value) filters[name] = value;
  }
  return filters;
}

/** The address after a change of filters; other parts of it stay, an empty filter leaves it. */
export function withFilters(address: URLSearchParams, changes: Filters): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** Days of this machine's calendar as the server's times: the first moment of one, the first after the other. */
export function dayBounds(from: Date, to: Date): { from: string; to: string } {
  const first = new Date(from.getFullYear(), from.getMonth(), from.getDate());
  const after = new Date(to.getFullYear(), to.getMonth(), to.getDate() + 1);
  return { from: first.toISOString(), to: after.toISOString() };
}

/** The day on which such a period ends. */
export function lastDay(to: string): Date {
  return new Date(Date.parse(to) - 1);
}
