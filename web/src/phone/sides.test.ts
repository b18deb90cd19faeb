import { expect, test } from "vitest";
import { agentView, callView } from "../live/samples";
import { isHidden, otherSide, part } from "./sides";

const me = agentView({ id: "ana", extension: "801" });

test("the other side of a call in is who calls, by the customer's name if known", () => {
  const call = callView({ from: "13800001111", from_name: "GZ", customer: { id: "k", name: "Wang" } });
  expect(otherSide(call, me)).toEqual({ number: "13800001111", name: "Wang" });
});

test("the other side of a call out is who is called", () => {
  const call = callView({ direction: "outbound", from: "801", to: "02066668888", to_name: "Office" });
  expect(otherSide(call, me)).toEqual({ number: "02066668888", name: "Office" });
});

test("between colleagues it depends on who began", () => {
  const call = callView({ direction: "internal", from: "801", to: "802", from_name: "Ana", to_name: "Bo" });
  expect(otherSide(call, me).name).toBe("Bo");
  expect(otherSide(call, agentView({ id: "bo", extension: "802" })).name).toBe("Ana");
});

test("a colleague is shown by his name, whatever his extension is called", () => {
  const call = callView({ direction: "internal", from: "801", to: "802", to_name: "802" });
  expect(otherSide(call, me, { bo: agentView({ id: "bo", name: "Bo", extension: "802" }) }).name).toBe("Bo");
});

test("part tells asked from taking part", () => {
  expect(part(callView({ offered_to: ["ana"] }), me)).toBe("offered");
  expect(part(callView({ agent: "ana", offered_to: ["ana"] }), me)).toBe("mine");
  expect(part(callView({ agent: "bo" }), me)).toBe("none");
});

test("a starred number cannot be dialled by itself", () => {
  expect([isHidden("138****1111"), isHidden(""), isHidden("10086")]).toEqual([true, true, false]);
});
