import { useState } from "react";

/**
 * The row with which a form is filled. From the first change (`hold`) it stays that one, whatever others make of it, until
 * it is let go; `follow` takes what a step of one's own made of it. `key`: of the form, another when it is filled anew.
 */
export function useHeld<R extends { version?: number }>(stored: R | null | undefined) {
  const version = stored?.version ?? 0;
  const [held, setHeld] = useState<{ key: number; row: R } | null>(null);
  return {
    row: held?.row ?? stored ?? null,
    key: held?.key ?? version,
    hold: () => setHeld((now) => now ?? (stored ? { key: version, row: stored } : null)),
    // Where others were between, it stays: what is written next is refused, instead of taking theirs away.
    follow: (row: R) => setHeld((now) => (now?.row.version === (row.version ?? 0) - 1 ? { ...now, row } : now)),
    letGo: () => setHeld(null),
  };
}
