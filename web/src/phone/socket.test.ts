import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LineSocket } from "./socket";

class FakeSocket {
  static OPEN = 1;
  static CONNECTING = 0;
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
}

function line() {
  const sockets: FakeSocket[] = [];
  const attempts: boolean[] = [];
  const socket = new LineSocket("wss://site.example:8443/sip", {
    onAttempt: (opened) => attempts.push(opened),
    open: () => {
      const fake = new FakeSocket();
      sockets.push(fake);
      return fake as unknown as WebSocket;
    },
    now: () => Date.now(),
  });
  const lost = vi.fn();
  socket.ondisconnect = lost;
  socket.connect();
  return { socket, sockets, lost, attempts, first: sockets[0] as FakeSocket };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("tells JsSIP its address", () => {
  const { socket } = line();
  expect(socket.sip_uri).toBe("sip:site.example:8443;transport=ws");
  expect(socket.via_transport).toBe("WSS");
});

test("a network that goes away is noticed within four seconds", () => {
  const { first, lost } = line();
  first.opens();
  vi.advanceTimersByTime(1_000);
  first.onmessage?.({ data: "\r\n" });
  vi.advanceTimersByTime(4_000);
  expect(first.sent[0]).toBe("\r\n\r\n");
  expect(lost).toHaveBeenCalledWith(true, 1006, "no echo");
  expect(first.readyState).toBe(3);
});

test("a connection that does not open in two seconds is given up, and can be tried again", () => {
  const { socket, sockets, lost, attempts } = line();
  vi.advanceTimersByTime(2_000);
  expect(lost).toHaveBeenCalledOnce();
  expect(attempts).toEqual([false]);
  socket.connect();
  sockets[1]?.opens();
  expect(socket.isConnected()).toBe(true);
  expect(attempts).toEqual([false, true]);
});

test("a retired line says nothing more and never comes back", () => {
  const { socket, sockets, first, lost } = line();
  first.opens();
  socket.retire();
  expect(socket.send("BYE")).toBe(false);
  expect(first.sent).toEqual(["\r\n\r\n"]); // asked for its echo when it opened
  socket.connect();
  expect(sockets).toHaveLength(1);
  expect(lost).not.toHaveBeenCalled();
});

test("a renewal looks like a lost line to JsSIP, so that it reconnects", () => {
  const { socket, first, lost } = line();
  first.opens();
  socket.renew();
  expect(lost).toHaveBeenCalledWith(true, 1006, "renewed");
});

test("a phone is taken from another browser once, not again after a lost network", () => {
  const urls: string[] = [];
  const sockets: FakeSocket[] = [];
  const socket = new LineSocket("wss://site.example/sip?browser=b", {
    onAttempt: () => {},
    take: true,
    open: (url) => {
      urls.push(url);
      const fake = new FakeSocket();
      sockets.push(fake);
      return fake as unknown as WebSocket;
    },
  });
  socket.connect();
  sockets[0]?.onclose?.({ code: 1006, reason: "" });
  socket.connect();
  sockets[1]?.opens();
  socket.renew();
  socket.connect();
  expect(urls.map((url) => url.endsWith("&take=1"))).toEqual([true, true, false]);
});
