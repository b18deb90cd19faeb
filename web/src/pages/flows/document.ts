import type { FlowDefinition, FlowNode } from "../../lib/types";

export type NodeKind = FlowNode["kind"];

/** The digits and signs of a telephone, in its order. */
export const KEYS = [..."1234567890*#"];

/** A name no step has yet: n1, n2, … */
export function freeName(nodes: FlowDefinition["nodes"]): string {
  let number = 1;
  while (`n${number}` in nodes) number += 1;
  return `n${number}`;
}

export function newNode(kind: NodeKind, label: string): FlowNode {
  switch (kind) {
    case "announce":
      return { kind, label, sound: {}, next: "" };
    case "menu":
      return { kind, label, sound: {}, keys: {}, timeout: 5, attempts: 3, fallback: "" };
    case "go_to":
      return { kind, label, destination: { kind: "queue" } };
    case "hang_up":
      return { kind, label, sound: null };
  }
}

/** The definition with one more step at its end; the first one made is where it begins. */
export function withNode(flow: FlowDefinition, kind: NodeKind, label: string): FlowDefinition {
  const name = freeName(flow.nodes);
  return { entry: flow.entry || name, nodes: { ...flow.nodes, [name]: newNode(kind, label) } };
}

/** The definition without a step; what led to it leads nowhere until somebody chooses anew. */
export function withoutNode(flow: FlowDefinition, gone: string): FlowDefinition {
  const forget = (target: string) => (target === gone ? "" : target);
  const nodes: FlowDefinition["nodes"] = {};
  for (const [name, node] of Object.entries(flow.nodes)) {
    if (name === gone) continue;
    if (node.kind === "announce") nodes[name] = { ...node, next: forget(node.next) };
    else if (node.kind === "menu") {
      const keys = Object.fromEntries(Object.entries(node.keys).map(([key, target]) => [key, forget(target)]));
      nodes[name] = { ...node, keys, fallback: forget(node.fallback) };
    } else nodes[name] = node;
  }
  const entry = flow.entry === gone ? (Object.keys(nodes)[0] ?? "") : flow.entry;
  return { entry, nodes };
}

/** Steps with a place still to be filled: a sound, a next step, a destination. In the order of the list. */
export function unfinished(flow: FlowDefinition): string[] {
  const there = (target: string) => target in flow.nodes;
  return Object.entries(flow.nodes)
    .filter(([, node]) => {
      switch (node.kind) {
        case "announce":
          return !(node.sound.prompt || node.sound.system) || !there(node.next);
        case "menu":
          return (
            !(node.sound.prompt || node.sound.system) ||
            !there(node.fallback) ||
            Object.keys(node.keys).length === 0 ||
            !Object.values(node.keys).every(there)
          );
        case "go_to": {
          const { kind, id, number } = node.destination;
          return kind !== "hang_up" && !(kind === "outside" ? number : id);
        }
        case "hang_up":
          return false;
      }
      return false;
    })
    .map(([name]) => name);
}

export function firstFreeKey(keys: Record<string, unknown>): string | undefined {
  return KEYS.find((key) => !(key in keys));
}
