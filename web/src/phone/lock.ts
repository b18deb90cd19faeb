/** Only one tab of this browser holds the phone: two would steal the registration from each other for ever. */

const NAME = "callroom-phone";

export interface PhoneLock {
  /** Let another tab have it. */
  release: () => void;
}

interface Hopes {
  /** This tab has the phone now. */
  onHeld: () => void;
  /** Another tab has it (at first, or because it took it). This tab then queues, and `onHeld` may come later. */
  onElsewhere: () => void;
}

/** Ask for the phone; with `take`, pull it from the tab that has it. */
export function holdPhone(hopes: Hopes, take = false): PhoneLock {
  const done = new AbortController();
  let letGo: () => void = () => {};

  const held = () =>
    new Promise<void>((resolve) => {
      letGo = resolve;
      if (done.signal.aborted) resolve();
      else hopes.onHeld();
    });
  const waitInLine = () =>
    navigator.locks.request(NAME, { signal: done.signal }, held).catch(() => {
      // Rejected: released before it was granted, or stolen by another tab while held.
      if (!done.signal.aborted) {
        hopes.onElsewhere();
        void waitInLine();
      }
    });

  async function begin() {
    if (take) {
      await navigator.locks.request(NAME, { steal: true }, held).catch(() => {
        if (!done.signal.aborted) hopes.onElsewhere();
      });
      if (!done.signal.aborted) await waitInLine();
      return;
    }
    const { held: holders = [] } = await navigator.locks.query();
    if (holders.some((lock) => lock.name === NAME)) hopes.onElsewhere();
    await waitInLine();
  }
  void begin();

  return {
    release: () => {
      done.abort();
      letGo();
    },
  };
}
