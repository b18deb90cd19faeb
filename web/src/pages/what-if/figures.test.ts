import { expect, test } from "vitest";
import type { HalfHour } from "../../api";
import { seconds, staffing, told, top } from "./figures";

const row = (number: number, staff: number) => ({ number, staff }) as HalfHour;

test("figures where nobody called are dashes", () => {
  expect(told(null, "s")).toEqual(["–", "–", "–", "–"]);
  expect(told({ service_level: 0.805, mean_wait: 12.34, abandoned: 0, occupancy: null }, "秒")).toEqual([
    "81%",
    "12 秒",
    "0%",
    "–",
  ]);
  expect(seconds(4.25, "s")).toBe("4.3 s");
});

test("the chart holds what it shows", () => {
  expect(top([])).toBe(2);
  expect(top([{ needed: 5, present: 3.2 }])).toBe(6);
  expect(top([{ needed: 2, present: 8.5 }])).toBe(10);
});

test("a changed staffing is told from midnight on", () => {
  const rows = [row(2, 4), row(3, 5)];
  expect(staffing(rows, new Map())).toBeNull();
  expect(staffing(rows, new Map([[3, 0]]))).toEqual([0, 0, 4, 0]);
});
