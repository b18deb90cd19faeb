/**
 * What is typed and not yet stored: it is kept in the tab, so that a reload, a refusal or another call loses nothing.
 * Here for fields that are stored by themselves, in `held.ts` for forms that are saved as a whole.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Problem, problemFrom } from "./problem";
import { useMe } from "./session";

function inTab<T>(place: string): T | null {
  const kept = sessionStorage.getItem(place);
  return kept === null ? null : (JSON.parse(kept) as T);
}

function keepInTab(place: string, what: unknown): void {
  if (what === null) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, JSON.stringify(what));
}

/** A state that outlives a reload of this person's tab, unless `what` is null; null: there is nothing to keep. */
export function useInTab<T>(what: string | null): [T | null, (next: T | null) => void] {
  const me = useMe().id;
  const place = what === null ? null : `typed:${me}:${what}`;
  const [kept, setKept] = useState(() => (place === null ? null : inTab<T>(place)));
  const keep = useCallback(
    (next: T | null) => {
      if (place !== null) keepInTab(place, next);
      setKept(next);
    },
    [place],
  );
  return [kept, keep];
}

/** Types into a field that is drawn only after this: it is stored there. */
export function useTypeAhead(): (what: string, value: string) => void {
  const me = useMe().id;
  return (what, value) => keepInTab(`typed:${me}:${what}`, { value, version: 0 });
}

interface Kept<T> {
  value: T;
  /** Of what was stored when the typing began: who changed the same meanwhile is not overwritten. */
  version: number;
}

interface Asked<T> {
  /** Names the field for good: the same after a reload. */
  what: string;
  stored: T;
  version: number;
  /** Stores it over that version; the version it has then. Throws `Problem`. */
  save: (value: T, version: number) => Promise<number>;
  /** Milliseconds without a key after which it is stored; left out: when the field is left. */
  pause?: number;
}

/**
 * One field that is stored by itself. What was typed before a reload is there again, and stored; what is refused stays
 * as it was typed, with the `problem` beside it, until it is mended or let go.
 */
export function useTyped<T>({ what, stored, version, save, pause }: Asked<T>) {
  const [kept, keep] = useInTab<Kept<T>>(what);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const latest = useRef(kept);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const remember = (next: Kept<T> | null) => {
    latest.current = next;
    keep(next);
  };

  const remembering = useRef(remember);
  remembering.current = remember;

  const store = async () => {
    clearTimeout(timer.current);
    const sent = latest.current;
    if (sent === null || busy.current) return;
    busy.current = true;
    setSaving(true);
    try {
      const now = await save(sent.value, sent.version);
      setProblem(null);
      remember(latest.current === sent || latest.current === null ? null : { ...latest.current, version: now });
    } catch (error) {
      setProblem(problemFrom(error, 0));
      return;
    } finally {
      busy.current = false;
      setSaving(false);
    }
    if (latest.current !== null) void store(); // more was typed meanwhile
  };
  const storing = useRef(store);
  storing.current = store;
  useEffect(() => {
    setTimeout(() => void storing.current()); // typed before a reload
    return () => void storing.current(); // the page goes on to another customer
  }, []);

  const there = JSON.stringify(stored);
  useEffect(() => {
    // It was stored, and the answer was lost with the page that waited for it.
    if (busy.current || latest.current === null || JSON.stringify(latest.current.value) !== there) return;
    remembering.current(null);
    setProblem(null);
  }, [there]);

  return {
    value: kept === null ? stored : kept.value,
    problem,
    saving,
    /** Something is typed that is not stored. */
    waits: kept !== null,
    type: (value: T) => {
      clearTimeout(timer.current);
      const before = latest.current?.version ?? version;
      remember(latest.current === null && same(value, stored) ? null : { value, version: before });
      if (pause !== undefined) timer.current = setTimeout(() => void storing.current(), pause);
    },
    /** The field is left. */
    leave: () => {
      if (latest.current !== null && same(latest.current.value, stored)) remember(null);
      void store();
    },
    /** Stores it although somebody else changed the same meanwhile. */
    insist: () => {
      if (latest.current !== null) remember({ ...latest.current, version });
      void store();
    },
    /** Takes what is stored instead. */
    letGo: () => {
      remember(null);
      setProblem(null);
    },
  };
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
