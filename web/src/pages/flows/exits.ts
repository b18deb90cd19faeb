/** The ways out of a step, in one form for all kinds: what the drawing draws as lines. */
import type { FlowNode } from "../../lib/flow";
import { firstFreeKey, KEYS } from "../../lib/keys";

/** `id`: next, fallback, open, closed, a key ("1"), case_1. `to`: a step's name, "" for nowhere yet. */
export interface Exit {
  id: string;
  to: string;
}

/** The exit that does not exist yet: a line drawn from it makes a new key or a new case. */
export const NEW_EXIT = "new";

/** What an exit is and which one of them: the key 1 is ["key", "1"], the second case ["case", "2"]. */
export function exitParts(id: string): [word: string, which: string] {
  if (KEYS.includes(id)) return ["key", id];
  const [word = "", which = ""] = id.split("_");
  return [word, which];
}

export function exitsOf(node: FlowNode): Exit[] {
  switch (node.kind) {
    case "menu":
      return [
        ...KEYS.filter((key) => key in node.keys).map((key) => ({ id: key, to: node.keys[key] ?? "" })),
        { id: "fallback", to: node.fallback },
      ];
    case "condition":
      return [
        ...node.cases.map(({ to }, place) => ({ id: `case_${place + 1}`, to })),
        { id: "fallback", to: node.fallback },
      ];
    case "hours":
      return [
        { id: "open", to: node.open },
        { id: "closed", to: node.closed },
      ];
    case "digits":
    case "lookup":
      return [
        { id: "next", to: node.next },
        { id: "fallback", to: node.fallback },
      ];
    case "return":
    case "go_to":
    case "hang_up":
      return [];
    default:
      return [{ id: "next", to: node.next }];
  }
}

/** The step with one exit leading elsewhere; a key or case that it does not have is left out. */
export function withExit(node: FlowNode, id: string, to: string): FlowNode {
  if (id === NEW_EXIT) return withNewExit(node, to);
  const [word, which] = exitParts(id);
  if (word === "key" && node.kind === "menu") return { ...node, keys: { ...node.keys, [which]: to } };
  if (word === "case" && node.kind === "condition") {
    const cases = node.cases.map((one, place) => (place === Number(which) - 1 ? { ...one, to } : one));
    return { ...node, cases };
  }
  return word in node ? ({ ...node, [word]: to } as FlowNode) : node;
}

function withNewExit(node: FlowNode, to: string): FlowNode {
  if (node.kind === "condition") return { ...node, cases: [...node.cases, { left: "", op: "equals", right: "", to }] };
  const key = node.kind === "menu" && firstFreeKey(node.keys);
  return key ? { ...node, keys: { ...node.keys, [key]: to } } : node;
}

export function withExits(node: FlowNode, lead: (to: string) => string): FlowNode {
  return exitsOf(node).reduce((now, { id, to }) => (lead(to) === to ? now : withExit(now, id, lead(to))), node);
}
