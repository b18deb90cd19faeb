import { useQuery } from "@tanstack/react-query";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";

/** A phone; its number may be hidden from this person, who then uses it by its id. */
export interface Phone {
  id: string;
  number: string;
  label: string;
}

/** As typed, one that the customer has, or the other party of a call. */
export type PhoneDraft = string | Phone | { journey: string };

export interface Draft {
  name: string;
  company: string;
  memo: string;
  phones: PhoneDraft[];
  tier: number;
}

export interface Customer extends Draft {
  id: string;
  version: number;
  phones: string[];
  phone_list: Phone[];
}

export function useCustomer(id: string) {
  return useQuery({ queryKey: ["customers", id], queryFn: () => request<Customer>("GET", `/customers/${id}`) });
}

/** Customers by name, company or number, or with the number of a call's other party; nothing is asked for "". */
export function useCustomerSearch(text: string, by: "q" | "journey" = "q") {
  return useQuery({
    queryKey: ["customers", "search", by, text],
    queryFn: () => request<Page<Customer>>("GET", "/customers", { query: { [by]: text, limit: 20 } }),
    enabled: text !== "",
  });
}

const kept = (phone: PhoneDraft) =>
  typeof phone === "object" && "id" in phone ? { id: phone.id, label: phone.label } : phone;
const bodyOf = ({ phones, ...rest }: Partial<Draft>) => (phones ? { ...rest, phones: phones.map(kept) } : rest);

export const makeCustomer = (draft: Draft) => request<Customer>("POST", "/customers", { body: bodyOf(draft) });

/** What is left out stays, whoever has changed it meanwhile (`Problem` 412 when somebody was faster with the same). */
export const changeCustomer = ({ id, version }: Customer, change: Partial<Draft>) =>
  request<Customer>("PATCH", `/customers/${id}`, { body: bodyOf(change), headers: { "If-Match": `"${version}"` } });
