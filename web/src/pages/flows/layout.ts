import type { FlowDefinition, FlowNode, Place } from "../../lib/flow";
import { inOrder, linesOf, moved } from "./document";
import { exitsOf } from "./exits";
import { exitHeight, GRID, heightOf, WIDTH } from "./measures";

/** Places for all steps, from left to right as calls go. The library that finds them is fetched when first needed. */
export async function laidOut(flow: FlowDefinition): Promise<Record<string, Place>> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const graph = new Graph().setGraph({ rankdir: "LR", nodesep: 32, ranksep: 80, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of inOrder(flow)) {
    const node = flow.nodes[name];
    if (node) graph.setNode(name, { width: WIDTH, height: heightOf(node) });
  }
  for (const { from, to } of linesOf(flow)) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  const places: Record<string, Place> = {};
  for (const name of graph.nodes()) {
    const { x, y, width, height } = graph.node(name) as Place & { width: number; height: number };
    places[name] = { x: onGrid(x - width / 2), y: onGrid(y - height / 2) };
  }
  return inOrderOfExits(flow, places);
}

/** The same columns, each from top to bottom as the exits that lead into it: keys 1, 2, 3 do not cross. */
function inOrderOfExits(flow: FlowDefinition, found: Record<string, Place>): Record<string, Place> {
  const places = { ...found };
  const lines = linesOf(flow);
  const heightOfStep = (name: string) => heightOf(flow.nodes[name] as FlowNode);
  const wanted = (name: string, { x, y }: Place) => {
    const starts = lines
      .filter(({ from, to }) => to === name && from in places && (places[from] as Place).x < x)
      .map(({ from, exit }) => {
        const exits = exitsOf(flow.nodes[from] as FlowNode);
        return (places[from] as Place).y + exitHeight(exits.findIndex(({ id }) => id === exit));
      });
    if (!starts.length) return y + heightOfStep(name) / 2;
    return starts.reduce((sum, start) => sum + start, 0) / starts.length;
  };
  for (const x of [...new Set(Object.values(places).map((place) => place.x))].sort((a, b) => a - b)) {
    const column = Object.entries(places)
      .filter(([, place]) => place.x === x)
      .sort(([, a], [, b]) => a.y - b.y);
    const gaps = column.map(([name, place], at) => (column[at + 1]?.[1].y ?? 0) - place.y - heightOfStep(name));
    const wishes = new Map(column.map(([name, place]) => [name, wanted(name, place)]));
    let y = column[0]?.[1].y ?? 0;
    const sorted = column.map(([name]) => name).sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
    for (const [at, name] of sorted.entries()) {
      places[name] = { x, y: onGrid(y) };
      y += heightOfStep(name) + (gaps[at] ?? 0);
    }
  }
  return places;
}

function onGrid(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** A flow as it can be drawn: one from before there was a drawing, or made elsewhere, is laid out first. */
export async function placed(flow: FlowDefinition): Promise<FlowDefinition> {
  const isPlaced = Object.values(flow.nodes).every((node) => node.at);
  return isPlaced ? flow : moved(flow, await laidOut(flow));
}
