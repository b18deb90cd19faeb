import { expect, test } from "vitest";
import { Heartbeat } from "./heartbeat";

function answering(): Heartbeat {
  const heart = new Heartbeat();
  heart.beat(0);
  heart.heard();
  return heart;
}

test("a line that echoes lives", () => {
  const heart = answering();
  for (let now = 1_000; now < 20_000; now += 1_000) {
    expect(heart.beat(now)).toBe("ask");
    heart.heard();
  }
});

test("a line silent for two and a half seconds is dead at the next beat", () => {
  const heart = answering();
  expect([1_000, 2_000, 3_000, 4_000].map((now) => heart.beat(now))).toEqual(["ask", "wait", "wait", "dead"]);
});

test("a server that never echoes is left alone", () => {
  const heart = new Heartbeat();
  expect([0, 1_000, 2_000, 3_000, 4_000, 5_000].map((now) => heart.beat(now))).not.toContain("dead");
});

test("a page that stood still asks again before it judges", () => {
  const heart = answering();
  expect(heart.beat(1_000)).toBe("ask");
  expect(heart.beat(9_000)).toBe("ask");
  expect(heart.beat(10_000)).toBe("wait");
  heart.heard();
  expect(heart.beat(11_000)).toBe("ask");
});

test("a line that stays dead after the page stood still is found out", () => {
  const heart = answering();
  heart.beat(1_000);
  heart.beat(9_000);
  expect([10_000, 11_000, 12_000].map((now) => heart.beat(now))).toEqual(["wait", "wait", "dead"]);
});
