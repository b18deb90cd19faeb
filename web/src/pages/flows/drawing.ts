/** The document in the drawing library's words. What did not change stays the same object, and is not drawn again. */
import { type Edge, MarkerType, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { FlowDefinition, FlowNode, Place } from "../../lib/flow";
import { linesOf } from "./document";
import { exitsOf, NEW_EXIT } from "./exits";
import { exitHeight, heightOf, isOpenEnded, placeOf, WIDTH } from "./measures";

export type StepNodeType = Node<{ step: FlowNode; first: boolean }, "step">;
export type ExitLineType = Edge<{ exit: string }, "exit">;

const DOT = 12;

function handlesOf(node: FlowNode): NodeHandle[] {
  const ids = exitsOf(node).map(({ id }) => id);
  if (isOpenEnded(node)) ids.push(NEW_EXIT);
  return [
    { type: "target", position: Position.Left, x: -DOT / 2, y: 30 - DOT / 2, width: DOT, height: DOT },
    ...ids.map((id, place) => ({
      id,
      type: "source" as const,
      position: Position.Right,
      x: WIDTH - DOT / 2,
      y: exitHeight(place) - DOT / 2,
      width: DOT,
      height: DOT,
    })),
  ];
}

interface Look {
  selected: ReadonlySet<string>;
  /** Where steps are while they are dragged. */
  dragged: Record<string, Place>;
  describe: (name: string, node: FlowNode) => string;
}

/** The steps as they are to be drawn; `before` is the answer for the drawing before. */
export function drawnSteps(flow: FlowDefinition, look: Look, before: Map<string, StepNodeType>): StepNodeType[] {
  const now: StepNodeType[] = [];
  for (const [name, step] of Object.entries(flow.nodes)) {
    const position = look.dragged[name] ?? placeOf(step);
    const selected = look.selected.has(name);
    const first = flow.entry === name;
    const ariaLabel = look.describe(name, step);
    const old = before.get(name);
    const same =
      old &&
      old.data.step === step &&
      old.data.first === first &&
      old.selected === selected &&
      old.ariaLabel === ariaLabel &&
      old.position.x === position.x &&
      old.position.y === position.y;
    if (same) {
      now.push(old);
      continue;
    }
    const [width, height] = [WIDTH, heightOf(step)];
    const isSameInside = old && old.data.step === step && old.data.first === first;
    now.push({
      id: name,
      type: "step",
      position,
      selected,
      ariaLabel,
      width,
      height,
      measured: { width, height },
      handles: isSameInside ? old.handles : handlesOf(step),
      data: isSameInside ? old.data : { step, first },
    });
  }
  before.clear();
  for (const node of now) before.set(node.id, node);
  return now;
}

export function drawnLines(flow: FlowDefinition, selected: string, before: Map<string, ExitLineType>): ExitLineType[] {
  const now = linesOf(flow).map(({ id, from, exit, to }): ExitLineType => {
    const old = before.get(id);
    if (old && old.target === to && old.selected === (id === selected)) return old;
    return {
      id,
      type: "exit",
      source: from,
      sourceHandle: exit,
      target: to,
      selected: id === selected,
      data: { exit },
      markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18, markerUnits: "userSpaceOnUse" },
      focusable: false,
    };
  });
  before.clear();
  for (const line of now) before.set(line.id, line);
  return now;
}
