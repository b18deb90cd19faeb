/** How many callers went where. */

/** Visits to a step, how they ended, and by which exits callers went on; `seconds`: the mean stay. */
export interface StepTraffic {
  visits: number;
  hung_up: number;
  silent: number;
  invalid: number;
  /** Something outside did not answer. */
  failed: number;
  seconds: number;
  exits: Record<string, number>;
}

export type Traffic = Record<string, StepTraffic>;

/** The most callers on any line, at least 1: what the others are compared with. */
export function busiest(traffic: Traffic): number {
  return Math.max(1, ...Object.values(traffic).flatMap(({ exits }) => Object.values(exits)));
}

/** How hot a line is drawn, 0 to 1; small numbers still differ. */
export function heat(count: number, most: number): number {
  return count <= 0 ? 0 : Math.sqrt(count / most);
}

/** 12345 is "12k": a badge has little room. */
export function short(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`;
}
