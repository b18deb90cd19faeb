import { expect, test } from "vitest";
import type { FlowDefinition } from "../../lib/flow";
import { blank, filled } from "./blank";
import { changesBetween, countOf } from "./changes";
import { clipboardText, fragmentFrom } from "./clipboard";
import { fileName, fileText, flowFromFile } from "./file";
import { busiest, heat, short } from "./traffic";

const FLOW: FlowDefinition = {
  entry: "a",
  nodes: {
    a: { ...blank("announce", "Hello"), at: { x: 0, y: 0 } },
    b: { ...blank("menu", "Main"), at: { x: 320, y: 0 } },
  },
};

test("a flow is the same wherever its steps stand and whatever is left out", () => {
  const shown = {
    entry: "a",
    nodes: { a: { kind: "announce", label: "Hello" }, b: FLOW.nodes.b },
  } as unknown as FlowDefinition;
  expect(countOf(changesBetween(shown, FLOW))).toBe(0);
});

test("what a version changed is counted by steps", () => {
  const { a, b } = FLOW.nodes as Record<string, FlowDefinition["nodes"][string]>;
  const newer = { entry: "a", nodes: { a: { ...a, label: "Welcome" }, c: blank("hang_up") } } as FlowDefinition;
  expect(changesBetween(FLOW, newer)).toEqual({ added: ["c"], removed: ["b"], changed: ["a"] });
  const noKeys = { ...FLOW, nodes: { a, b: { ...b, keys: {} } } } as FlowDefinition;
  expect(changesBetween(FLOW, noKeys).changed).toEqual(["b"]);
  expect(changesBetween(FLOW, { ...FLOW, entry: "b" }).changed).toEqual(["b"]);
});

test("steps go through the clipboard, and nothing else is taken for steps", () => {
  expect(fragmentFrom(clipboardText(FLOW.nodes))).toEqual(FLOW.nodes);
  for (const text of ["", "callroom-steps", '{"what":"callroom-steps"}', '{"what":"other","nodes":{}}', "[1]", "null"])
    expect(fragmentFrom(text)).toBeNull();
  const strange = { what: "callroom-steps", nodes: { x: { kind: "bomb" }, y: { kind: "menu", keys: 5 } } };
  expect(fragmentFrom(JSON.stringify(strange))).toEqual({ y: filled({ kind: "menu" } as never) });
});

test("a flow goes through a file, and a file without one is refused", async () => {
  expect(await flowFromFile(fileText("Bank", FLOW))).toEqual(FLOW);
  for (const text of [
    "",
    "{}",
    '{"entry":"a"}',
    '{"entry":"a","nodes":[]}',
    '{"entry":"a","nodes":{"a":{"kind":"x"}}}',
  ])
    expect(await flowFromFile(text)).toBeNull();
  expect(fileName('Main: "A/B"')).toBe("Main-A-B-.flow.json");
});

test("an imported flow without places is laid out", async () => {
  const found = await flowFromFile(JSON.stringify({ entry: "a", nodes: { a: { kind: "hang_up" } } }));
  expect(found?.nodes.a?.at).toEqual({ x: 0, y: 0 });
});

test("the busiest line is the hottest, and few callers still show", () => {
  const step = { visits: 9, hung_up: 0, silent: 0, invalid: 0, failed: 0, seconds: 0, exits: { "1": 4, "2": 1 } };
  const most = busiest({ a: step });
  expect([heat(4, most), heat(1, most), heat(0, most)]).toEqual([1, 0.5, 0]);
  expect(busiest({})).toBe(1);
  expect([short(9999), short(12_345), short(2_000_000)]).toEqual(["9999", "12k", "2M"]);
});
