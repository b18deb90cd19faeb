import type { FlowNode } from "../../lib/flow";
import { filled } from "./blank";
import type { Fragment } from "./document";
import { NODE_KINDS } from "./kinds";

const WHAT = "callroom-steps";

/** Steps as a text for the clipboard, so that they can go to another attendant, page or site. */
export function clipboardText(nodes: Fragment): string {
  return JSON.stringify({ what: WHAT, nodes }, null, 1);
}

/** The steps in a text from the clipboard; null: it holds none. */
export function fragmentFrom(text: string): Fragment | null {
  if (!text.includes(WHAT)) return null;
  try {
    const { what, nodes } = JSON.parse(text) as { what?: string; nodes?: Record<string, FlowNode> };
    if (what !== WHAT || !nodes) return null;
    const known = Object.entries(nodes).filter(([, node]) => NODE_KINDS.includes(node?.kind));
    return known.length ? Object.fromEntries(known.map(([name, node]) => [name, filled(node)])) : null;
  } catch {
    return null; // some other text that has the word in it
  }
}
