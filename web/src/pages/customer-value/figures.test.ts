import { beforeEach, expect, test } from "vitest";
import { setZone } from "../../lib/zone-name";
import { type Asked, customersBehind, movedBehind, quietBehind, recordsBehind } from "./figures";

const asked: Asked = { from: "2026-10-31T16:00:00.000Z", to: "2026-11-30T16:00:00.000Z", by: "tier", quiet: 90 };
const of = (address: string) => {
  const [path, query] = address.split("?");
  return [path, Object.fromEntries(new URLSearchParams(query))];
};

beforeEach(() => setZone("Asia/Shanghai"));

test("a tier's figures lead to its customers", () => {
  expect(of(customersBehind(asked, "0"))).toEqual(["/customers", { tier: "0" }]);
  expect(of(customersBehind(asked, null))).toEqual(["/customers", {}]);
  expect(of(quietBehind(asked, "3"))).toEqual(["/customers", { tier: "3", fact: "calls.last:ge:90" }]);
});

test("a move leads to those who were moved in the days of the period", () => {
  const stages: Asked = { ...asked, by: "stage" };
  expect(of(movedBehind(stages, "old", "came"))[1]).toEqual({ moved: "stage::old:2026-11-01..2026-11-30" });
  expect(of(movedBehind(stages, "old", "went"))[1]).toEqual({ moved: "stage:old::2026-11-01..2026-11-30" });
});

test("orders and calls are those of the period", () => {
  const { from, to } = asked;
  expect(of(recordsBehind("/orders", asked, "2"))).toEqual(["/orders", { from, to, customer_tier: "2" }]);
  expect(of(recordsBehind("/calls", { ...asked, by: "stage" }, "new", { direction: "inbound" }))).toEqual([
    "/calls",
    { from, to, customer_stage: "new", direction: "inbound" },
  ]);
});
