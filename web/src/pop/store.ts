import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { CustomerChange, CustomerOut, MemoOut } from "../api";
import { request } from "../lib/http";
import type { Page } from "../lib/resource";

const CUSTOMERS = ["customers"];

export function useCustomer(id: string) {
  return useQuery({ queryKey: [...CUSTOMERS, id], queryFn: () => request<CustomerOut>("GET", `/customers/${id}`) });
}

/** Stores a change of a customer as he was at a version; what others changed beside it stays. */
export function useChange(id: string) {
  const queries = useQueryClient();
  return async (change: CustomerChange, version: number): Promise<number> => {
    try {
      const headers = { "If-Match": `"${version}"` };
      const now = await request<CustomerOut>("PATCH", `/customers/${id}`, { body: change, headers });
      queries.setQueryData([...CUSTOMERS, id], now);
      return now.version;
    } finally {
      void queries.invalidateQueries({ queryKey: CUSTOMERS }); // stored, or changed by somebody else meanwhile
    }
  };
}

/** What this agent notes of a call with a customer: one memo, made when there is something in it. */
export function useNote(customer: string, journey: string, author: string) {
  const queries = useQueryClient();
  const queryKey = ["memos", "of-call", journey, customer];
  const found = useQuery({
    queryKey,
    queryFn: async () => {
      const query = { customer, journey, author, sort: "created_at", limit: 1 };
      return (await request<Page<MemoOut>>("GET", "/memos", { query })).items[0] ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY, // what is typed here changes it, and asks again
  });
  const save = async (text: string, version: number): Promise<number> => {
    const memo = queries.getQueryData<MemoOut | null>(queryKey) ?? null;
    if (!memo && !text.trim()) return 0;
    try {
      const now = memo
        ? await request<MemoOut>("PUT", `/memos/${memo.id}`, {
            body: {
              text,
              customer,
              journey,
              remind_at: memo.remind_at,
              remind: memo.remind?.id ?? null,
              done: memo.done,
            },
            headers: { "If-Match": `"${version}"` },
          })
        : await request<MemoOut>("POST", "/memos", { body: { text, customer, journey } });
      queries.setQueryData(queryKey, now);
      return now.version;
    } finally {
      void queries.invalidateQueries({ queryKey: ["memos"] });
      void queries.invalidateQueries({ queryKey: ["timeline", customer] });
    }
  };
  return { ...found, save };
}
