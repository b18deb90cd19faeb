import type { LiveMessage } from "./types";

export type Link = "connecting" | "open" | "lost";

export interface LiveOptions {
  /** The last counted number, or null for a snapshot. */
  after: () => number | null;
  url: (after: number | null) => string;
  onMessage: (message: LiveMessage) => void;
  onLink: (link: Link) => void;
  onSignedOut: () => void;
  /** Asked when the server refuses the socket several times: a refused handshake says no reason to a page. */
  stillSignedIn: () => Promise<boolean>;
  open?: (url: string) => WebSocket;
  chance?: () => number;
}

export const SIGN_IN_AGAIN = 4401;
const CONNECT_LIMIT_MS = 5_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
const REFUSALS_BEFORE_ASKING = 2;

/** Milliseconds before attempt `failures + 1`: doubling, at most 8 s, with a share of chance so that pages spread out. */
export function wait(failures: number, chance: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return full * (0.5 + chance / 2);
}

/** Keeps one live socket open until `stop()`: reconnects by itself, resuming after the last counted message. */
export class LiveClient {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private needsSnapshot = false;
  private stopped = true;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.drop();
  }

  /** Connect anew at once: the network was away and the old socket may be dead without knowing it. */
  renew(): void {
    if (this.stopped) return;
    this.failures = 0;
    clearTimeout(this.timer);
    this.drop();
    this.connect();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private connect(): void {
    const { open = (url: string) => new WebSocket(url) } = this.options;
    this.options.onLink("connecting");
    const socket = open(this.options.url(this.needsSnapshot ? null : this.options.after()));
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(socket), CONNECT_LIMIT_MS);
    socket.onopen = () => {
      if (socket === this.socket) clearTimeout(this.timer);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket === this.socket) this.receive(socket, event.data);
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === SIGN_IN_AGAIN) {
        this.stop();
        this.options.onSignedOut();
      } else {
        this.lost(socket);
      }
    };
  }

  private receive(socket: WebSocket, text: string): void {
    try {
      this.options.onMessage(JSON.parse(text) as LiveMessage);
    } catch (error) {
      // A message that cannot be applied leaves the state unknown: begin again from a snapshot.
      console.error("live message could not be applied", error);
      this.needsSnapshot = true;
      this.lost(socket);
      return;
    }
    this.failures = 0;
    this.needsSnapshot = false;
    this.options.onLink("open");
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    this.drop();
    if (this.stopped) return;
    this.options.onLink("lost");
    this.failures += 1;
    if (this.failures > REFUSALS_BEFORE_ASKING) void this.ask();
    this.timer = setTimeout(() => this.connect(), wait(this.failures, (this.options.chance ?? Math.random)()));
  }

  private async ask(): Promise<void> {
    if ((await this.options.stillSignedIn()) || this.stopped) return;
    this.stop();
    this.options.onSignedOut();
  }
}
