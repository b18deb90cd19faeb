import { expect, test } from "vitest";
import type { OwnField } from "../ui/FieldForm";
import { prefilled } from "./prefilled";

const FIELDS: OwnField[] = [
  { id: "f_1", label: "车牌", type: "line" },
  { id: "f_2", label: "Meter number", type: "number" },
  {
    id: "f_3",
    label: "Size",
    type: "choice",
    options: [
      { id: "s", label: "Small", retired: false },
      { id: "l", label: "Large", retired: true },
    ],
  },
  { id: "f_4", label: "Second phone", type: "phone" },
];

test("a value fills the field that is called as it is, as the field's type takes it", () => {
  const found = { 车牌: "京A12345", meter_number: "1001", size: "small", company: "东方", other: "x" };
  expect(prefilled(found, FIELDS)).toEqual({
    plain: { company: "东方" },
    values: { f_1: "京A12345", f_2: 1001, f_3: "s" },
  });
});

test("what does not fit, is retired or hidden fills nothing", () => {
  const found = { meter_number: "none", size: "large", second_phone: "138****8000", 车牌: "" };
  expect(prefilled(found, FIELDS)).toEqual({ plain: {}, values: {} });
});
