import { useQuery } from "@tanstack/react-query";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";

export interface Draft {
  name: string;
  company: string;
  memo: string;
  phones: string[];
  tier: number;
}

export interface Customer extends Draft {
  id: string;
  version: number;
}

export function useCustomer(id: string) {
  return useQuery({ queryKey: ["customers", id], queryFn: () => request<Customer>("GET", `/customers/${id}`) });
}

/** Customers by name, company or number; nothing is asked while `text` is empty. */
export function useCustomerSearch(text: string) {
  return useQuery({
    queryKey: ["customers", "search", text],
    queryFn: () => request<Page<Customer>>("GET", "/customers", { query: { q: text, limit: 20 } }),
    enabled: text !== "",
  });
}

/** Keep a customer: a new one, or a change of the version that was shown (`Problem` 412 when somebody was faster). */
export function saveCustomer(customer: Draft & Partial<Pick<Customer, "id" | "version">>): Promise<Customer> {
  const { name, company, memo, phones, tier, id, version } = customer;
  const body = { name, company, memo, phones, tier };
  return id
    ? request("PUT", `/customers/${id}`, { body, headers: { "If-Match": `"${version}"` } })
    : request("POST", "/customers", { body });
}
