import { expect, test } from "vitest";
import type { ChangedField } from "../../api";
import { bodyOf, type Customer, formOf, historyOf } from "./customers";

const WANG: Customer = {
  id: "c_1",
  version: 3,
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-02T00:00:00Z",
  deleted_at: null,
  name: "王芳",
  company: "东方物流",
  memo: "",
  tier: 2,
  phones: ["138****8000", "138****8000"],
  phone_list: [
    { id: "p_1", number: "138****8000", label: "mobile", whence: null },
    { id: "p_2", number: "138****8000", label: "", whence: null },
  ],
  values: { f_1: "蓝", f_2: "****" },
  owner: null,
  owner_name: null,
  tags: ["老友"],
  stage: "new",
  do_not_call: false,
  no_mail: false,
  by_hand: [],
};

test("a customer who was opened only is not written", () => {
  expect(bodyOf(formOf(WANG, []), WANG)).toEqual({});
});

test("only what was changed is sent", () => {
  const form = { ...formOf(WANG, []), tier: 5, values: { f_1: "红", f_2: "****", f_3: "" } };
  expect(bodyOf(form, WANG)).toEqual({ tier: 5, values: { f_1: "红" } });
  expect(bodyOf({ ...form, tier: 2, values: { f_1: "" } }, WANG)).toEqual({ values: { f_1: null } });
});

test("hidden phones are named by their ids, one written anew by its number", () => {
  const [first, second] = WANG.phone_list;
  if (!first || !second) throw new Error("no phones");
  const phones = [
    second,
    { ...first, label: "work" },
    { number: " 01088887777 ", label: "" },
    { number: "", label: "" },
  ];
  expect(bodyOf({ ...formOf(WANG, []), phones }, WANG)).toEqual({
    phones: [
      { id: "p_2", label: "" },
      { id: "p_1", label: "work" },
      { number: "01088887777", label: "" },
    ],
  });
  expect(bodyOf({ ...formOf(WANG, []), phones: [{ ...first, number: "13900001111" }, second] }, WANG).phones).toEqual([
    { number: "13900001111", label: "mobile" },
    { id: "p_2", label: "" },
  ]);
});

test("a new customer is sent whole, an emptied usual value as empty", () => {
  const form = { ...formOf(null, []), name: "李雷", values: { f_1: "", f_2: false } };
  expect(bodyOf(form, null)).toMatchObject({
    name: "李雷",
    phones: [],
    owner: null,
    values: { f_1: null, f_2: false },
  });
});

test("fields that were changed at once are one step of the history", () => {
  const change = (version: number, field: string, before: unknown, after: unknown): ChangedField => ({
    at: `2026-11-0${version}T00:00:00Z`,
    by: "安娜",
    by_id: "u_1",
    rule: false,
    label: null,
    version,
    field,
    before,
    after,
    batch: null,
  });
  const steps = historyOf(
    [
      change(4, "deleted", false, true),
      change(3, "name", "王", "王芳"),
      change(3, "tier", 0, 2),
      change(2, "deleted", true, false),
    ],
    ({ by }) => by,
  );
  expect(steps.map(({ action, changes }) => [action, changes])).toEqual([
    ["deleted", {}],
    ["updated", { name: ["王", "王芳"], tier: [0, 2] }],
    ["restored", {}],
  ]);
});

test("a step of several rules names each of them once", () => {
  const change = (by: string, field: string): ChangedField => ({
    at: "2026-11-01T00:00:00Z",
    by,
    by_id: "cr_1",
    rule: true,
    label: null,
    version: 2,
    batch: null,
    field,
    before: 0,
    after: 1,
  });
  const [step] = historyOf(
    [change("金卡", "tier"), change("金卡", "stage"), change("老客户", "tags")],
    ({ by }) => `规则${by}`,
  );
  expect(step?.by).toBe("规则金卡, 规则老客户");
});
