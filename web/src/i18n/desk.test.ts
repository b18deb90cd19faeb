import { expect, test } from "vitest";
import en from "./desk.en.json";
import zh from "./desk.zh.json";

function keys(texts: object, path = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string"
      ? [`${path}${key} ${[...value.matchAll(/\{\{\w+\}\}/g)].sort()}`]
      : keys(value, `${path}${key}.`),
  );
}

test("both languages say the same things with the same gaps", () => {
  expect(keys(zh)).toEqual(keys(en));
});
