import {
  Background,
  type Connection,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  SelectionMode,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type DragEvent, useCallback, useMemo, useRef, useState } from "react";
import type { NodeKind, Place } from "../../lib/flow";
import { useIsDark } from "../../ui/theme";
import { drawnLines, drawnSteps, type ExitLineType, type StepNodeType } from "./drawing";
import { ExitLine } from "./ExitLine";
import { useEditor, useEditorStore, useFlow } from "./editor";
import { GRID, placeOf } from "./measures";
import { DRAGGED } from "./Palette";
import { StepNode } from "./StepNode";
import type { Drawing, From } from "./useDrawing";
import { useWords } from "./words";

const NODE_TYPES = { step: StepNode };
const EDGE_TYPES = { exit: ExitLine };
const KEYS_OF_MORE = ["Control", "Meta"];
const WHOLE = { maxZoom: 1, padding: 0.1 };
const READABLE = 0.5; // zoom; a drawing that is smaller when it is shown whole opens at its first step instead
const OPENING = 0.8;

interface Props {
  drawing: Drawing;
  readOnly: boolean;
  toFlow: (place: Place) => Place;
  /** A line was let go over the empty canvas. */
  onOpenEnd: (from: From, screen: Place) => void;
}

/** The drawing itself. Steps that are dragged are moved here, and in the document when they are let go. */
export function Canvas({ drawing, readOnly, toFlow, onOpenEnd }: Props) {
  const editor = useEditorStore();
  const flow = useFlow();
  const words = useWords();
  const dark = useIsDark();
  const selected = useEditor((state) => state.selected);
  const line = useEditor((state) => state.line);
  const [dragged, setDragged] = useState<Record<string, Place>>({});
  const steps = useRef(new Map<string, StepNodeType>());
  const lines = useRef(new Map<string, ExitLineType>());
  const canvas = useRef<HTMLDivElement>(null);

  const nodes = useMemo(() => {
    const describe = (name: string, node: StepNodeType["data"]["step"]) =>
      words.t("step.node", { kind: words.kind(node), name: words.name(name, node) });
    return drawnSteps(flow, { selected: new Set(selected), dragged, describe }, steps.current);
  }, [flow, selected, dragged, words]);
  const edges = useMemo(() => drawnLines(flow, line, lines.current), [flow, line]);

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNodeType>[]) => {
      const { selected: before, select, move, history } = editor.getState();
      const chosen = new Set(before);
      const moving: Record<string, Place> = {};
      let letGo = false;
      for (const change of changes) {
        if (change.type === "select") chosen[change.selected ? "add" : "delete"](change.id);
        if (change.type !== "position" || !change.position) continue;
        moving[change.id] = change.position;
        letGo ||= change.dragging === false;
      }
      if (changes.some(({ type }) => type === "select")) select([...chosen]);
      if (letGo) {
        const gone = Object.entries(moving).filter(([name, { x, y }]) => {
          const node = history.now.nodes[name];
          return node && (placeOf(node).x !== x || placeOf(node).y !== y);
        });
        if (gone.length) move(Object.fromEntries(gone));
        setDragged({});
      } else if (Object.keys(moving).length) setDragged((now) => ({ ...now, ...moving }));
    },
    [editor],
  );
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) =>
      sourceHandle && editor.getState().connect(source, sourceHandle, target),
    [editor],
  );
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { fromNode, fromHandle, toHandle }: FinalConnectionState) => {
      if (toHandle || !fromNode || !fromHandle?.id || fromHandle.type !== "source") return;
      const at = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!at) return;
      const from = { name: fromNode.id, exit: fromHandle.id };
      const under = document.elementFromPoint(at.clientX, at.clientY);
      const step = under?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      // Let go anywhere on a step, the line ends at it: nobody has to hit the dot.
      if (step) {
        if (isFitting(editor.getState().history.now.nodes[step]?.kind, step, from.name))
          editor.getState().connect(from.name, from.exit, step);
      } else if (under?.closest(".react-flow__pane")) onOpenEnd(from, { x: at.clientX, y: at.clientY });
    },
    [editor, onOpenEnd],
  );
  const isValidConnection = useCallback(
    ({ source, target }: { source: string; target: string }) =>
      isFitting(editor.getState().history.now.nodes[source]?.kind, target, source),
    [editor],
  );
  const onInit = useCallback(
    async (view: ReactFlowInstance<StepNodeType, ExitLineType>) => {
      await view.fitView(WHOLE);
      const { entry, nodes } = editor.getState().history.now;
      const first = nodes[entry];
      const box = canvas.current?.getBoundingClientRect();
      if (!first || !box || view.getZoom() >= READABLE) return;
      const { x, y } = placeOf(first);
      await view.setViewport({ x: 2 * GRID - x * OPENING, y: box.height / 3 - y * OPENING, zoom: OPENING });
    },
    [editor],
  );
  const onDrop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED) as NodeKind | "";
    if (!kind) return;
    event.preventDefault();
    drawing.add(kind, toFlow({ x: event.clientX - 40, y: event.clientY - 24 }));
  };

  return (
    <ReactFlow<StepNodeType, ExitLineType>
      ref={canvas}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onNodesChange}
      onConnect={onConnect}
      onConnectEnd={onConnectEnd}
      isValidConnection={isValidConnection}
      onEdgeClick={(_, edge) => !readOnly && editor.getState().selectLine(edge.id)}
      onPaneClick={drawing.none}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={onDrop}
      onlyRenderVisibleElements
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={KEYS_OF_MORE}
      selectionMode={SelectionMode.Partial}
      panOnScroll
      snapToGrid
      snapGrid={[GRID, GRID]}
      connectionRadius={24}
      minZoom={0.1}
      maxZoom={1.5}
      onInit={onInit}
      colorMode={dark ? "dark" : "light"}
      proOptions={{ hideAttribution: true }}
      aria-label={words.t("page.canvas")}
    >
      <Background gap={2 * GRID} size={1.5} />
      <MiniMap pannable zoomable ariaLabel={null} aria-hidden className="flow-map" style={{ width: 140, height: 96 }} />
    </ReactFlow>
  );
}

/** Only a step that asks again may lead to itself. */
function isFitting(kind: NodeKind | undefined, target: string, source: string): boolean {
  return source !== target || kind === "menu" || kind === "digits";
}
