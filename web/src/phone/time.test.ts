import { expect, test } from "vitest";
import { clockText } from "./time";

test("timers read like a clock", () => {
  expect([0, 7.9, 60, 760, 3723, -3].map(clockText)).toEqual(["0:00", "0:07", "1:00", "12:40", "1:02:03", "0:00"]);
});
