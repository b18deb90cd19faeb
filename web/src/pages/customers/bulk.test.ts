import { expect, test } from "vitest";
import { editOf, NOBODY } from "./bulk";

test("what was left empty is not changed", () => {
  expect(editOf({})).toBeNull();
  expect(
    editOf({ owners: [], add_tags: [], tier: null, do_not_call: null, field: null, values: { f_1: "x" } }),
  ).toBeNull();
  expect(editOf({ tier: 0, do_not_call: false, no_mail: true })).toEqual({
    tier: 0,
    do_not_call: false,
    no_mail: true,
  });
});

test("a chosen field that is left empty is emptied, and nobody is an owner too", () => {
  expect(editOf({ field: "f_1", values: { f_1: "", f_2: "y" }, owners: ["u_1", NOBODY] })).toEqual({
    owners: ["u_1", null],
    values: { f_1: null },
  });
});
