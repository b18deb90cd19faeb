/** What was done to a document, step by step, to be undone. */
export interface History<T> {
  past: T[];
  now: T;
  future: T[];
  /** What the last change was; typing on in the same field is one change. */
  mark: string;
}

const MOST = 200;

export function begun<T>(now: T): History<T> {
  return { past: [], now, future: [], mark: "" };
}

/** One more change. Changes that follow each other with the same `mark` are undone together. */
export function done<T>(history: History<T>, next: T, mark = ""): History<T> {
  if (next === history.now) return history;
  if (mark && mark === history.mark) return { ...history, now: next, future: [] };
  return { past: [...history.past, history.now].slice(-MOST), now: next, future: [], mark };
}

export function undone<T>(history: History<T>): History<T> {
  const now = history.past.at(-1);
  if (now === undefined) return history;
  return { past: history.past.slice(0, -1), now, future: [history.now, ...history.future], mark: "" };
}

export function redone<T>(history: History<T>): History<T> {
  const [now, ...future] = history.future;
  if (now === undefined) return history;
  return { past: [...history.past, history.now], now, future, mark: "" };
}
