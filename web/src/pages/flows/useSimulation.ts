import { useCallback, useEffect, useState } from "react";
import { i18n } from "../../i18n";
import type { FlowDefinition } from "../../lib/flow";
import { type Problem, problemFrom } from "../../lib/problem";
import { type Circumstances, type Simulated, simulate } from "./calls";
import type { Editor } from "./editor";

const PAUSE = 300; // ms after a change of the drawing or the circumstances

export interface Simulation {
  isOn: boolean;
  result: Simulated | null;
  problem: Problem | null;
  circumstances: Circumstances;
  setCircumstances: (change: Partial<Circumstances>) => void;
  start: () => void;
  stop: () => void;
  /** A key, or "" for saying nothing until the time is up. */
  press: (key: string) => void;
}

/** A call that is only thought: it is walked anew from its beginning after each key, by the server's own code. */
export function useSimulation(id: string, editor: Editor): Simulation {
  const [isOn, setOn] = useState(false);
  const [keys, setKeys] = useState<string[]>([]);
  const [flow, setFlow] = useState<FlowDefinition>(() => editor.getState().history.now);
  const [result, setResult] = useState<Simulated | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [circumstances, change] = useState<Circumstances>({
    time: null,
    caller: "13800138000",
    language: i18n.language === "en" ? "en" : "zh",
    customer: "",
    tier: 0,
    lookups: {},
  });

  useEffect(() => {
    if (!isOn) return;
    setFlow(editor.getState().history.now);
    return editor.subscribe(({ history }) => setFlow(history.now));
  }, [editor, isOn]);

  useEffect(() => {
    if (!isOn) return;
    let isHere = true;
    const timer = setTimeout(
      async () => {
        try {
          const found = await simulate(id, flow, circumstances, keys);
          if (!isHere) return;
          setResult(found);
          setProblem(null);
          editor.getState().light(found.steps.at(-1)?.node ?? "");
        } catch (error) {
          if (isHere) setProblem(problemFrom(error, 0));
        }
      },
      keys.length ? 0 : PAUSE,
    );
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [id, editor, isOn, flow, circumstances, keys]);

  useEffect(() => () => editor.getState().light(""), [editor]);

  const start = useCallback(() => {
    setKeys([]);
    change((now) => ({ ...now, lookups: {} }));
    setResult(null);
    setOn(true);
  }, []);
  const stop = useCallback(() => {
    setOn(false);
    setResult(null);
    setProblem(null);
    editor.getState().light("");
  }, [editor]);
  const press = useCallback((key: string) => setKeys((now) => [...now, key]), []);
  const setCircumstances = useCallback((part: Partial<Circumstances>) => change((now) => ({ ...now, ...part })), []);
  return { isOn, result, problem, circumstances, setCircumstances, start, stop, press };
}
