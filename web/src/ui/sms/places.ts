/** What every template of a message may name beside the customers' own fields; the server fills it. */
export const KNOWN = [
  "customer.name",
  "customer.company",
  "agent.name",
  "agent.staff_number",
  "company.name",
  "today",
  "now",
] as const;

export type Known = (typeof KNOWN)[number];

const CUSTOMER = "customer.";

export const isKnown = (name: string): name is Known => KNOWN.includes(name as Known);

/** Whether the server fills it, the customers' own fields among them; what it does not is asked of the sender. */
export const isFilled = (name: string) => isKnown(name) || name.startsWith(CUSTOMER);

export const ownPlace = (label: string) => `${CUSTOMER}${label}`;

export const labelOf = (place: string) => (place.startsWith(CUSTOMER) ? place.slice(CUSTOMER.length) : place);

/** The places of a text, each once. */
export const placesIn = (text: string) => [
  ...new Set([...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name]) => (name ?? "").trim())),
];
