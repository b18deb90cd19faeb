import type { Schedule } from "../../lib/types";

export type Hours = Schedule["hours"][number];

/** Days that have the same hours, as people write them: Monday to Friday, 9 to 18. */
export interface Span {
  days: number[];
  begins: string;
  ends: string;
}

/** The hours by days that share them, in the order of the first day. */
export function spansOf(hours: Hours[]): Span[] {
  const spans: Span[] = [];
  for (const { day, begins, ends } of hours) {
    const same = spans.find((span) => span.begins === begins && span.ends === ends);
    if (same) same.days.push(day);
    else spans.push({ days: [day], begins, ends });
  }
  return spans;
}

export function hoursOf(spans: Span[]): Hours[] {
  return spans.flatMap(({ days, begins, ends }) =>
    days.toSorted((a, b) => a - b).map((day) => ({ day, begins, ends })),
  );
}

/** Neighbouring days as ranges: [1, 2, 3, 6] → [[1, 3], [6, 6]]. */
export function ranges(days: number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else found.push([day, day]);
  }
  return found;
}
