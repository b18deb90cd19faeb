import type { Schedule } from "../../lib/types";

export type SpecialDay = Schedule["days"][number];

/** A special day as the form holds it; several hours of one day are kept as text, "09:00-12:00, 13:00-18:00". */
export interface DayRow {
  date: string;
  name: string;
  kind: "closed" | "like" | "hours";
  like: number;
  hours: string;
}

export const WEEK = [1, 2, 3, 4, 5, 6, 7];

export const SPANS = /^\s*\d{1,2}:\d\d\s*[-–]\s*\d{1,2}:\d\d(\s*[,，]\s*\d{1,2}:\d\d\s*[-–]\s*\d{1,2}:\d\d)*\s*$/;

export const rowOf = ({ date, name = "", like = null, hours = [] }: SpecialDay): DayRow => ({
  date,
  name,
  kind: like !== null ? "like" : hours.length > 0 ? "hours" : "closed",
  like: like ?? 1,
  hours: hours.map(({ begins, ends }) => `${begins}-${ends}`).join(", "),
});

export function dayOf({ date, name, kind, like, hours }: DayRow): SpecialDay {
  const spans = hours.split(/[,，]/).map((span) => span.split(/[-–]/).map((part) => part.trim()));
  return {
    date,
    name,
    like: kind === "like" ? like : null,
    hours: kind === "hours" ? spans.map(([begins = "", ends = ""]) => ({ begins, ends })) : [],
  };
}

/** The days of both lists by date; those of the new one go before. */
export function merged(rows: DayRow[], added: SpecialDay[]): DayRow[] {
  const all = new Map(rows.map((row) => [row.date, row]));
  for (const day of added) all.set(day.date, rowOf(day));
  return [...all.values()].sort((a, b) => a.date.localeCompare(b.date));
}
