/** The call list's filters live in the address, so that a list can be kept, sent and come back to. */
export const FILTERS = [
  "from",
  "to",
  "direction",
  "outcome",
  "number",
  "customer",
  "customer_tier",
  "customer_stage",
  "agent",
  "queue",
  "has_recording",
  "survey",
  "survey_form",
  "survey_agent",
  "survey_queue",
  "survey_question",
  "survey_reason",
] as const;
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
