import type { Customer, CustomerField } from "./customers";

/** What customers have in one place: `told` by their ids; `all`: what all of them have is kept. */
export interface Choice {
  name: string;
  told: Record<string, unknown>;
  all: boolean;
}

/** In what customers differ, in the fields' order; first what is kept of all. */
export function choicesOf(customers: Customer[], fields: CustomerField[]): Choice[] {
  const of = (name: string, read: (one: Customer) => unknown, all = false): Choice => ({
    name,
    all,
    told: Object.fromEntries(customers.map((one) => [one.id, read(one)])),
  });
  const differs = ({ told }: Choice) => new Set(Object.values(told).map((one) => JSON.stringify(one ?? null))).size > 1;
  return [
    of("phones", ({ phone_list }) => phone_list, true),
    of("tags", ({ tags }) => tags, true),
    ...[
      of("name", ({ name }) => name),
      of("company", ({ company }) => company),
      of("memo", ({ memo }) => memo),
      of("tier", ({ tier }) => tier),
      of("stage", ({ stage }) => stage),
      of("owner_id", ({ owner }) => owner),
      of("do_not_call", ({ do_not_call }) => do_not_call),
      ...fields.map(({ id }) => of(`values.${id}`, ({ values }) => values[id])),
    ].filter(differs),
  ];
}
