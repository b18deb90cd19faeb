/** What people do to the drawing, from wherever they do it: palette, canvas, keyboard, lists. */
import { useReactFlow } from "@xyflow/react";
import { App } from "antd";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { NodeKind, Place } from "../../lib/flow";
import { blank } from "./blank";
import { clipboardText, fragmentFrom } from "./clipboard";
import { cutOut, openExit } from "./document";
import type { ExitLineType, StepNodeType } from "./drawing";
import { useEditorStore } from "./editor";
import { exitsOf, NEW_EXIT } from "./exits";
import { laidOut } from "./layout";
import { freePlace, heightOf, neighbour, placeOf, WIDTH } from "./measures";

export type From = { name: string; exit: string };
const GAP = 88;

export function useDrawing(canvas: React.RefObject<HTMLElement | null>) {
  const { t } = useTranslation("flow");
  const { message } = App.useApp();
  const editor = useEditorStore();
  const view = useReactFlow<StepNodeType, ExitLineType>();
  const pointer = useRef<Place | null>(null);

  return useMemo(() => {
    const state = editor.getState;
    const flow = () => state().history.now;

    const middle = (): Place => {
      const box = canvas.current?.getBoundingClientRect();
      return box
        ? view.screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 })
        : { x: 0, y: 0 };
    };
    /** A name for a new step that none has yet, so that lists tell them apart. */
    const labelFor = (kind: NodeKind) => {
      const word = t(`kind.${kind}`);
      const taken = new Set(Object.values(flow().nodes).map(({ label }) => label));
      let label = word;
      for (let number = 2; taken.has(label); number += 1) label = `${word} ${number}`;
      return label;
    };
    /** Brings a step into sight, if it is not wholly there; with a `zoom` to the middle, and as big as that. */
    const show = (name: string, zoom?: number) => {
      const node = flow().nodes[name];
      if (!node) return;
      const { x, y } = placeOf(node);
      const box = canvas.current?.getBoundingClientRect();
      const [topLeft, size] = [view.flowToScreenPosition({ x, y }), view.getZoom()];
      const isSeen =
        box &&
        topLeft.x >= box.left &&
        topLeft.y >= box.top &&
        topLeft.x + WIDTH * size <= box.right &&
        topLeft.y + heightOf(node) * size <= box.bottom;
      if (!isSeen || zoom)
        void view.setCenter(x + WIDTH / 2, y + heightOf(node) / 2, { zoom: zoom ?? size, duration: 160 });
    };
    /** Shows a step, selects it and gives it the keyboard. */
    const goTo = (name: string, zoom?: number) => {
      if (!flow().nodes[name]) return;
      state().select([name]);
      state().setFocus(name);
      show(name, zoom);
    };
    const add = (kind: NodeKind, at: Place, from?: From) => {
      const name = state().add(kind, labelFor(kind), at, from);
      state().setFocus(name);
      return name;
    };
    /** A free place to the right of a step. */
    const placeAfter = (name: string, kind: NodeKind = "menu") => {
      const { x, y } = placeOf(flow().nodes[name] ?? blank("hang_up"));
      return freePlace(flow(), { x: x + WIDTH + GAP, y }, heightOf(blank(kind)));
    };
    /** After the selected step, at its first exit that is still open; without one in the middle of the window. */
    const addNext = (kind: NodeKind) => {
      const [name] = state().selected;
      const node = name ? flow().nodes[name] : undefined;
      const height = heightOf(blank(kind));
      if (!node || !name || state().selected.length > 1) {
        const { x, y } = middle();
        goTo(add(kind, freePlace(flow(), { x: x - WIDTH / 2, y: y - height / 2 }, height)));
        return;
      }
      const exit = openExit(node);
      goTo(add(kind, placeAfter(name, kind), exit ? { name, exit } : undefined));
    };
    const remove = () => {
      const { line, selected } = state();
      const [from, exit] = line.split(" ");
      if (from && exit) state().connect(from, exit, "");
      else state().remove(selected);
      state().selectLine("");
      canvas.current?.querySelector<HTMLElement>(".react-flow")?.focus({ preventScroll: true });
    };
    const copied = (): string | null => {
      const { selected } = state();
      return selected.length ? clipboardText(cutOut(flow(), selected)) : null;
    };
    const copy = (clipboard: DataTransfer | null): boolean => {
      const text = copied();
      if (!text || !clipboard) return false;
      clipboard.setData("text/plain", text);
      message.success(t("copied", { count: state().selected.length }));
      return true;
    };
    const paste = (text: string): boolean => {
      const fragment = fragmentFrom(text);
      if (!fragment) return false;
      const at = pointer.current ? view.screenToFlowPosition(pointer.current) : middle();
      state().paste(fragment, at);
      return true;
    };
    const duplicate = () => {
      const { selected } = state();
      const fragment = cutOut(flow(), selected);
      const corner = Object.values(fragment).map(placeOf);
      if (!corner.length) return;
      const x = Math.min(...corner.map((place) => place.x));
      const y = Math.min(...corner.map((place) => place.y));
      state().paste(fragment, { x: x + 32, y: y + 48 });
    };
    const tidy = async () => {
      state().move(await laidOut(flow()));
      await view.fitView({ duration: 160, maxZoom: 1, padding: 0.1 });
    };
    const beside = (direction: "left" | "right" | "up" | "down") => {
      const [name = flow().entry] = state().selected.slice(-1);
      goTo(state().selected.length ? (neighbour(flow(), name, direction) ?? name) : name);
    };
    const nudge = (x: number, y: number) => {
      const places = state().selected.map((name) => {
        const place = placeOf(flow().nodes[name] ?? blank("hang_up"));
        return [name, { x: place.x + x, y: place.y + y }];
      });
      if (places.length) state().move(Object.fromEntries(places));
    };
    /** The exit at which a step made with the keyboard is put: the first open one, else a new one. */
    const nextExit = (name: string): string | undefined => {
      const node = flow().nodes[name];
      if (!node) return undefined;
      return openExit(node) ?? (node.kind === "menu" || node.kind === "condition" ? NEW_EXIT : exitsOf(node)[0]?.id);
    };

    return {
      pointer,
      show,
      goTo,
      add,
      addNext,
      placeAfter,
      remove,
      copy,
      paste,
      duplicate,
      tidy,
      beside,
      nudge,
      nextExit,
      undo: () => state().undo(),
      redo: () => state().redo(),
      all: () => state().select(Object.keys(flow().nodes)),
      none: () => state().select([]),
      fit: () => void view.fitView({ duration: 160, maxZoom: 1, padding: 0.1 }),
      zoomIn: () => void view.zoomIn({ duration: 120 }),
      zoomOut: () => void view.zoomOut({ duration: 120 }),
    };
  }, [editor, view, canvas, message, t]);
}

export type Drawing = ReturnType<typeof useDrawing>;
