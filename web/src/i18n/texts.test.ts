import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import deskEn from "./desk.en.json";
import deskZh from "./desk.zh.json";
import en from "./en.json";
import zh from "./zh.json";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(before + key, value);
    else for (const [name, text] of flat(value, `${before}${key}.`)) found.set(name, text);
  }
  return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((found) => found[1]).sort();
const PLURAL = /_(one|other)$/;

test.each([
  ["pages", zh, en],
  ["desk", deskZh, deskEn],
] as [string, Tree, Tree][])("both languages say the same things: %s", (_, chinese, english) => {
  const [a, b] = [flat(chinese), flat(english)];
  const names = (texts: Map<string, string>) => [...new Set([...texts.keys()].map((key) => key.replace(PLURAL, "")))];
  expect(names(b).sort()).toEqual(names(a).sort());
  for (const [key, text] of a) {
    const other = b.get(key);
    if (other !== undefined) expect(placeholders(other), key).toEqual(placeholders(text));
  }
});

test("no English text is left in Chinese, and none is empty", () => {
  for (const [key, text] of flat(en as Tree)) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
  for (const texts of [zh, en] as Tree[]) for (const [key, text] of flat(texts)) expect(text.trim(), key).not.toBe("");
});

test("every text that a page of this namespace names by its whole key is there", () => {
  const known = flat(zh as Tree);
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (file) =>
      /\.tsx?$/.test(file) && !/(^|\/)(api|phone|live|desk|calls|check)\//.test(file) && !file.includes(".test."),
  );
  const asked = files.flatMap((file) =>
    [...readFileSync(join("src", file), "utf8").matchAll(/\bt\(\s*"([a-z_.]+)"/g)].map((found) => [
      file,
      found[1] ?? "",
    ]),
  );
  expect(asked.length).toBeGreaterThan(200);
  expect(asked.filter(([, key]) => !known.has(key ?? ""))).toEqual([]);
});
