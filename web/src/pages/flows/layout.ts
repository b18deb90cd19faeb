import type { FlowDefinition, Place } from "../../lib/flow";
import { inOrder, linesOf, moved } from "./document";
import { GRID, heightOf, WIDTH } from "./measures";

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
