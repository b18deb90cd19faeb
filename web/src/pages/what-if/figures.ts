import type { Expected, HalfHour } from "../../api";

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`;
}

export function seconds(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? "–" : `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** The four figures of what was, or would be, with the word for seconds; dashes where nobody called. */
export function told(
  expected: Expected | null | undefined,
  unit: string,
): [level: string, wait: string, lost: string, busy: string] {
  return [
    percent(expected?.service_level),
    seconds(expected?.mean_wait, unit),
    percent(expected?.abandoned),
    percent(expected?.occupancy),
  ];
}

/** How high the chart is: the next even number of agents above all that it shows. */
export function top(rows: Pick<HalfHour, "needed" | "present">[]): number {
  const most = Math.max(1, ...rows.flatMap(({ needed, present }) => [needed, present]));
  return 2 * Math.ceil(most / 2);
}

/** The staffing to ask about: one number for each half hour of the day, as the API wants it; null: as it was. */
export function staffing(rows: HalfHour[], changed: ReadonlyMap<number, number>): number[] | null {
  if (changed.size === 0) return null;
  const last = Math.max(-1, ...rows.map(({ number }) => number));
  const day = Array<number>(last + 1).fill(0);
  for (const { number, staff } of rows) day[number] = changed.get(number) ?? staff;
  return day;
}
