import { useEffect } from "react";
import type { Drawing } from "./useDrawing";

const TYPING = "input, textarea, select, [contenteditable=true], .ant-select-dropdown, .ant-modal, .ant-drawer";
const ARROWS = {
  ArrowLeft: [-1, 0, "left"],
  ArrowRight: [1, 0, "right"],
  ArrowUp: [0, -1, "up"],
  ArrowDown: [0, 1, "down"],
} as const;
const STEP = 16; // pixels

interface Keys {
  drawing: Drawing;
  canvas: React.RefObject<HTMLElement | null>;
  readOnly: boolean;
  onSave: () => void;
  /** Open the list of kinds for a step after the selected one. */
  onInsert: () => void;
  /** To the fields of the selected step. */
  onEnter: () => void;
}

/** The editor's keys. Those of text fields stay theirs. */
export function useKeyboard({ drawing, canvas, readOnly, onSave, onInsert, onEnter }: Keys): void {
  useEffect(() => {
    const isTyping = (target: EventTarget | null) => target instanceof Element && target.closest(TYPING) !== null;
    const isOnCanvas = (target: EventTarget | null) =>
      target === document.body || (target instanceof Node && canvas.current?.contains(target) === true);

    const withControl = (event: KeyboardEvent): (() => void) | undefined => {
      const key = event.key.toLowerCase();
      if (key === "a") return drawing.all;
      if (readOnly) return undefined;
      if (key === "z") return event.shiftKey ? drawing.redo : drawing.undo;
      if (key === "y") return drawing.redo;
      if (key === "d") return drawing.duplicate;
      return undefined;
    };
    const plain = (event: KeyboardEvent): (() => void) | undefined => {
      const arrow = ARROWS[event.key as keyof typeof ARROWS];
      if (arrow) {
        const [x, y, direction] = arrow;
        if (!event.altKey) return () => drawing.beside(direction);
        return readOnly ? undefined : () => drawing.nudge(x * STEP, y * STEP);
      }
      if (event.key === "Escape") return drawing.none;
      if (event.key === "Enter") return onEnter;
      if (readOnly) return undefined;
      if (event.key === "Delete" || event.key === "Backspace") return drawing.remove;
      return event.key === "Insert" || event.key === "+" ? onInsert : undefined;
    };
    const onKey = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "s") {
        event.preventDefault();
        if (!readOnly) onSave();
        return;
      }
      if (isTyping(event.target)) return;
      const act = control ? withControl(event) : isOnCanvas(event.target) ? plain(event) : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    const isOurs = (event: ClipboardEvent) => !isTyping(event.target) && !String(window.getSelection());
    const onCopy = (event: ClipboardEvent) => {
      if (isOurs(event) && drawing.copy(event.clipboardData)) event.preventDefault();
    };
    const onCut = (event: ClipboardEvent) => {
      if (readOnly || !isOurs(event) || !drawing.copy(event.clipboardData)) return;
      event.preventDefault();
      drawing.remove();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (readOnly || isTyping(event.target)) return;
      if (drawing.paste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };

    document.addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [drawing, canvas, readOnly, onSave, onInsert, onEnter]);
}
