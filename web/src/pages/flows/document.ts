/** All that can be done to a flow's document. Nothing here changes what it is given; untouched steps stay the same. */
import type { FlowDefinition, FlowNode, NodeKind, Place } from "../../lib/flow";
import { blank } from "./blank";
import { exitsOf, withExit, withExits } from "./exits";

type Nodes = FlowDefinition["nodes"];

/** One line of the drawing. */
export interface Line {
  id: string;
  from: string;
  exit: string;
  to: string;
}

/** Steps cut out of a flow, to be put into this or another one. */
export type Fragment = Nodes;

/** A name no step has yet: n1, n2, … */
export function freeName(nodes: Nodes): string {
  let number = 1;
  while (`n${number}` in nodes) number += 1;
  return `n${number}`;
}

/** The flow with one more step, and that step's name; the first one made is where it begins. */
export function withNode(flow: FlowDefinition, kind: NodeKind, label: string, at?: Place): [FlowDefinition, string] {
  const name = freeName(flow.nodes);
  const node = at ? { ...blank(kind, label), at: whole(at) } : blank(kind, label);
  return [{ entry: flow.entry || name, nodes: { ...flow.nodes, [name]: node } }, name];
}

/** The flow without these steps; what led to them leads nowhere until somebody chooses anew. */
export function withoutNodes(flow: FlowDefinition, gone: readonly string[]): FlowDefinition {
  const away = new Set(gone);
  const lead = (to: string) => (away.has(to) ? "" : to);
  const nodes: Nodes = {};
  for (const [name, node] of Object.entries(flow.nodes)) if (!away.has(name)) nodes[name] = withExits(node, lead);
  const entry = away.has(flow.entry) ? (Object.keys(nodes)[0] ?? "") : flow.entry;
  return { entry, nodes };
}

export function withChanged(flow: FlowDefinition, name: string, node: FlowNode): FlowDefinition {
  return { ...flow, nodes: { ...flow.nodes, [name]: node } };
}

/** An exit of a step led to another step, or nowhere (""). */
export function connected(flow: FlowDefinition, from: string, exit: string, to: string): FlowDefinition {
  const node = flow.nodes[from];
  return node ? withChanged(flow, from, withExit(node, exit, to)) : flow;
}

/** The steps put elsewhere on the drawing. */
export function moved(flow: FlowDefinition, places: Record<string, Place>): FlowDefinition {
  const nodes = { ...flow.nodes };
  for (const [name, place] of Object.entries(places)) {
    const node = nodes[name];
    if (node) nodes[name] = { ...node, at: whole(place) };
  }
  return { ...flow, nodes };
}

export function linesOf(flow: FlowDefinition): Line[] {
  return Object.entries(flow.nodes).flatMap(([from, node]) =>
    exitsOf(node)
      .filter(({ to }) => to in flow.nodes)
      .map(({ id, to }) => ({ id: `${from} ${id}`, from, exit: id, to })),
  );
}

/** The first exit of a step that leads nowhere yet; "fallback" last, since nobody draws it first. */
export function openExit(node: FlowNode | undefined): string | undefined {
  return node && exitsOf(node).find(({ to }) => !to)?.id;
}

export function cutOut(flow: FlowDefinition, names: readonly string[]): Fragment {
  const taken: Fragment = {};
  for (const name of names) {
    const node = flow.nodes[name];
    if (node) taken[name] = node;
  }
  return taken;
}

/**
 * A fragment put in under new names, its upper left corner at `at`. Lines among its steps stay; those that led out of
 * it lead nowhere. Answers the flow and the new names.
 */
export function withFragment(flow: FlowDefinition, fragment: Fragment, at: Place): [FlowDefinition, string[]] {
  const nodes = { ...flow.nodes };
  const names: Record<string, string> = {};
  for (const [old, node] of Object.entries(fragment)) {
    const name = freeName(nodes);
    names[old] = name;
    nodes[name] = node;
  }
  const places = Object.values(fragment).map((node) => node.at ?? { x: 0, y: 0 });
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  for (const [old, node] of Object.entries(fragment)) {
    const { x, y } = node.at ?? { x: left, y: top };
    const place = whole({ x: at.x + x - left, y: at.y + y - top });
    nodes[names[old] as string] = { ...withExits(node, (to) => names[to] ?? ""), at: place };
  }
  const added = Object.values(names);
  return [{ entry: flow.entry || (added[0] ?? ""), nodes }, added];
}

/** The steps in the order in which calls meet them, breadth first; those that nothing leads to come last. */
export function inOrder(flow: FlowDefinition): string[] {
  const seen = new Set<string>();
  const walk = (first: string) => {
    const row = [first];
    for (const name of row) {
      const node = flow.nodes[name];
      if (!node || seen.has(name)) continue;
      seen.add(name);
      row.push(...exitsOf(node).map(({ to }) => to));
    }
  };
  walk(flow.entry);
  for (const name of Object.keys(flow.nodes)) walk(name);
  return [...seen];
}

/** Values that every call has. */
export const BUILT_IN = ["caller", "called", "language", "now", "call", "customer.name", "customer.tier"];

/** The names a template may use here: those every call has, and those that steps of this flow fill. */
export function variablesOf(flow: FlowDefinition): string[] {
  const own = Object.values(flow.nodes).flatMap((node) => {
    if (node.kind === "digits" || node.kind === "set" || node.kind === "record") return [node.variable];
    return node.kind === "lookup" ? node.outputs.map(({ variable }) => variable) : [];
  });
  return [...new Set([...BUILT_IN, ...own.filter(Boolean)])];
}

export function whole({ x, y }: Place): Place {
  return { x: Math.round(x), y: Math.round(y) };
}
