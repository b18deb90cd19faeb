import dayjs from "dayjs";
import { expect, test } from "vitest";
import { dayBounds, daysOf } from "../../lib/zone";
import { setZone } from "../../lib/zone-name";
import { filtersOf, withFilters } from "./filters";

test("filters go into the address and come back", () => {
  const address = withFilters(new URLSearchParams("tab=calls"), { direction: "inbound", number: "138" });
  expect(address.get("tab")).toBe("calls");
  expect(filtersOf(address)).toEqual({ direction: "inbound", number: "138" });
});

test("an emptied filter leaves the address, strangers in it are no filters", () => {
  const address = withFilters(new URLSearchParams("direction=inbound&agent=a1"), { direction: "" });
  expect(address.toString()).toBe("agent=a1");
  expect(filtersOf(new URLSearchParams("limit=9&queue=q1"))).toEqual({ queue: "q1" });
});

test("a day is the site's, from its first to its last moment", () => {
  setZone("Asia/Shanghai");
  const day = dayjs("2026-11-23");
  const { from, to } = dayBounds(day, day);
  expect([from, to]).toEqual(["2026-11-22T16:00:00.000Z", "2026-11-23T16:00:00.000Z"]);
  expect(daysOf(from, to).map((one) => one.format("MM-DD"))).toEqual(["11-23", "11-23"]);
});
