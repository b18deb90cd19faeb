/** What a key does to a call; the letters stand on the buttons. */
export type CallKey = "answer" | "hold" | "mute" | "keypad" | "transfer" | "hangup" | "done" | ConsultKey;
export type ConsultKey = "swap" | "join" | "complete" | "cancel";

export interface Press {
  /** `KeyboardEvent.code`: the place on the keyboard, the same in every layout. */
  code: string;
  shift: boolean;
  /** Control, Alt or Meta: the browser's own shortcuts are left alone. */
  other: boolean;
  /** The person types into a field. */
  typing: boolean;
}

export type Moment = "ringing" | "talking" | "consulting" | "wrap_up" | "idle";

const TALKING: Record<string, CallKey> = { KeyH: "hold", KeyM: "mute", KeyK: "keypad", KeyT: "transfer" };

const CONSULTING: Record<string, CallKey> = {
  KeyS: "swap",
  KeyJ: "join",
  KeyC: "complete",
  KeyB: "cancel",
  KeyM: "mute",
};

export function callKey(press: Press, moment: Moment): CallKey | null {
  if (press.typing || press.other) return null;
  if (moment === "ringing" && (press.code === "Space" || press.code === "Enter")) return "answer";
  if (moment === "talking") {
    if (press.shift) return press.code === "KeyE" ? "hangup" : null;
    return TALKING[press.code] ?? null;
  }
  if (moment === "consulting" && !press.shift) return CONSULTING[press.code] ?? null;
  if (moment === "wrap_up" && press.code === "KeyD" && !press.shift) return "done";
  return null;
}

/** Whether the event's target takes text, or is itself a control of the call. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest("input, textarea, select, [contenteditable=true]");
  return field !== null && !(field instanceof HTMLInputElement && ["checkbox", "radio", "range"].includes(field.type));
}

export function pressOf(event: KeyboardEvent): Press {
  return {
    code: event.code,
    shift: event.shiftKey,
    other: event.ctrlKey || event.altKey || event.metaKey || event.isComposing,
    typing: isTyping(event.target),
  };
}

/** The keypad's tone for a pressed key, "" for none. */
export function toneOf(key: string): string {
  return /^[0-9*#]$/.test(key) ? key : "";
}
