import { expect, test, vi } from "vitest";
import { setZone } from "../lib/zone-name";
import { clockText, dateTimeText } from "./time";

test("timers read like a clock", () => {
  expect([0, 7.9, 60, 760, 3723, -3].map(clockText)).toEqual(["0:00", "0:07", "1:00", "12:40", "1:02:03", "0:00"]);
});

test("the year is shown where the site's clocks show another one", () => {
  vi.useFakeTimers({ now: new Date("2026-12-31T17:00:00Z") });
  setZone("Asia/Shanghai");
  expect(dateTimeText("2026-12-31T16:30:00Z", "zh")).toBe("01/01 00:30");
  expect(dateTimeText("2026-12-31T15:30:00Z", "zh")).toBe("2026/12/31 23:30");
  vi.useRealTimers();
});
