import { expect, test } from "vitest";
import { EchoEar } from "./echo";
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

function hear(ear: EchoEar, level: number, seconds: number): string {
  for (let tenth = 0; tenth < seconds * 10; tenth++) ear.listen(level, 0.1);
  return ear.phase;
}

test("the announcement with its short pauses is no echo, the sound after the long pause is", () => {
  const ear = new EchoEar();
  expect(hear(ear, 0, 3)).toBe("announcement");
  expect(hear(ear, 0.6, 2)).toBe("announcement");
  expect(hear(ear, 0, 0.5)).toBe("announcement");
  expect(hear(ear, 0.6, 2)).toBe("announcement");
  expect(hear(ear, 0, 2.5)).toBe("speak");
  expect(hear(ear, 0.5, 0.2)).toBe("heard");
});

test("a service that plays back nothing is never heard", () => {
  const ear = new EchoEar();
  hear(ear, 0.6, 2);
  expect(hear(ear, 0.05, 20)).toBe("speak");
});
