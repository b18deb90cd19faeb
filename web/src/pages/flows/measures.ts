/** How big a step is drawn. Told, not measured, so that steps outside the window have their lines too. */
import type { FlowDefinition, FlowNode, Place } from "../../lib/flow";
import { exitsOf } from "./exits";

export const WIDTH = 232;
export const HEAD = 60;
export const ROW = 26;
export const FOOT = 6;
export const GRID = 8;

/** Kinds to which another exit can be drawn by hand: it has a row of its own. */
export function isOpenEnded(node: FlowNode): boolean {
  return node.kind === "menu" ? Object.keys(node.keys).length < 12 : node.kind === "condition";
}

export function heightOf(node: FlowNode): number {
  const rows = exitsOf(node).length + (isOpenEnded(node) ? 1 : 0);
  return HEAD + rows * ROW + (rows ? FOOT : 0);
}

/** The middle of the row of the exit at this place in the list, from the step's upper edge. */
export function exitHeight(place: number): number {
  return HEAD + place * ROW + ROW / 2;
}

export const placeOf = (node: FlowNode): Place => node.at ?? { x: 0, y: 0 };

type Direction = "left" | "right" | "up" | "down";

/** The nearest step in a direction, sideways distance counting double. */
export function neighbour(flow: FlowDefinition, name: string, direction: Direction): string | undefined {
  const here = flow.nodes[name];
  if (!here) return undefined;
  const middle = (node: FlowNode) => ({ x: placeOf(node).x + WIDTH / 2, y: placeOf(node).y + heightOf(node) / 2 });
  const from = middle(here);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [other, node] of Object.entries(flow.nodes)) {
    if (other === name) continue;
    const { x, y } = middle(node);
    const [along, aside] = {
      right: [x - from.x, y - from.y],
      left: [from.x - x, y - from.y],
      down: [y - from.y, x - from.x],
      up: [from.y - y, x - from.x],
    }[direction] as [number, number];
    const distance = along + 2 * Math.abs(aside);
    if (along > GRID && distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** The nearest place at or below this one where a step of this height lies on no other. */
export function freePlace(flow: FlowDefinition, at: Place, height: number): Place {
  const boxes = Object.values(flow.nodes).map((node) => ({ ...placeOf(node), height: heightOf(node) }));
  const place = { ...at };
  for (;;) {
    const taken = boxes.find(
      ({ x, y, height: tall }) =>
        Math.abs(x - place.x) < WIDTH + GRID && y < place.y + height + GRID && place.y < y + tall + GRID,
    );
    if (!taken) return place;
    place.y = taken.y + taken.height + 2 * GRID;
  }
}
