import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import adminEn from "./admin.en.json";
import adminZh from "./admin.zh.json";
import deskEn from "./desk.en.json";
import deskZh from "./desk.zh.json";
import en from "./en.json";
import flowEn from "./flow.en.json";
import flowZh from "./flow.zh.json";
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
  ["admin", adminZh, adminEn],
  ["desk", deskZh, deskEn],
  ["flow", flowZh, flowEn],
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
  for (const texts of [en, adminEn, flowEn] as Tree[])
    for (const [key, text] of flat(texts)) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
  for (const texts of [zh, en, adminZh, adminEn, flowZh, flowEn] as Tree[])
    for (const [key, text] of flat(texts)) expect(text.trim(), key).not.toBe("");
});

const isFlow = (file: string) => file.includes("pages/flows/") && !file.endsWith("FlowsPage.tsx");
const NAMESPACES: [string, Tree, (file: string) => boolean, number][] = [
  [
    "pages",
    { ...zh, ...adminZh },
    (file) => !/(^|\/)(api|phone|live|desk|calls|check)\//.test(file) && !isFlow(file),
    200,
  ],
  ["flow", flowZh, (file) => isFlow(file), 60],
];

test.each(NAMESPACES)("every text that is named by its whole key is there: %s", (_, texts, isOurs, least) => {
  const known = new Set([...flat(texts).keys()].map((key) => key.replace(PLURAL, "")));
  const asked = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
    .filter(isOurs)
    .flatMap((file) =>
      [...readFileSync(join("src", file), "utf8").matchAll(/\bt\(\s*"([a-z_.]+)"/g)].map(
        ([, key = ""]) => [file, key] as const,
      ),
    );
  expect(asked.length).toBeGreaterThan(least);
  expect(asked.filter(([, key]) => !known.has(key.replace(PLURAL, "")))).toEqual([]);
});
