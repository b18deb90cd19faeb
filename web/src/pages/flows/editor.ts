/** The state of one open drawing. Steps subscribe to their own part of it, so that a change redraws few of them. */
import { createContext, useContext } from "react";
import { create, type StoreApi, type UseBoundStore, useStore } from "zustand";
import type { FlowDefinition, FlowNode, NodeKind, Place } from "../../lib/flow";
import { connected, type Fragment, moved, withChanged, withFragment, withNode, withoutNodes } from "./document";
import { begun, done, type History, redone, undone } from "./history";
import { busiest, type Traffic } from "./traffic";

/** Something that stands in the way of publishing; `node` is "" where it concerns the whole flow. */
export interface FlowProblem {
  node: string;
  code: string;
  zh: string;
  en: string;
}

export interface EditorState {
  history: History<FlowDefinition>;
  selected: string[];
  /** The line that is selected, by its id; never together with steps. */
  line: string;
  /** The step that is to have the keyboard, as soon as it is drawn; a new object each time it is asked for. */
  focus: { name: string } | null;
  /** The step on which the simulated call stands. */
  lit: string;
  /** What the server found wrong, by step; "" is the flow itself. */
  problems: Record<string, FlowProblem[]>;
  /** What callers did in the chosen period; null: not shown. */
  traffic: Traffic | null;
  most: number;
  /** How many callers are at a step now. */
  present: Record<string, number>;

  change: (flow: FlowDefinition, mark?: string) => void;
  put: (name: string, node: FlowNode, mark?: string) => void;
  add: (kind: NodeKind, label: string, at: Place, from?: { name: string; exit: string }) => string;
  connect: (from: string, exit: string, to: string) => void;
  move: (places: Record<string, Place>) => void;
  paste: (fragment: Fragment, at: Place) => void;
  remove: (names: readonly string[]) => void;
  begin: (name: string) => void;
  select: (names: string[]) => void;
  selectLine: (id: string) => void;
  setFocus: (name: string) => void;
  /** It has the keyboard: whoever takes it away later keeps it. */
  focused: () => void;
  light: (name: string) => void;
  setProblems: (problems: FlowProblem[]) => void;
  setTraffic: (traffic: Traffic | null) => void;
  setPresent: (present: Record<string, number>) => void;
  undo: () => void;
  redo: () => void;
  /** Another document, with no way back: what the server has. */
  load: (flow: FlowDefinition) => void;
}

export type Editor = UseBoundStore<StoreApi<EditorState>>;

export function newEditor(flow: FlowDefinition): Editor {
  return create<EditorState>((set, get) => {
    const flowNow = () => get().history.now;
    const change = (next: FlowDefinition, mark = "") => set(({ history }) => ({ history: done(history, next, mark) }));
    const turn = (history: History<FlowDefinition>) =>
      set({ history, selected: get().selected.filter((name) => name in history.now.nodes), line: "" });
    return {
      history: begun(flow),
      selected: [],
      line: "",
      focus: null,
      lit: "",
      problems: {},
      traffic: null,
      most: 1,
      present: {},
      change,
      put: (name, node, mark) => change(withChanged(flowNow(), name, node), mark && `${name} ${mark}`),
      add: (kind, label, at, from) => {
        const [more, name] = withNode(flowNow(), kind, label, at);
        change(from ? connected(more, from.name, from.exit, name) : more);
        set({ selected: [name], line: "" });
        return name;
      },
      connect: (from, exit, to) => change(connected(flowNow(), from, exit, to)),
      move: (places) => change(moved(flowNow(), places)),
      paste: (fragment, at) => {
        const [more, names] = withFragment(flowNow(), fragment, at);
        change(more);
        set({ selected: names, line: "" });
      },
      remove: (names) => {
        if (names.length === 0) return;
        change(withoutNodes(flowNow(), names));
        set({ selected: get().selected.filter((name) => !names.includes(name)), line: "" });
      },
      begin: (name) => change({ ...flowNow(), entry: name }),
      select: (selected) => set({ selected, line: "" }),
      selectLine: (line) => set({ line, selected: line ? [] : get().selected }),
      setFocus: (name) => set({ focus: { name } }),
      focused: () => set({ focus: null }),
      light: (lit) => set({ lit }),
      setProblems: (found) => {
        const problems: Record<string, FlowProblem[]> = {};
        for (const one of found) problems[one.node] = [...(problems[one.node] ?? []), one];
        set({ problems });
      },
      setTraffic: (traffic) => set({ traffic, most: traffic ? busiest(traffic) : 1 }),
      setPresent: (present) => set({ present }),
      undo: () => turn(undone(get().history)),
      redo: () => turn(redone(get().history)),
      load: (next) => turn(begun(next)),
    };
  });
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditorStore(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("useEditor outside an editor");
  return editor;
}

export function useEditor<T>(pick: (state: EditorState) => T): T {
  return useStore(useEditorStore(), pick);
}

export const useFlow = () => useEditor((state) => state.history.now);
