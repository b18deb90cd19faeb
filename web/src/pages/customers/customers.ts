import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ChangedField, CustomerChange, CustomerCount, CustomerOut, FieldOut, HistoryItem } from "../../api";
import { request } from "../../lib/http";
import { shownNumber } from "../../lib/numbers";
import type { Page, Query } from "../../lib/resource";
import type { Values } from "../../ui/FieldForm";

export type Customer = CustomerOut;
export type CustomerField = FieldOut & { id: string };

export const CUSTOMERS = ["customers"];
export const STAGES = ["potential", "new", "satisfied", "retained", "old"] as const;
export const TIERS = Array.from({ length: 10 }, (_, tier) => tier);
export const PHONE_LABELS = ["mobile", "landline", "home", "work", "other"];
/** Stands for what somebody may not see. */
export const HIDDEN = "****";

export interface PhoneForm {
  /** Of one that the customer has already. */
  id?: string;
  number: string;
  label: string;
}

export interface CustomerForm {
  name: string;
  company: string;
  phones: PhoneForm[];
  tier: number;
  stage: Customer["stage"];
  owner: string | null;
  tags: string[];
  do_not_call: boolean;
  no_mail: boolean;
  memo: string;
  values: Values;
}

/** The list that fits `query`; what was found before stays until the next is there. */
export function useCustomers(query: Query) {
  return useInfiniteQuery({
    queryKey: [...CUSTOMERS, "list", query],
    queryFn: ({ pageParam }) =>
      request<Page<Customer>>("GET", "/customers", { query: { ...query, limit: 100, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useCustomerCount(query: Query) {
  const { sort: _, deleted, ...asked } = query;
  return useQuery({
    queryKey: [...CUSTOMERS, "count", asked],
    queryFn: () => request<CustomerCount>("GET", "/customers/count", { query: asked }),
    placeholderData: keepPreviousData,
    enabled: deleted === undefined,
  });
}

/** The site's own fields of customers, in their order. */
export const useCustomerFields = () =>
  useQuery({
    queryKey: ["customer-fields"],
    queryFn: async () =>
      (await request<Page<CustomerField>>("GET", "/customer-fields", { query: { limit: 200, sort: "rank" } })).items,
  });

export const useTags = () =>
  useQuery({ queryKey: [...CUSTOMERS, "tags"], queryFn: () => request<string[]>("GET", "/customer-tags") });

/** Of a customer who is there, or of a new one. */
export function formOf(customer: Customer | null, fields: CustomerField[]): CustomerForm {
  if (customer) {
    const { name, company, tier, stage, owner, tags, do_not_call, no_mail, memo, values } = customer;
    const phones = customer.phone_list.map((phone) => ({ ...phone, number: shownNumber(phone.number) }));
    return { name, company, phones, tier, stage, owner, tags, do_not_call, no_mail, memo, values };
  }
  const values = Object.fromEntries(fields.map(({ id, default: usual }) => [id, usual ?? null]));
  const blank = { name: "", company: "", memo: "", owner: null, tags: [], do_not_call: false, no_mail: false };
  return { ...blank, phones: [{ number: "", label: "" }], tier: 0, stage: "new", values };
}

const empty = (value: unknown) =>
  value === "" || value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);

/**
 * What is sent: all of a new customer, of one who is there only what differs, so that others may change the rest
 * meanwhile. A phone that was not written anew is named by its id, so that it stays also when its number is hidden.
 */
export function bodyOf(form: CustomerForm, former: Customer | null): CustomerChange {
  const { values, phones, ...plain } = form;
  const known = new Map(former?.phone_list.map(({ id, number }) => [id, shownNumber(number)]));
  const sent = phones
    .map(({ id, number, label }) => ({ id, number: (number ?? "").trim(), label: (label ?? "").trim() }))
    .filter(({ number }) => number !== "")
    .map(({ id, number, label }) => (id && known.get(id) === number ? { id, label } : { number, label }));
  const all = { ...plain, owner: plain.owner ?? null, phones: sent };
  const filled = Object.fromEntries(Object.entries(values ?? {}).map(([id, value]) => [id, empty(value)]));
  if (!former) return { ...all, values: filled };
  const before = { ...former, phones: former.phone_list.map(({ id, label }) => ({ id, label })) };
  const body: CustomerChange = Object.fromEntries(
    Object.entries(all).filter(([name, value]) => differ(value, before[name as keyof typeof before])),
  );
  const changed = Object.entries(filled).filter(([id, value]) => differ(value, empty(former.values[id])));
  return changed.length ? { ...body, values: Object.fromEntries(changed) } : body;
}

/** Changes of single fields, newest first, as the steps in which they were made; `whoOf`: what is said of who made one.
 * Those of one who was merged into him are of version 0. */
export function historyOf(changes: ChangedField[], whoOf: (change: ChangedField) => string): HistoryItem[] {
  const steps = new Map<string, HistoryItem>();
  for (const change of changes) {
    const { version, at, field, before, after } = change;
    const who = whoOf(change);
    const step = steps.get(`${version} ${at}`) ?? { at, by: who, action: "updated", note: "", changes: {} };
    if (!step.by.split(", ").includes(who)) step.by += `, ${who}`;
    if (field === "deleted") step.action = after ? "deleted" : "restored";
    else step.changes[field] = [before, after];
    steps.set(`${version} ${at}`, step);
  }
  return [...steps.values()];
}
