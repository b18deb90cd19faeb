import { expect, test } from "vitest";
import type { Survey } from "../../lib/types";
import { areApart, questionOf, toBody, toForm } from "./form";

test("a form that is read and sent back stays as it was", () => {
  const form = {
    questions: [
      {
        label: "Service",
        sound: { prompt: "", system: "rate_service" },
        keys: { "1": "very_satisfied", "3": "unsatisfied" },
        reasons: { "2": "attitude" },
        reason_sound: { prompt: "p1", system: "" },
      },
    ],
    invitation: { text: { zh: "请按二。" } },
    accept_key: "2",
    comment: { prompt: "", system: "survey_comment" },
    comment_seconds: 30,
    thanks: null,
    timeout: 5,
    attempts: 3,
  };
  const row = { id: "s", version: 1, created_at: "", updated_at: "", name: "S", number: null, form } as Survey;
  expect(toBody(toForm(row)).form).toEqual(form);
});

test("without the question why there are no reasons", () => {
  const [sent] = toBody({
    ...toForm({ form: { questions: [] } } as unknown as Survey),
    questions: [{ ...questionOf("A"), why: false }],
  }).form.questions;
  expect(sent?.reasons).toEqual({});
  expect(sent?.reason_sound).toBeNull();
});

test("a text in which nothing is typed is no sound", () => {
  const row = { form: { questions: [] } } as unknown as Survey;
  const empty = { text: { zh: " ", en: "" } };
  expect(toBody({ ...toForm(row), invitation: empty, thanks: empty }).form).toMatchObject({
    invitation: null,
    thanks: null,
  });
});

test("a key has one meaning", () => {
  expect(areApart({ satisfied: "1", unsatisfied: "1" })).toBe(false);
  expect(areApart({ satisfied: "1", unsatisfied: null, very_satisfied: null })).toBe(true);
});
