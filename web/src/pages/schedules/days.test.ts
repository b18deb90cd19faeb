import { expect, test } from "vitest";
import { dayOf, merged, rowOf, SPANS } from "./days";

const DAYS = [
  { date: "2026-10-01", name: "国庆节", like: null, hours: [] },
  { date: "2026-10-10", name: "调休", like: 1, hours: [] },
  { date: "2026-12-24", name: "", like: null, hours: [{ begins: "9:00", ends: "12:00" }] },
];

test("a day that is read and sent back stays as it was", () => {
  expect(DAYS.map(rowOf).map(dayOf)).toEqual(DAYS);
});

test("an imported day takes the place of the one of its date", () => {
  const rows = merged(DAYS.map(rowOf), [{ date: "2026-10-10", name: "x", like: null, hours: [] }, DAYS[0] as never]);
  expect(rows.map(({ date, kind }) => `${date} ${kind}`)).toEqual([
    "2026-10-01 closed",
    "2026-10-10 closed",
    "2026-12-24 hours",
  ]);
});

test("hours as people write them", () => {
  for (const right of ["9:00-12:00", "09:00–12:00, 13:00-18:00"]) expect(SPANS.test(right)).toBe(true);
  for (const wrong of ["", "9-12", "9:00", "9:00-12:00 13:00-14:00"]) expect(SPANS.test(wrong)).toBe(false);
});
