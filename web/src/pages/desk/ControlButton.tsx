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
      {hint && <kbd>{hint.replace("Shift+", "⇧ ")}</kbd>}
    </Button>
  );
}
