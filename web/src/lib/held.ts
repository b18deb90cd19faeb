/** What is written in a form that is saved as a whole; what is stored field by field as it is typed is in `typed.ts`. */
import { useEffect, useRef } from "react";
import { useInTab } from "./typed";

interface Held<R, F> {
  key: number;
  row: R | null;
  typed: F;
}

/**
 * The row with which a form is filled. From the first change (`hold`) it stays that one, whatever others make of it, until
 * it is let go; `follow` takes what a step of one's own made of it. `key`: of the form, another when it is filled anew.
 * `what` names the form for good: what is `typed` in it outlives a reload, and goes when the form does; null: a reload
 * forgets it, as it must where secrets are typed.
 */
export function useHeld<R extends { version?: number }, F = unknown>(
  stored: R | null | undefined,
  what: string | null,
) {
  const version = stored?.version ?? 0;
  const place = what && `form:${what}`;
  const [held, keep] = useInTab<Held<R, F>>(place);
  const latest = useRef(held);
  const setHeld = (next: Held<R, F> | null) => {
    latest.current = next;
    keep(next);
  };
  useEffect(() => () => keep(null), [keep]);
  return {
    row: held ? held.row : (stored ?? null),
    key: held?.key ?? version,
    typed: held?.typed,
    hold: (typed: F) => setHeld({ key: version, row: stored ?? null, ...latest.current, typed }),
    // Where others were between, it stays: what is written next is refused, instead of taking theirs away.
    follow: (row: R) => {
      if (latest.current?.row?.version === (row.version ?? 0) - 1) setHeld({ ...latest.current, row });
    },
    letGo: () => setHeld(null),
  };
}
