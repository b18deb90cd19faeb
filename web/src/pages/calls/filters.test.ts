import { expect, test } from "vitest";
import { dayBounds, filtersOf, lastDay, withFilters } from "./filters";

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

test("a day reaches from its first to its last moment", () => {
  const day = new Date(2026, 10, 23, 15, 30);
  const { from, to } = dayBounds(day, day);
  expect(new Date(from).getHours()).toBe(0);
  expect(new Date(to).getDate()).toBe(24);
  expect(lastDay(to).getDate()).toBe(23);
});
