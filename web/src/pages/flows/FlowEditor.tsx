import { useReactFlow } from "@xyflow/react";
import { Segmented } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Place } from "../../lib/flow";
import { useIsAdmin } from "../../lib/session";
import type { Flow } from "../../lib/types";
import { Bar } from "./Bar";
import { Canvas } from "./Canvas";
import { type Editor, useEditor, useFlow } from "./editor";
import { Palette } from "./Palette";
import { Problems, useProblems } from "./Problems";
import { QuickAdd } from "./QuickAdd";
import { SidePanel } from "./SidePanel";
import { StartHere } from "./StartHere";
import { useDraft } from "./useDraft";
import { type From, useDrawing } from "./useDrawing";
import { useKeyboard } from "./useKeyboard";
import { useWords } from "./words";

type Tab = "step" | "problems";

/** Palette, drawing and side panel of one attendant, with the bar above them. */
export function FlowEditor({ row, editor }: { row: Flow; editor: Editor }) {
  const { t } = useTranslation("flow");
  const readOnly = !useIsAdmin();
  const words = useWords();
  const view = useReactFlow();
  const canvas = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const flow = useFlow();
  const selected = useEditor((state) => state.selected);
  const [tab, setTab] = useState<Tab>("step");
  const [quick, setQuick] = useState<{ from: From; at: Place } | null>(null);
  const drawing = useDrawing(canvas);
  const draft = useDraft(row.id, editor, row.version, readOnly);
  const problems = useProblems();

  useEffect(() => {
    document.title = `${row.name} · Callroom`;
  }, [row.name]);

  const onInsert = useCallback(() => {
    const [name] = editor.getState().selected;
    const exit = name && drawing.nextExit(name);
    const step = canvas.current?.querySelector(`.react-flow__node[data-id="${name}"]`)?.getBoundingClientRect();
    if (name && exit && step) setQuick({ from: { name, exit }, at: { x: step.right + 16, y: step.top } });
  }, [editor, drawing]);
  const onEnter = useCallback(() => {
    setTab("step");
    requestAnimationFrame(() => panel.current?.querySelector<HTMLElement>("input, textarea")?.focus());
  }, []);
  const save = draft.save;
  const onSave = useCallback(() => void save(), [save]);
  useKeyboard({ drawing, canvas, readOnly, onSave, onInsert, onEnter });

  const openEnd = useCallback((from: From, at: Place) => setQuick({ from, at }), []);
  const closeQuick = useCallback(() => setQuick(null), []);
  const only = selected.length === 1 ? selected[0] : undefined;

  return (
    <div className="flow">
      <Bar row={row} draft={draft} drawing={drawing} readOnly={readOnly} />
      <div className="flow-body">
        {!readOnly && (
          <aside className="flow-left" aria-label={t("palette.title")}>
            <Palette draggable onChoose={drawing.addNext} />
          </aside>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: only remembers where the pointer is, for pasting */}
        <div
          ref={canvas}
          className="flow-canvas"
          onPointerMove={(event) => {
            drawing.pointer.current = { x: event.clientX, y: event.clientY };
          }}
          onPointerLeave={() => {
            drawing.pointer.current = null;
          }}
          onFocus={(event) => {
            const name = event.target.matches(".react-flow__node:focus-visible") && event.target.dataset.id;
            if (name && !editor.getState().selected.includes(name)) drawing.goTo(name);
          }}
        >
          <Canvas drawing={drawing} readOnly={readOnly} toFlow={view.screenToFlowPosition} onOpenEnd={openEnd} />
          {Object.keys(flow.nodes).length === 0 && <StartHere readOnly={readOnly} />}
        </div>
        <aside ref={panel} className="flow-right" aria-label={t("tab.label")}>
          <Segmented<Tab>
            block
            aria-label={t("tab.label")}
            value={tab}
            onChange={setTab}
            options={[
              { value: "step", label: t("tab.step") },
              { value: "problems", label: `${t("tab.problems")}${problems.length ? ` ${problems.length}` : ""}` },
            ]}
          />
          <div className="flow-panel">
            {tab === "step" && <SidePanel drawing={drawing} readOnly={readOnly} />}
            {tab === "problems" && <Problems drawing={drawing} />}
          </div>
        </aside>
      </div>
      {quick && (
        <QuickAdd
          at={quick.at}
          after={words.name(quick.from.name, flow.nodes[quick.from.name])}
          onClose={closeQuick}
          onChoose={(kind) => {
            const at = view.screenToFlowPosition(quick.at);
            drawing.add(kind, { x: at.x, y: at.y - 30 }, quick.from);
            setQuick(null);
          }}
        />
      )}
      {only === undefined ? null : (
        <span className="flow-hidden" aria-live="polite">
          {words.name(only, flow.nodes[only])}
        </span>
      )}
    </div>
  );
}
