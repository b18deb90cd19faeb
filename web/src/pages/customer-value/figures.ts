import type { CustomerValues, ValueRow } from "../../api";
import { daysOf } from "../../lib/zone";

export const BY = ["tier", "stage"] as const;
export type By = (typeof BY)[number];
export type Row = ValueRow;
export type Total = CustomerValues["total"];

export interface Asked {
  from: string;
  to: string;
  by: By;
  /** Days without a call. */
  quiet: number;
}

/** Which tier or stage a row is of; null: the sum. */
export type Key = string | null;
export const keyOf = (row: Row, by: By): string => String(row[by]);

/** The period in days of the site, as lists of customers are asked with it. */
export function daysText({ from, to }: Asked): string {
  return daysOf(from, to)
    .map((day) => day.format("YYYY-MM-DD"))
    .join("..");
}

const address = (path: string, parts: Record<string, string>) => `${path}?${new URLSearchParams(parts)}`;

/** The customers behind a figure. */
export const customersBehind = ({ by }: Asked, key: Key, more: Record<string, string> = {}) =>
  address("/customers", { ...(key === null ? {} : { [by]: key }), ...more });

export const quietBehind = (asked: Asked, key: Key) =>
  customersBehind(asked, key, { fact: `calls.last:ge:${asked.quiet}` });

/** Whom the period moved to a tier or stage, or away from it. */
export function movedBehind(asked: Asked, key: Key, side: "came" | "went"): string {
  const [before, after] = side === "came" ? ["", key ?? ""] : [key ?? "", ""];
  return address("/customers", { moved: `${asked.by}:${before}:${after}:${daysText(asked)}` });
}

/** The orders, or the calls, of the period. */
export function recordsBehind(
  path: "/orders" | "/calls",
  asked: Asked,
  key: Key,
  more: Record<string, string> = {},
): string {
  const { from, to, by } = asked;
  return address(path, { from, to, ...(key === null ? {} : { [`customer_${by}`]: key }), ...more });
}
