import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Line } from "./phone";
import { usePhone } from "./store";

const { agents } = vi.hoisted(() => ({ agents: [] as FakeAgent[] }));

type FakeAgent = { tell: (kind: string) => void; stopped: boolean };

vi.mock("jssip", () => ({
  UA: class {
    stopped = false;
    private listeners = new Map<string, (told: object) => void>();
    constructor() {
      agents.push(this as unknown as FakeAgent);
    }
    on(kind: string, listener: (told: object) => void) {
      this.listeners.set(kind, listener);
    }
    tell(kind: string) {
      this.listeners.get(kind)?.({});
    }
    start() {}
    isConnected() {
      return true;
    }
    stop() {
      this.stopped = true;
    }
    removeAllListeners() {}
  },
}));

const last = () => agents[agents.length - 1] as FakeAgent;

beforeEach(() => {
  vi.useFakeTimers();
  agents.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test("a refused phone tries again soon, then more slowly, and soon again once it was taken", async () => {
  const line = new Line({
    account: () => Promise.resolve({ device: "d1", secret: "s", display_name: "Ana" }),
    onRefused: () => {},
    muted: () => false,
    take: false,
    onElsewhere: () => {},
  });
  await vi.advanceTimersByTimeAsync(0);
  for (const [pause, tries] of [
    [1_000, 2],
    [2_000, 3],
    [4_000, 4],
    [5_000, 5],
    [5_000, 6],
  ] as const) {
    last().tell("registrationFailed");
    expect(usePhone.getState().status).toBe("refused");
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(agents).toHaveLength(tries - 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(agents).toHaveLength(tries);
  }
  last().tell("registered");
  expect(usePhone.getState().status).toBe("registered");
  last().tell("registrationFailed");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(agents).toHaveLength(7);
  line.close();
  expect(last().stopped).toBe(true);
});
