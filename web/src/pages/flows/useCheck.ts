import { useEffect, useState } from "react";
import type { FlowDefinition } from "../../lib/flow";
import { checkFlow } from "./calls";
import type { Editor } from "./editor";

const PAUSE = 500; // ms after the last change

/** Has the server look at the drawing after each change; what it finds is marked on the steps. */
export function useCheck(id: string, editor: Editor): { failed: boolean } {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let looked: FlowDefinition | undefined;
    let isHere = true;
    const look = async () => {
      const flow = editor.getState().history.now;
      looked = flow;
      try {
        const problems = await checkFlow(id, flow);
        if (!isHere || looked !== flow) return;
        editor.getState().setProblems(problems);
        setFailed(false);
      } catch {
        if (isHere) setFailed(true); // told in the list; the next change asks again
      }
    };
    void look();
    const stop = editor.subscribe(({ history }) => {
      if (history.now === looked) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(), PAUSE);
    });
    return () => {
      isHere = false;
      stop();
      clearTimeout(timer);
    };
  }, [id, editor]);
  return { failed };
}
