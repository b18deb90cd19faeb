import { clockText, useNow } from "./time";

const FIGURES = { fontVariantNumeric: "tabular-nums" } as const;

/** The time that has passed since a moment (RFC 3339). */
export function Since({ at }: { at: string }) {
  return <span style={FIGURES}>{clockText((useNow() - Date.parse(at)) / 1000)}</span>;
}

/** The time left until a moment (RFC 3339). */
export function Until({ at }: { at: string }) {
  return <span style={FIGURES}>{clockText(Math.ceil((Date.parse(at) - useNow()) / 1000))}</span>;
}
