import { expect, test } from "vitest";
import { levelOf } from "./level";
import { hindrance, type Result, type Step } from "./verdict";

const good: Record<Step, Result> = {
  secure: "ok",
  server: "ok",
  line: "ok",
  microphone: "ok",
  speaker: "ok",
  echo: "ok",
};

test("ready only when every step was seen to work", () => {
  expect(hindrance(good)).toBeNull();
  expect(hindrance({ ...good, echo: "todo" })).toEqual({ step: "echo", result: "todo" });
});

test("a failure is told before what still has to be tried, and the first failure before later ones", () => {
  expect(hindrance({ ...good, secure: "todo", line: "bad", microphone: "bad" })?.step).toBe("line");
  expect(hindrance({ ...good, line: "wait", speaker: "todo" })?.step).toBe("line");
});

test("the level follows the ear: silence is 0, full scale 1, a tenth of it two thirds", () => {
  expect(levelOf(new Float32Array(64))).toBe(0);
  expect(levelOf(new Float32Array(64).fill(1))).toBe(1);
  expect(levelOf(new Float32Array(64).fill(0.1))).toBeCloseTo(2 / 3);
  expect(levelOf(new Float32Array(64).fill(0.00001))).toBe(0);
});
