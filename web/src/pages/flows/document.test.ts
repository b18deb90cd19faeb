import { expect, test } from "vitest";
import type { FlowDefinition } from "../../lib/types";
import { firstFreeKey, unfinished, withNode, withoutNode } from "./document";

const FLOW: FlowDefinition = {
  entry: "n1",
  nodes: {
    n1: {
      kind: "menu",
      sound: { prompt: "p" },
      keys: { "1": "n2", "2": "n3" },
      timeout: 5,
      attempts: 3,
      fallback: "n3",
    },
    n2: { kind: "go_to", destination: { kind: "queue", id: "q" } },
    n3: { kind: "hang_up", sound: null },
  },
};

test("a whole flow has nothing unfinished", () => {
  expect(unfinished(FLOW)).toEqual([]);
});

test("a step that is taken away leaves a gap where others led to it", () => {
  const rest = withoutNode(FLOW, "n3");
  expect(rest.nodes.n1).toMatchObject({ keys: { "1": "n2", "2": "" }, fallback: "" });
  expect(unfinished(rest)).toEqual(["n1"]);
});

test("without its first step a flow begins with the next one", () => {
  expect(withoutNode(FLOW, "n1").entry).toBe("n2");
});

test("a new step takes a free name and is not finished until it leads somewhere", () => {
  const more = withNode(withoutNode(FLOW, "n2"), "go_to", "Sales");
  expect(Object.keys(more.nodes)).toContain("n2");
  expect(unfinished(more)).toContain("n2");
});

test("an empty flow begins with the step that is made first", () => {
  expect(withNode({ entry: "", nodes: {} }, "hang_up", "End").entry).toBe("n1");
});

test("a key is offered only once", () => {
  expect(firstFreeKey({ "1": "a", "2": "b" })).toBe("3");
});
