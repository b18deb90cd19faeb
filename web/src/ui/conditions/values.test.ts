import { expect, test } from "vitest";
import type { OwnField } from "../FieldForm";
import { inputOf, textOf } from "./values";

const kind: OwnField = {
  id: "f_1",
  label: "类别",
  type: "choice",
  options: [
    { id: "o_1", label: "居民" },
    { id: "o_2", label: "商业、办公" },
  ],
};

test("choices are compared by their ids, however they were written", () => {
  expect(inputOf(kind, "居民")).toEqual(["o_1"]);
  expect(inputOf(kind, "商业、办公")).toEqual(["o_2"]);
  expect(inputOf(kind, "o_1、o_2")).toEqual(["o_1", "o_2"]);
  expect(inputOf(kind, "gone; o_1")).toEqual(["gone", "o_1"]);
  expect(inputOf(kind, "")).toEqual([]);
  expect(textOf(["o_1", "o_2"])).toBe("o_1、o_2");
});

test("numbers and texts come back as they were", () => {
  const number: OwnField = { id: "f_2", label: "金额", type: "number" };
  expect(inputOf(number, "-3.5")).toBe(-3.5);
  expect(inputOf(number, "much")).toBeNull();
  expect(textOf(0)).toBe("0");
  const paid: OwnField = { id: "f_4", label: "已付", type: "yes_no" };
  expect(["是", "否", "no", "TRUE", ""].map((text) => inputOf(paid, text))).toEqual(["yes", "no", "no", "yes", null]);
  expect(textOf(null)).toBe("");
  expect(inputOf({ id: "f_3", label: "备注", type: "line" }, "a, b")).toBe("a, b");
});
