import { useCallback, useEffect, useRef, useState } from "react";
import type { FlowDefinition } from "../../lib/flow";
import { type Problem, problemFrom } from "../../lib/problem";
import { publish, rollBack, type Standing, saveDraft } from "./calls";
import type { Editor } from "./editor";

export type Saved = "saved" | "dirty" | "saving" | "failed" | "conflict";

const PAUSE = 800; // ms after the last change

export interface Draft {
  id: string;
  state: Saved;
  standing: Standing;
  problem: Problem | null;
  /** Saves what is not saved yet; gives what stood in the way. */
  save: () => Promise<Problem | null>;
  /** After a conflict: save over what the other one saved, which has this version. */
  overwrite: (version: number) => Promise<Problem | null>;
  /** The server has this document. */
  isAt: (flow: FlowDefinition, standing: Standing) => void;
  /** Both save first, and throw `Problem`. */
  publish: (note: string) => Promise<Standing>;
  rollBack: (number: number) => Promise<Standing>;
}

/** Saves the drawing by itself, a moment after each change, if nobody else changed it meanwhile. */
export function useDraft(id: string, editor: Editor, first: Standing, readOnly: boolean): Draft {
  const [state, setState] = useState<Saved>("saved");
  const [standing, setStanding] = useState(first);
  const [problem, setProblem] = useState<Problem | null>(null);
  const version = useRef(first.version);
  const there = useRef(editor.getState().history.now);
  const running = useRef<Promise<Problem | null> | null>(null);
  const barred = useRef<Problem | null>(null); // a conflict, until somebody decides

  const know = useCallback((now: Standing) => {
    version.current = now.version;
    setStanding(now);
    return now;
  }, []);
  const save = useCallback(async (): Promise<Problem | null> => {
    while (running.current) await running.current;
    const flow = editor.getState().history.now;
    if (flow === there.current) return null;
    if (barred.current) return barred.current;
    setState("saving");
    const run = (async () => {
      try {
        know(await saveDraft(id, flow, version.current));
        there.current = flow;
        setProblem(null);
        setState(editor.getState().history.now === flow ? "saved" : "dirty");
        return null;
      } catch (error) {
        const told = problemFrom(error, 0);
        setProblem(told);
        barred.current = told.status === 412 ? told : null;
        setState(barred.current ? "conflict" : "failed");
        return told;
      } finally {
        running.current = null;
      }
    })();
    running.current = run;
    return run;
  }, [id, editor, know]);

  useEffect(() => {
    if (readOnly) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = editor.subscribe(({ history }) => {
      if (history.now === there.current || barred.current) return;
      setState((now) => (now === "saving" ? now : "dirty"));
      clearTimeout(timer);
      timer = setTimeout(() => void save(), PAUSE);
    });
    const leave = (event: BeforeUnloadEvent) => {
      if (editor.getState().history.now !== there.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", leave);
    return () => {
      stop();
      clearTimeout(timer);
      window.removeEventListener("beforeunload", leave);
      void save(); // another page was opened within the moment
    };
  }, [editor, save, readOnly]);

  const isAt = useCallback(
    (flow: FlowDefinition, now: Standing) => {
      know(now);
      there.current = flow;
      barred.current = null;
      setProblem(null);
      setState(editor.getState().history.now === flow ? "saved" : "dirty");
    },
    [editor, know],
  );
  const overwrite = useCallback(
    (now: number) => {
      version.current = now;
      barred.current = null;
      return save();
    },
    [save],
  );
  const after = useCallback(
    async (act: (version: number) => Promise<Standing>) => {
      const unsaved = await save();
      if (unsaved) throw unsaved; // else the server's older draft would go out
      return know(await act(version.current));
    },
    [save, know],
  );
  return {
    id,
    state,
    standing,
    problem,
    save,
    overwrite,
    isAt,
    publish: (note) => after((now) => publish(id, note, now)),
    rollBack: (number) => after((now) => rollBack(id, number, now)),
  };
}
