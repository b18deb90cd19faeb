import type { FlowDefinition, FlowNode } from "../../lib/flow";
import { filled } from "./blank";

export interface Changes {
  added: string[];
  removed: string[];
  changed: string[];
}

/** What a flow does differently from an older one. Where steps stand on the drawing makes no difference. */
export function changesBetween(older: FlowDefinition, newer: FlowDefinition): Changes {
  const [before, now] = [older.nodes, newer.nodes];
  const isOther = (name: string) => meaning(before[name]) !== meaning(now[name]);
  const changed = Object.keys(now).filter((name) => name in before && isOther(name));
  // Where the flow begins is told of the step at which it does now.
  if (older.entry !== newer.entry && newer.entry in before && !changed.includes(newer.entry)) changed.push(newer.entry);
  return {
    added: Object.keys(now).filter((name) => !(name in before)),
    removed: Object.keys(before).filter((name) => !(name in now)),
    changed,
  };
}

export function countOf({ added, removed, changed }: Changes): number {
  return added.length + removed.length + changed.length;
}

/** A step as a text that is equal for equal steps, whatever the order of its fields and what is left out. */
function meaning(node: FlowNode | undefined): string {
  if (!node) return "";
  const { at: _, ...rest } = filled(node);
  return JSON.stringify(tidy(rest));
}

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const told = Object.entries(value).filter(([, one]) => !isNothing(one));
  return Object.fromEntries(told.sort(([a], [b]) => a.localeCompare(b)).map(([name, one]) => [name, tidy(one)]));
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && !Array.isArray(value) && Object.values(value).every(isNothing) && !isKeys(value);
}

/** Keys of a menu that lead nowhere yet are something all the same. */
function isKeys(value: object): boolean {
  return Object.keys(value).some((name) => /^[0-9*#]$/.test(name));
}
