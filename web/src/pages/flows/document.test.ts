import { expect, test } from "vitest";
import type { FlowDefinition, NodeKind } from "../../lib/flow";
import { firstFreeKey } from "../../lib/keys";
import { blank } from "./blank";
import {
  connected,
  cutOut,
  inOrder,
  linesOf,
  moved,
  openExit,
  variablesOf,
  withFragment,
  withNode,
  withoutNodes,
} from "./document";
import { exitsOf, withExit } from "./exits";

const FLOW: FlowDefinition = {
  entry: "n1",
  nodes: {
    n1: {
      kind: "menu",
      sound: { prompt: "p" },
      keys: { "2": "n3", "1": "n2" },
      timeout: 5,
      attempts: 3,
      fallback: "n3",
      at: { x: 0, y: 0 },
    },
    n2: { kind: "announce", sound: { system: "welcome" }, next: "n3", at: { x: 300, y: 40 } },
    n3: { kind: "hang_up", sound: null, at: { x: 600, y: 0 } },
  },
};
const KINDS: NodeKind[] = [
  ...(["announce", "say", "menu", "digits", "record", "hours", "condition", "set", "language"] as const),
  ...(["lookup", "send", "sms", "webhook", "go_to", "run_flow", "return", "hang_up"] as const),
];

test("each key of a menu is an exit, in the order of a telephone", () => {
  expect(exitsOf(FLOW.nodes.n1 ?? blank("menu"))).toEqual([
    { id: "1", to: "n2" },
    { id: "2", to: "n3" },
    { id: "fallback", to: "n3" },
  ]);
});

test.each(KINDS)("every exit of a new %s can be led somewhere, and no other changes", (kind) => {
  const node = blank(kind);
  for (const { id } of exitsOf(node)) {
    const led = exitsOf(withExit(node, id, "n9"));
    expect(led.filter(({ to }) => to === "n9").map((exit) => exit.id)).toEqual([id]);
  }
});

test("a drawn line leads an exit to its step; lines to nowhere are not drawn", () => {
  const led = connected(FLOW, "n1", "2", "n2");
  expect(linesOf(led).map(({ id, to }) => [id, to])).toEqual([
    ["n1 1", "n2"],
    ["n1 2", "n2"],
    ["n1 fallback", "n3"],
    ["n2 next", "n3"],
  ]);
  expect(linesOf(connected(FLOW, "n2", "next", ""))).toHaveLength(3);
  expect(led.nodes.n3).toBe(FLOW.nodes.n3); // the same object: it is not drawn anew
});

test("steps that are taken away leave gaps where others led to them", () => {
  const rest = withoutNodes(FLOW, ["n3"]);
  expect(rest.nodes.n1).toMatchObject({ keys: { "1": "n2", "2": "" }, fallback: "" });
  expect(openExit(rest.nodes.n1)).toBe("2");
  expect(withoutNodes(FLOW, ["n1"]).entry).toBe("n2");
  expect(withoutNodes(FLOW, ["n1", "n2", "n3"])).toEqual({ entry: "", nodes: {} });
});

test("a new step takes a free name and stands where it was dropped", () => {
  const [more, name] = withNode(withoutNodes(FLOW, ["n2"]), "go_to", "Sales", { x: 10.4, y: 7.6 });
  expect(name).toBe("n2");
  expect(more.nodes.n2).toMatchObject({ kind: "go_to", label: "Sales", at: { x: 10, y: 8 } });
  expect(withNode({ entry: "", nodes: {} }, "hang_up", "End")[0].entry).toBe("n1");
});

test("a copy has new names, its own lines, and keeps its shape", () => {
  const [more, names] = withFragment(FLOW, cutOut(FLOW, ["n1", "n2"]), { x: 100, y: 100 });
  expect(names).toEqual(["n4", "n5"]);
  expect(more.nodes.n4).toMatchObject({ keys: { "1": "n5", "2": "" }, fallback: "", at: { x: 100, y: 100 } });
  expect(more.nodes.n5).toMatchObject({ next: "", at: { x: 400, y: 140 } });
  expect(more.nodes.n1).toBe(FLOW.nodes.n1);
});

test("a copy into an empty flow begins it", () => {
  const [more] = withFragment({ entry: "", nodes: {} }, cutOut(FLOW, ["n2", "n3"]), { x: 0, y: 0 });
  expect(more.entry).toBe("n1");
  expect(linesOf(more)).toEqual([{ id: "n1 next", from: "n1", exit: "next", to: "n2" }]);
});

test("moving changes places only", () => {
  const more = moved(FLOW, { n2: { x: 8.2, y: 9 }, gone: { x: 0, y: 0 } });
  expect(more.nodes.n2).toEqual({ ...FLOW.nodes.n2, at: { x: 8, y: 9 } });
  expect(Object.keys(more.nodes)).toEqual(["n1", "n2", "n3"]);
});

test("steps come in the order in which calls meet them, loops and strays too", () => {
  const looped = connected(withNode(FLOW, "announce", "stray")[0], "n2", "next", "n1");
  expect(inOrder(looped)).toEqual(["n1", "n2", "n3", "n4"]);
});

test("templates may use what steps fill", () => {
  const flow: FlowDefinition = {
    entry: "a",
    nodes: {
      a: { ...blank("digits"), kind: "digits", variable: "account" } as FlowDefinition["nodes"][string],
      b: {
        ...blank("lookup"),
        outputs: [{ variable: "balance", path: "a" }],
      } as FlowDefinition["nodes"][string],
    },
  };
  expect(variablesOf(flow)).toEqual(expect.arrayContaining(["caller", "account", "balance"]));
});

test("a key is offered only once", () => {
  expect(firstFreeKey({ "1": "a", "2": "b" })).toBe("3");
});
