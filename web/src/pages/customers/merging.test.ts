import { expect, test } from "vitest";
import type { Customer, CustomerField } from "./customers";
import { choicesOf } from "./merging";

const ONE = { id: "c_1", name: "王芳", company: "", memo: "", tier: 0, stage: "new", owner: null, tags: [] } as const;
const customers = [
  { ...ONE, do_not_call: false, phone_list: [], values: { f_1: ["a"] } },
  { ...ONE, id: "c_2", company: "东方", do_not_call: false, phone_list: [], values: { f_1: ["a"], f_2: "x" } },
] as unknown as Customer[];
const fields = [{ id: "f_1" }, { id: "f_2" }] as unknown as CustomerField[];

test("only what differs is to be chosen, phones and tags are all kept", () => {
  expect(choicesOf(customers, fields).map(({ name, all }) => [name, all])).toEqual([
    ["phones", true],
    ["tags", true],
    ["company", false],
    ["values.f_2", false],
  ]);
});
