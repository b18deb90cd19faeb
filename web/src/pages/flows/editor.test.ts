import { expect, test } from "vitest";
import type { FlowDefinition } from "../../lib/flow";
import { newEditor } from "./editor";
import { laidOut } from "./layout";
import { heightOf, neighbour, WIDTH } from "./measures";

const EMPTY: FlowDefinition = { entry: "", nodes: {} };

test("what was drawn is undone and done again, step by step", () => {
  const editor = newEditor(EMPTY);
  const first = editor.getState().add("announce", "Hello", { x: 0, y: 0 });
  editor.getState().add("hang_up", "End", { x: 300, y: 0 }, { name: first, exit: "next" });
  expect(editor.getState().history.now.nodes.n1).toMatchObject({ next: "n2" });
  editor.getState().undo();
  expect(editor.getState().history.now.nodes).toEqual({ n1: expect.objectContaining({ next: "" }) });
  expect(editor.getState().selected).toEqual([]); // what was selected is gone
  editor.getState().undo();
  editor.getState().undo();
  expect(editor.getState().history.now).toEqual(EMPTY);
  editor.getState().redo();
  editor.getState().redo();
  expect(editor.getState().history.now.nodes.n1).toMatchObject({ next: "n2" });
});

test("typing in one field is one change; the next field is another", () => {
  const editor = newEditor(EMPTY);
  const name = editor.getState().add("set", "", { x: 0, y: 0 });
  for (const value of ["g", "go", "gold"])
    editor.getState().put(name, { kind: "set", variable: "tier", value, next: "" }, "value");
  editor.getState().put(name, { kind: "set", label: "T", variable: "tier", value: "gold", next: "" }, "label");
  editor.getState().undo();
  expect(editor.getState().history.now.nodes[name]).toMatchObject({ value: "gold" });
  editor.getState().undo();
  expect(editor.getState().history.now.nodes[name]).toMatchObject({ value: "" });
});

test("a change after undoing forgets what was undone", () => {
  const editor = newEditor(EMPTY);
  editor.getState().add("announce", "", { x: 0, y: 0 });
  editor.getState().undo();
  editor.getState().add("menu", "", { x: 0, y: 0 });
  editor.getState().redo();
  expect(editor.getState().history.now.nodes.n1?.kind).toBe("menu");
});

test("300 steps are laid out from left to right, none on another", async () => {
  const flow: FlowDefinition = { entry: "n1", nodes: {} };
  for (let number = 1; number <= 300; number += 1) {
    const keys = Object.fromEntries([1, 2, 3].map((key) => [String(key), `n${number * 3 + key - 2}`]));
    flow.nodes[`n${number}`] = { kind: "menu", sound: {}, keys, timeout: 5, attempts: 3, fallback: "n1" };
  }
  const places = await laidOut(flow);
  const boxes = Object.entries(flow.nodes).map(([name, node]) => ({
    ...(places[name] ?? { x: Number.NaN, y: 0 }),
    height: heightOf(node),
  }));
  const areApart = (a: (typeof boxes)[0], b: (typeof boxes)[0]) =>
    Math.abs(a.x - b.x) >= WIDTH || a.y + a.height <= b.y || b.y + b.height <= a.y;
  const overlaps = boxes.flatMap((a, place) => boxes.slice(place + 1).filter((b) => !areApart(a, b)));
  expect(overlaps).toEqual([]);
  expect(places.n2?.x).toBeGreaterThan(places.n1?.x ?? 0);
  const ways = [2, 3, 4].map((number) => places[`n${number}`]?.y ?? 0);
  expect(ways).toEqual([...ways].sort((a, b) => a - b)); // as the keys that lead to them
});

test("steps are laid out in the order of the keys, in whichever they were drawn", async () => {
  const end = { kind: "hang_up" } as const;
  const keys = { 1: "e", 2: "d", 3: "c", 4: "b", 5: "a" };
  const menu = { kind: "menu", sound: {}, keys, timeout: 5, attempts: 3, fallback: "bye" } as const;
  const flow: FlowDefinition = {
    entry: "menu",
    nodes: { a: end, b: { kind: "announce", sound: {}, next: "bye" }, c: end, d: end, e: end, bye: end, menu },
  };
  const places = await laidOut(flow);
  const rows = ["e", "d", "c", "b", "a"].map((name) => places[name]?.y ?? 0);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
});

test("the arrow keys find the step beside", () => {
  const at = (x: number, y: number) => ({ kind: "hang_up", at: { x, y } }) as const;
  const flow: FlowDefinition = { entry: "a", nodes: { a: at(0, 0), b: at(300, 10), c: at(300, 200), d: at(0, 200) } };
  expect(neighbour(flow, "a", "right")).toBe("b");
  expect(neighbour(flow, "a", "down")).toBe("d");
  expect(neighbour(flow, "c", "left")).toBe("d");
  expect(neighbour(flow, "a", "left")).toBeUndefined();
});
