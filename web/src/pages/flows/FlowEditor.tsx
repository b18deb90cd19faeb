import { useReactFlow } from "@xyflow/react";
import { Segmented } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Place } from "../../lib/flow";
import { useIsAdmin } from "../../lib/session";
import { Bar } from "./Bar";
import { Canvas } from "./Canvas";
import type { Drawn } from "./calls";
import { type Editor, useEditor, useFlow } from "./editor";
import { HEAD } from "./measures";
import { Palette } from "./Palette";
import { Problems, useProblems } from "./Problems";
import { QuickAdd } from "./QuickAdd";
import { SidePanel } from "./SidePanel";
import { Simulator } from "./Simulator";
import { StartHere } from "./StartHere";
import { useCheck } from "./useCheck";
import { useDraft } from "./useDraft";
import { type From, useDrawing } from "./useDrawing";
import { useKeyboard } from "./useKeyboard";
import { useSimulation } from "./useSimulation";
import { type Period, useTraffic } from "./useTraffic";
import { useWords } from "./words";

type Tab = "step" | "problems" | "simulator";

interface Props {
  id: string;
  drawn: Drawn;
  editor: Editor;
}

/** A step is to be chosen: after which, where the list opens on the screen, and where the step goes on the drawing. */
interface Quick {
  from: From;
  at: Place;
  place: Place;
}

/** Palette, drawing and side panel of one attendant, with the bar above them. */
export function FlowEditor({ id, drawn, editor }: Props) {
  const { t } = useTranslation("flow");
  const readOnly = !useIsAdmin();
  const words = useWords();
  const view = useReactFlow();
  const canvas = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const flow = useFlow();
  const selected = useEditor((state) => state.selected);
  const [tab, setTab] = useState<Tab>("step");
  const [quick, setQuick] = useState<Quick | null>(null);
  const drawing = useDrawing(canvas);
  const draft = useDraft(id, editor, drawn.standing, readOnly);
  const check = useCheck(id, editor);
  const simulation = useSimulation(id, editor);
  const [period, setPeriod] = useState<Period>("off");
  const traffic = useTraffic(id, editor, period);
  const lit = useEditor((state) => state.lit);
  useEffect(() => drawing.show(lit), [drawing, lit]); // the drawing follows the simulated call
  const problems = useProblems();

  useEffect(() => {
    document.title = `${drawn.name} · Callroom`;
  }, [drawn.name]);

  const onInsert = useCallback(() => {
    const [name] = editor.getState().selected;
    const exit = name && drawing.nextExit(name);
    const step = canvas.current?.querySelector(`.react-flow__node[data-id="${name}"]`)?.getBoundingClientRect();
    if (name && exit && step)
      setQuick({ from: { name, exit }, at: { x: step.right + 16, y: step.top }, place: drawing.placeAfter(name) });
  }, [editor, drawing]);
  const onEnter = useCallback(() => {
    setTab("step");
    requestAnimationFrame(() => panel.current?.querySelector<HTMLElement>("input, textarea")?.focus());
  }, []);
  const save = draft.save;
  const onSave = useCallback(() => void save(), [save]);
  useKeyboard({ drawing, canvas, readOnly, onSave, onInsert, onEnter });

  const openEnd = useCallback(
    (from: From, at: Place) => {
      const { x, y } = view.screenToFlowPosition(at);
      setQuick({ from, at, place: { x, y: y - HEAD / 2 } });
    },
    [view],
  );
  const closeQuick = useCallback(() => setQuick(null), []);
  const only = selected.length === 1 ? selected[0] : undefined;

  return (
    <div className="flow">
      <Bar
        drawn={drawn}
        draft={draft}
        drawing={drawing}
        readOnly={readOnly}
        period={period}
        onPeriod={setPeriod}
        noTraffic={traffic.failed}
        onProblems={() => setTab("problems")}
      />
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
              { value: "simulator", label: t("tab.simulator") },
            ]}
          />
          <div className="flow-panel">
            {tab === "step" && <SidePanel drawing={drawing} readOnly={readOnly} />}
            {tab === "problems" && <Problems drawing={drawing} failed={check.failed} />}
            {tab === "simulator" && <Simulator simulation={simulation} drawing={drawing} />}
          </div>
        </aside>
      </div>
      {quick && (
        <QuickAdd
          at={quick.at}
          after={words.name(quick.from.name, flow.nodes[quick.from.name])}
          onClose={closeQuick}
          onChoose={(kind) => {
            drawing.goTo(drawing.add(kind, quick.place, quick.from));
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
