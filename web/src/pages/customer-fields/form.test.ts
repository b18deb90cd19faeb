import { expect, test } from "vitest";
import { blankField, bodyOfField, concernsValues, type FieldForm, isWorthAsking, keptDefault, moved } from "./form";

const LINE: FieldForm = { ...blankField(), label: "合同号" };
const CHOICE: FieldForm = {
  ...blankField(),
  label: "等级",
  type: "choices",
  options: [
    { id: "a", label: "金" },
    { id: "b", label: "银" },
  ],
};

test("one is put before those at its new place, up and down, and to either end", () => {
  const rows = ["a", "b", "c", "d"];
  expect(moved(rows, 2, 1)).toEqual(["a", "c", "b", "d"]);
  expect(moved(rows, 1, 2)).toEqual(["a", "c", "b", "d"]);
  expect(moved(rows, 0, 3)).toEqual(["b", "c", "d", "a"]);
  expect(moved(rows, 3, 0)).toEqual(["d", "a", "b", "c"]);
});

test("what is sent has nothing that the type cannot have", () => {
  expect(bodyOfField({ ...LINE, unique: true, default: "x" })).toMatchObject({ unique: true, default: null });
  expect(bodyOfField({ ...LINE, default: "x" }).default).toBe("x");
  expect(bodyOfField({ ...CHOICE, unique: true })).toMatchObject({ unique: false, options: CHOICE.options });
  expect(bodyOfField({ ...CHOICE, type: "line" }).options).toEqual([]);
});

test("a default does not outlive its option", () => {
  expect(keptDefault({ ...CHOICE, default: ["a", "gone"] })).toEqual(["a"]);
  expect(keptDefault({ ...CHOICE, type: "choice", default: "gone" })).toBeNull();
  expect(keptDefault({ ...CHOICE, type: "choice", default: "b" })).toBe("b");
  expect(keptDefault({ type: "yes_no", default: false })).toBe(false);
});

test("another type, or unique from now on, concerns what stands there", () => {
  expect(concernsValues(LINE, { ...LINE, label: "合同", required: true })).toBe(false);
  expect(concernsValues(LINE, { ...LINE, type: "number" })).toBe(true);
  expect(concernsValues(LINE, { ...LINE, unique: true })).toBe(true);
  expect(concernsValues({ ...LINE, unique: true }, LINE)).toBe(false);
});

test("it is asked when values become others or are lost, not for an empty field", () => {
  const check = { filled: 3, converts: 3, lost: 0, twice: 0, first: [] };
  const number: FieldForm = { ...LINE, type: "number" };
  expect(isWorthAsking(check, LINE, number)).toBe(true);
  expect(isWorthAsking({ ...check, filled: 0, converts: 0 }, LINE, number)).toBe(false);
  expect(isWorthAsking(check, LINE, { ...LINE, unique: true })).toBe(false);
  expect(isWorthAsking({ ...check, converts: 2, lost: 1 }, LINE, { ...LINE, unique: true })).toBe(true);
});
