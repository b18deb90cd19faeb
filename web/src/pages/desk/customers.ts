import { useQuery } from "@tanstack/react-query";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";

export interface Found {
  id: string;
  name: string;
  company: string;
  phones: string[];
}

/** Customers by name, company or number, or with the number of a call's other party; nothing is asked for "". */
export function useCustomerSearch(text: string, by: "q" | "journey" = "q") {
  return useQuery({
    queryKey: ["customers", "search", by, text],
    queryFn: () => request<Page<Found>>("GET", "/customers", { query: { [by]: text, limit: 20 } }),
    enabled: text !== "",
  });
}
