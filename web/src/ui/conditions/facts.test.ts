import { expect, test } from "vitest";
import { blankConditions, conditionsBody, operatorsOf } from "./facts";

test("rows that were not filled in are not sent, and a period only where there can be one", () => {
  const form = {
    ...blankConditions(),
    facts: [
      { fact: "orders.last" as const, op: "ge" as const, value: 30, period: "90" },
      { fact: "orders.sum" as const, op: "ge" as const, value: 100, period: 90 as unknown as string },
      {} as never,
    ],
    fields: [{ field: "", op: "eq" as const, value: "x" }],
  };
  expect(conditionsBody(form)).toEqual({
    ...blankConditions(),
    facts: [
      { fact: "orders.last", op: "ge", value: 30, period: "" },
      { fact: "orders.sum", op: "ge", value: 100, period: "90" },
    ],
    fields: [],
  });
});

test("only numbers and days are compared", () => {
  expect(operatorsOf("number")).toContain("ge");
  expect(operatorsOf("phone")).not.toContain("contains");
});
