import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ACTIONS } from "../pages/log/changes";
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
    const other = b.get(key) ?? b.get(`${key}_other`);
    if (other !== undefined) expect(placeholders(other), key).toEqual(placeholders(text));
  }
});

test("no English text is left in Chinese, and none is empty", () => {
  for (const texts of [en, adminEn, flowEn] as Tree[])
    for (const [key, text] of flat(texts)) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
  for (const texts of [zh, en, adminZh, adminEn, flowZh, flowEn] as Tree[])
    for (const [key, text] of flat(texts)) expect(text.trim(), key).not.toBe("");
});

const SOURCES = new Map(
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test.") && !/(^|\/)api\//.test(file))
    .map((file) => [file, readFileSync(join("src", file), "utf8")]),
);
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
  const asked = [...SOURCES]
    .filter(([file]) => isOurs(file))
    .flatMap(([file, text]) => [...text.matchAll(/\bt\(\s*"([a-z_.]+)"/g)].map(([, key = ""]) => [file, key] as const));
  expect(asked.length).toBeGreaterThan(least);
  expect(asked.filter(([, key]) => !known.has(key.replace(PLURAL, "")))).toEqual([]);
});

test("no text is left that no page says", () => {
  const source = [...SOURCES.values()].join("\n");
  const whole = new Set([...source.matchAll(/"(?:\w+:)?([\w.]+)"/g)].map(([, key]) => key));
  const made = [...source.matchAll(/`(?:\w+:)?([\w.]*)\$\{[^`]*\}([\w.]*)`/g)]
    .filter(([, head, tail]) => head?.includes(".") || tail?.startsWith("."))
    .map(([, head = "", tail = ""]) => [head, tail] as const);
  const isSaid = (key: string) =>
    whole.has(key) || made.some(([head, tail]) => key.startsWith(head) && key.endsWith(tail));
  for (const texts of [zh, adminZh, deskZh, flowZh] as Tree[])
    expect([...flat(texts).keys()].filter((key) => !isSaid(key) && !isSaid(key.replace(PLURAL, "")))).toEqual([]);
});

test("the operation log has words for everything that it is asked for by, and no others", () => {
  const { kind, verb, whole } = adminZh.log as Record<"kind" | "verb" | "whole", Record<string, string>>;
  const isWhole = (action: string) => action.replace(".", "_") in whole;
  const parts = ACTIONS.filter((action) => !isWhole(action)).map((action) => action.split("."));
  expect(Object.keys(whole).sort()).toEqual(
    ACTIONS.filter(isWhole)
      .map((action) => action.replace(".", "_"))
      .sort(),
  );
  expect(new Set(parts.map(([first]) => first))).toEqual(new Set(Object.keys(kind)));
  expect(new Set(parts.map(([, second]) => second))).toEqual(new Set(Object.keys(verb)));
});
