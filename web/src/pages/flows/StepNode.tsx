import { FlagFilled, PhoneFilled, PlusOutlined, WarningFilled } from "@ant-design/icons";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import type { StepNodeType } from "./drawing";
import { useEditor } from "./editor";
import { exitParts, exitsOf, NEW_EXIT } from "./exits";
import { kindOf, summaryOf } from "./kinds";
import { exitHeight, isOpenEnded } from "./measures";
import { short } from "./traffic";
import { useWords } from "./words";

/** One step on the drawing: what it is, what it does, and a row with a dot for each way out. */
export const StepNode = memo(function StepNode({ id, data: { step, first } }: NodeProps<StepNodeType>) {
  const words = useWords();
  const { icon, group, Form } = kindOf(step.kind);
  const problems = useEditor((state) => state.problems[id]?.length ?? 0);
  const isLit = useEditor((state) => state.lit === id);
  const visits = useEditor((state) => state.traffic && (state.traffic[id]?.visits ?? 0));
  const present = useEditor((state) => state.present[id] ?? 0);
  const wantsFocus = useEditor((state) => (state.focus?.name === id ? state.focus : null));
  const focused = useEditor((state) => state.focused);
  const place = useRef<HTMLDivElement>(null);
  const exits = exitsOf(step);
  const summary = summaryOf(step, words);

  useEffect(() => {
    if (!wantsFocus) return;
    place.current?.closest<HTMLElement>(".react-flow__node")?.focus({ preventScroll: true });
    focused();
  }, [wantsFocus, focused]);

  return (
    <div ref={place} className={`flow-step flow-${group}${isLit ? " flow-lit" : ""}`}>
      <Handle type="target" position={Position.Left} className="flow-dot flow-dot-in" />
      <div className="flow-step-head">
        <span className="flow-icon" aria-hidden="true">
          {icon}
        </span>
        <span className="flow-step-words">
          <span className="flow-step-name">{words.name(id, step)}</span>
          <span className="flow-step-summary">{summary || (Form ? words.t("step.unset") : "")}</span>
        </span>
        {first && <FlagFilled className="flow-first" title={words.t("step.first")} />}
        {problems > 0 && (
          <WarningFilled className="flow-warning" title={words.t("step.problems", { count: problems })} />
        )}
      </div>
      {present > 0 && (
        <span className="flow-present" title={words.t("traffic.here", { count: present })}>
          <PhoneFilled aria-hidden="true" /> {present}
        </span>
      )}
      {visits !== null && (
        <span className="flow-visits" title={words.t("traffic.times", { count: visits })}>
          {short(visits)}
        </span>
      )}
      {exits.map(({ id: exit, to }, place) => {
        const [word, which] = exitParts(exit);
        return (
          <div key={exit} className="flow-exit" style={{ top: exitHeight(place) }}>
            {word === "key" ? (
              <kbd className="flow-key">{which}</kbd>
            ) : (
              <span className="flow-exit-word">{words.exit(step, exit)}</span>
            )}
            <Handle
              id={exit}
              type="source"
              position={Position.Right}
              className={`flow-dot${to ? "" : " flow-dot-open"}`}
            />
          </div>
        );
      })}
      {isOpenEnded(step) && (
        <div className="flow-exit" style={{ top: exitHeight(exits.length) }}>
          <span className="flow-exit-word flow-quiet">{words.t("exit.new")}</span>
          <Handle id={NEW_EXIT} type="source" position={Position.Right} className="flow-dot flow-dot-new">
            <PlusOutlined aria-hidden="true" />
          </Handle>
        </div>
      )}
    </div>
  );
});
