import { expect, test } from "vitest";
import { setZone } from "../../lib/zone-name";
import { type Asked, callsBehind, percent, type Row } from "./figures";

const asked: Asked = {
  from: "2026-11-01T16:00:00.000Z",
  to: "2026-11-30T16:00:00.000Z",
  by: "agent",
  survey: "",
  queue: "",
  question: 0,
};
const row = (id: string | null) => ({ id }) as Row;

test("a figure leads to the calls it is made of", () => {
  const of = (address: string) => Object.fromEntries(new URLSearchParams(address.split("?")[1]));
  expect(of(callsBehind(asked, row("u1"), "unsatisfied", "attitude"))).toEqual({
    from: asked.from,
    to: asked.to,
    survey: "unsatisfied",
    survey_agent: "u1",
    survey_reason: "attitude",
  });
  expect(of(callsBehind({ ...asked, by: "queue", queue: "q1" }, row(null), "asked")).survey_queue).toBe("-");
  expect(of(callsBehind({ ...asked, question: 2, survey: "s" }, null, "answered"))).toEqual({
    from: asked.from,
    to: asked.to,
    survey: "answered",
    survey_form: "s",
    survey_question: "2",
  });
});

test("a day's figure leads to the calls of that local day", () => {
  setZone("Asia/Shanghai");
  const address = callsBehind({ ...asked, by: "day" }, row("2026-11-05"), "asked");
  const wanted = new URLSearchParams(address.split("?")[1]);
  expect([wanted.get("from"), wanted.get("to")]).toEqual(["2026-11-04T16:00:00.000Z", "2026-11-05T16:00:00.000Z"]);
});

test("shares", () => {
  expect([percent(null), percent(0), percent(2 / 3)]).toEqual(["–", "0 %", "66.7 %"]);
});
