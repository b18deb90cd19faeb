import { useQuery } from "@tanstack/react-query";
import type { OrderStatuses } from "../../api";
import { request } from "../../lib/http";

export const STATUSES = ["order-statuses"];

export const useOrderStatusSet = () =>
  useQuery({ queryKey: STATUSES, queryFn: () => request<OrderStatuses>("GET", "/order-statuses") });

export function useOrderStatuses() {
  const { data, ...rest } = useOrderStatusSet();
  return { ...rest, data: data?.statuses };
}

export interface LineForm {
  product: string | null;
  quantity: number | null;
  /** Yuan; the server is told fen. */
  price: number | null;
  discount: number | null;
}

const fen = (amount: number | null | undefined) => Math.round((amount ?? 0) * 100);

/** What a line comes to, in fen, as the server will reckon it. */
export function lineTotal({ quantity, price, discount }: LineForm): number {
  return Math.round((fen(price) * Math.round((quantity ?? 0) * 1000)) / 1000) - fen(discount);
}

export function bodyOfLines(lines: LineForm[]): unknown[] {
  return lines.map(({ product, quantity, price, discount }) => ({
    product,
    quantity,
    price: price === null ? null : fen(price),
    discount: fen(discount),
  }));
}
