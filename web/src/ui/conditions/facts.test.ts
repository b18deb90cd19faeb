import { expect, test } from "vitest";
import { blankConditions, conditionsBody, operatorsOf, queryOf } from "./facts";

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

test("conditions are asked of lists as their addresses ask them", () => {
  expect(queryOf(blankConditions())).toEqual({});
  const asked = queryOf({
    ...blankConditions(),
    owners: ["none"],
    tiers: [0, 3],
    no_mail: false,
    fields: [
      { field: "f_1", op: "eq", value: "o_1、o_2" },
      { field: "f_2", op: "filled", value: "left" },
      { field: "f_3", op: "ge", value: "" },
    ],
    facts: [{ fact: "orders.count", op: "ge", value: 2, period: "90" }],
  });
  expect(asked).toEqual({
    owner: ["none"],
    tier: [0, 3],
    no_mail: false,
    where: ["f_1:eq:o_1、o_2", "f_2:filled:"],
    fact: ["orders.count:ge:2:90"],
  });
});
