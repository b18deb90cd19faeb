import { expect, test } from "vitest";
import { clock, faultsOf, wavOf } from "./audio";

test("a recording becomes a WAV file of 16 bits, and what is too loud stops at the edge", () => {
  const bytes = wavOf(new Float32Array([0, 0.5, -2]), 48000);
  expect(bytes.byteLength).toBe(50);
  expect(bytes.getUint32(24, true)).toBe(48000);
  expect(bytes.getUint32(40, true)).toBe(6);
  expect([44, 46, 48].map((at) => bytes.getInt16(at, true))).toEqual([0, 16384, -32767]);
});

test("what is wrong with a sound is named", () => {
  expect(faultsOf({ rate: 44100, level: -18, clipped: 0 })).toEqual([]);
  expect(faultsOf({ rate: 6000, level: -45, clipped: 0.2 })).toEqual(["quiet", "clipped", "narrow"]);
  expect(faultsOf({ rate: 44100, level: null, clipped: 0 })).toEqual(["silent"]);
});

test("lengths are shown as minutes and seconds", () => {
  expect([clock(5.4), clock(65)]).toEqual(["0:05", "1:05"]);
});
