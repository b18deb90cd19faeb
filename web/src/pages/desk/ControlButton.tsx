import { Button } from "antd";
import type { ReactNode } from "react";

interface Control {
  name: string;
  hint?: string;
  icon: ReactNode;
  onClick: () => void;
  pressed?: boolean;
  look?: "answer" | "danger";
  disabled?: boolean;
}

/** The key of a button, drawn on it: what is read aloud is the button's name, and its shortcut. */
export function KeyOn({ name }: { name: string }) {
  return <kbd data-key={name} />;
}

/** One large button with its key written on it. */
export function ControlButton({ name, hint, icon, onClick, pressed, look, disabled = false }: Control) {
  return (
    <Button
      className={look === "answer" ? "desk-control desk-answer" : "desk-control"}
      type={look === "answer" || pressed ? "primary" : "default"}
      danger={look === "danger"}
      icon={icon}
      onClick={onClick}
      disabled={disabled}
      aria-label={name}
      {...(hint ? { "aria-keyshortcuts": hint } : {})}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
    >
      {name}
      {hint && <KeyOn name={hint.replace("Shift+", "⇧ ")} />}
    </Button>
  );
}
