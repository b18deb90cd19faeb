import type { Socket } from "jssip";
import { BEAT_MS, Heartbeat } from "./heartbeat";

const CONNECT_LIMIT_MS = 2_000;
/** RFC 5626, 4.4.1: the question is a double line end, the echo a single one. */
const ASK = "\r\n\r\n";

export interface LineOptions {
  /** Told after each attempt: whether the socket opened at all. A refused handshake is only "1006" to a page. */
  onAttempt: (opened: boolean) => void;
  /** The first time it opens, take the phone from another browser that holds it. */
  take?: boolean;
  open?: (url: string) => WebSocket;
  now?: () => number;
}

/**
 * JsSIP's road to the server, which notices by itself that the network is gone: stock JsSIP still believes
 * itself registered 50 s later. JsSIP reconnects it.
 */
export class LineSocket implements Socket {
  readonly via_transport: string;
  readonly sip_uri: string;
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: <T>(data: T) => void = () => {};

  private ws: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beating: ReturnType<typeof setInterval> | undefined;
  private retired = false;
  private take: boolean;

  constructor(
    readonly url: string,
    private readonly options: LineOptions,
  ) {
    this.take = options.take ?? false;
    const { host, protocol } = new URL(url);
    this.sip_uri = `sip:${host};transport=ws`;
    this.via_transport = protocol === "wss:" ? "WSS" : "WS";
  }

  isConnected(): boolean {
    return this.ws?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.ws?.readyState === WebSocket.CONNECTING;
  }

  connect(): void {
    if (this.retired || this.isConnected() || this.isConnecting()) return;
    const address = this.take ? `${this.url}&take=1` : this.url;
    const ws = this.options.open ? this.options.open(address) : new WebSocket(address, "sip");
    this.ws = ws;
    this.timer = setTimeout(() => this.lost(ws, "no connection in time"), CONNECT_LIMIT_MS);
    const heart = new Heartbeat();
    ws.onopen = () => {
      if (ws !== this.ws) return;
      clearTimeout(this.timer);
      this.take = false; // a later reconnection must not take it back
      this.beating = setInterval(() => this.beat(ws, heart), BEAT_MS);
      this.options.onAttempt(true);
      this.onconnect();
      this.beat(ws, heart); // at once: only a line that has echoed is judged
    };
    ws.onmessage = (event: MessageEvent) => {
      if (ws !== this.ws) return;
      heart.heard();
      this.ondata(event.data);
    };
    ws.onclose = (event) => this.lost(ws, event.reason, event.code);
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.ws || !this.isConnected()) return false;
    this.ws.send(message as string);
    return true;
  }

  disconnect(): void {
    const ws = this.ws;
    this.ws = null;
    clearTimeout(this.timer);
    clearInterval(this.beating);
    ws?.close();
  }

  /** Close for good, without a word to the other side: a BYE would look like a hang-up. */
  retire(): void {
    this.retired = true;
    this.disconnect();
  }

  /** Close and let JsSIP connect again: the server puts the call's other side on music and rings this page anew. */
  renew(): void {
    if (this.ws) this.lost(this.ws, "renewed");
  }

  private beat(ws: WebSocket, heart: Heartbeat): void {
    if (ws !== this.ws) return;
    const todo = heart.beat((this.options.now ?? performance.now.bind(performance))());
    if (todo === "ask") this.send(ASK);
    else if (todo === "dead") this.lost(ws, "no echo");
  }

  private lost(ws: WebSocket, reason: string, code = 1006): void {
    if (ws !== this.ws) return;
    const opened = this.beating !== undefined;
    this.disconnect();
    this.beating = undefined;
    if (!opened) this.options.onAttempt(false);
    this.ondisconnect(true, code, reason);
  }
}
