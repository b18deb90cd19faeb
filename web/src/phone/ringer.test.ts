import { expect, test } from "vitest";
import { ringSamples } from "./ringer";

test("the ring is heard at first, silent at its end, and never clips", () => {
  const rate = 8_000;
  const samples = ringSamples(rate);
  const loudest = (from: number, to: number) => Math.max(...samples.slice(from * rate, to * rate).map(Math.abs));
  expect(loudest(0, 0.3)).toBeGreaterThan(0.2);
  expect(loudest(0.6, 0.9)).toBeGreaterThan(0.2);
  expect(loudest(1.3, 3.6)).toBe(0);
  expect(loudest(0, 3.6)).toBeLessThan(1);
});
