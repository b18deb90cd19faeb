import { expect, test } from "vitest";
import { callKey, type Press, toneOf } from "./keys";

function press(code: string, changes: Partial<Press> = {}): Press {
  return { code, shift: false, other: false, typing: false, ...changes };
}

test("Space and Enter answer only while it rings", () => {
  expect([callKey(press("Space"), "ringing"), callKey(press("Enter"), "ringing")]).toEqual(["answer", "answer"]);
  expect(callKey(press("Space"), "talking")).toBeNull();
  expect(callKey(press("Enter"), "idle")).toBeNull();
});

test("letters work in a call, hanging up needs Shift", () => {
  const keys = ["KeyH", "KeyM", "KeyK", "KeyT", "KeyE"].map((code) => callKey(press(code), "talking"));
  expect(keys).toEqual(["hold", "mute", "keypad", "transfer", null]);
  expect(callKey(press("KeyE", { shift: true }), "talking")).toBe("hangup");
});

test("while a colleague is asked the letters are those of his panel", () => {
  const keys = ["KeyS", "KeyJ", "KeyC", "KeyB", "KeyM", "KeyT"].map((code) => callKey(press(code), "consulting"));
  expect(keys).toEqual(["swap", "join", "complete", "cancel", "mute", null]);
  expect(callKey(press("KeyE", { shift: true }), "consulting")).toBeNull();
});

test("nothing happens while typing or with the browser's own shortcuts", () => {
  expect(callKey(press("KeyH", { typing: true }), "talking")).toBeNull();
  expect(callKey(press("KeyT", { other: true }), "talking")).toBeNull();
  expect(callKey(press("Space", { typing: true }), "ringing")).toBeNull();
});

test("the keypad takes digits, star and hash", () => {
  expect([..."09*#a"].map(toneOf)).toEqual(["0", "9", "*", "#", ""]);
});
