import { expect, test } from "vitest";
import { hoursOf, ranges, spansOf } from "./hours";

const monday = { day: 1, begins: "09:00", ends: "12:00" };

test("days that share their hours are one line, and come back as they were", () => {
  const hours = [monday, { day: 1, begins: "13:30", ends: "18:00" }, { ...monday, day: 2 }, { ...monday, day: 6 }];
  const spans = spansOf(hours);
  expect(spans).toEqual([
    { days: [1, 2, 6], begins: "09:00", ends: "12:00" },
    { days: [1], begins: "13:30", ends: "18:00" },
  ]);
  const order = (one: { day: number; begins: string }) => `${one.day} ${one.begins}`;
  const sorted = (rows: typeof hours) => rows.toSorted((a, b) => order(a).localeCompare(order(b)));
  expect(sorted(hoursOf(spans))).toEqual(sorted(hours));
});

test("neighbouring days are told as a range", () => {
  expect(ranges([5, 1, 2, 3, 7])).toEqual([
    [1, 3],
    [5, 5],
    [7, 7],
  ]);
  expect(ranges([])).toEqual([]);
});
