import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Link, LiveClient, SIGN_IN_AGAIN, wait } from "./client";
import { snapshot } from "./samples";
import type { LiveMessage } from "./types";

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;

  constructor(readonly url: string) {}

  close() {
    this.closed = true;
  }

  says(message: LiveMessage) {
    this.onopen?.();
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function world(signedIn = true) {
  const sockets: FakeSocket[] = [];
  const links: Link[] = [];
  const messages: LiveMessage[] = [];
  const onSignedOut = vi.fn();
  let last: number | null = null;
  const client = new LiveClient({
    after: () => last,
    url: (after) => `live?after=${after}`,
    onMessage: (message) => {
      if (message.seq === 666) throw new Error("cannot be applied");
      messages.push(message);
      last = message.seq;
    },
    onLink: (link) => links.push(link),
    onSignedOut,
    stillSignedIn: async () => signedIn,
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    chance: () => 1,
  });
  client.start();
  return { client, sockets, links, messages, onSignedOut, newest: () => sockets[sockets.length - 1] as FakeSocket };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("resumes after the last counted message", () => {
  const { sockets, newest, links } = world();
  newest().says(snapshot(12));
  newest().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(wait(1, 1));
  expect(sockets.map((socket) => socket.url)).toEqual(["live?after=null", "live?after=12"]);
  expect(links).toEqual(["connecting", "open", "lost", "connecting"]);
});

test("waits longer after each failure, and begins short again after a success", () => {
  const { sockets, newest } = world();
  newest().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(wait(1, 1));
  newest().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(wait(2, 1) - 1);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(3);
  newest().says(snapshot(1));
  newest().onclose?.({ code: 1012 });
  vi.advanceTimersByTime(wait(1, 1));
  expect(sockets).toHaveLength(4);
  expect(wait(50, 1)).toBe(8_000);
});

test("goes to the sign-in when the server says so", () => {
  const { newest, onSignedOut, sockets } = world();
  newest().onclose?.({ code: SIGN_IN_AGAIN });
  vi.advanceTimersByTime(60_000);
  expect(onSignedOut).toHaveBeenCalledOnce();
  expect(sockets).toHaveLength(1);
});

test("asks whether the session still stands when it is refused again and again", async () => {
  const { newest, onSignedOut } = world(false);
  for (const failure of [1, 2, 3]) {
    newest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(wait(failure, 1));
  }
  expect(onSignedOut).toHaveBeenCalledOnce();
});

test("a message that cannot be applied leads to a new snapshot", () => {
  const { newest, sockets } = world();
  vi.spyOn(console, "error").mockImplementation(() => {});
  newest().says(snapshot(5));
  newest().onmessage?.({ data: JSON.stringify({ type: "resumed", seq: 666 }) });
  vi.advanceTimersByTime(wait(1, 1));
  expect(sockets.map((socket) => socket.url)).toEqual(["live?after=null", "live?after=null"]);
});

test("gives up a connection that never opens", () => {
  const { sockets } = world();
  vi.advanceTimersByTime(5_000 + wait(1, 1));
  expect(sockets).toHaveLength(2);
  expect(sockets[0]?.closed).toBe(true);
});

test("an old socket's words no longer count after a renewal", () => {
  const { client, sockets, messages } = world();
  client.renew();
  sockets[0]?.says(snapshot(3));
  expect(messages).toEqual([]);
  sockets[1]?.says(snapshot(4));
  expect(messages).toHaveLength(1);
});
