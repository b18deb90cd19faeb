import { expect, test } from "vitest";
import { optionsOf } from "../../lib/own-fields";
import { bodyOfTable, type TableForm } from "./form";

const FORM: TableForm = {
  name: "投诉",
  fields: [
    { id: "a", label: "类型", type: "choice", options: [{ id: "o1", label: "漏气" }], unique: true },
    { id: "b", label: "说明", type: "line", options: [{ id: "o2", label: "x" }], unique: true },
  ],
  statuses: [
    { id: "new", label: "新建", initial: true, next: ["done", "gone"] },
    { id: "done", label: "完成" },
  ],
  in_pop: true,
  needs_customer: false,
  problems: false,
  due_hours: null,
  call_back: true,
  call_back_hours: 24,
  survey_id: null,
  position: 0,
};

test("an option keeps its id as long as it keeps its name", () => {
  const present = [{ id: "o1", label: "漏气" }];
  const options = optionsOf(["账单", "漏气"], present);
  expect(options[1]).toBe(present[0]);
  expect(options[0]?.id).not.toBe("o1");
});

test("what is sent has no steps to statuses that are gone, and nothing that its types cannot have", () => {
  const body = bodyOfTable(FORM) as TableForm;
  expect(body.statuses.map(({ next }) => next)).toEqual([["done"], []]);
  expect(body.fields.map(({ unique }) => unique)).toEqual([false, true]);
  expect(body.fields.map(({ options }) => options?.length)).toEqual([1, 0]);
});
