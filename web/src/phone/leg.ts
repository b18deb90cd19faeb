import type { RTCSession } from "jssip/lib/RTCSession";
import { microphone } from "./microphone";
import { hear, unhear } from "./sound";
import type { LegView } from "./store";

/** How long addresses of this machine may be gathered once there is one (milliseconds). */
const GATHER_MS = 500;

export interface LegHopes {
  onChange: () => void;
  onOver: (leg: Leg) => void;
  /** The sound's road broke and does not come back by itself. */
  onBroken: (leg: Leg) => void;
}

export interface LegFacts {
  call: string | null;
  auto: boolean;
  number: string;
  name: string;
}

export const PEER: RTCConfiguration = { iceServers: [] };

/** One SIP session of this page and its sound. */
export class Leg {
  private state: LegView["state"] = "ringing";
  private readonly since = Date.now();
  private mine: MediaStreamTrack | null = null;
  private heard: MediaStream | null = null;
  private peer: RTCPeerConnection | null = null;
  private muted = false;
  private over = false;

  constructor(
    readonly session: RTCSession,
    public facts: LegFacts,
    private readonly hopes: LegHopes,
  ) {
    session.on("peerconnection", ({ peerconnection }) => this.follow(peerconnection));
    if (session.connection) this.follow(session.connection); // own calls have theirs already
    session.on("accepted", () => this.become("talking"));
    session.on("confirmed", () => this.become("talking"));
    session.on("ended", () => this.finish());
    session.on("failed", () => this.finish());
    let gathering = false;
    session.on("icecandidate", ({ ready }) => {
      if (!gathering) setTimeout(ready, GATHER_MS);
      gathering = true;
    });
  }

  get view(): LegView {
    return { key: this.session.id, ...this.facts, state: this.state, since: this.since };
  }

  /** The same phone goes on in another call: a leader has taken it over. */
  goOn(call: string, muted: boolean): void {
    this.facts = { ...this.facts, call };
    this.mute(muted);
    this.hopes.onChange();
  }

  get established(): boolean {
    return this.state === "talking" && !this.over;
  }

  /** A track of its own for the call, so that muting it leaves the shift's microphone alone. */
  async voice(): Promise<MediaStream> {
    const track = (await microphone.open()).clone();
    track.enabled = !this.muted;
    this.mine = track;
    return new MediaStream([track]);
  }

  /** Answer; raises the browser's `DOMException` when there is no microphone. */
  async answer(): Promise<void> {
    if (this.state !== "ringing") return;
    this.become("answering");
    let mediaStream: MediaStream;
    try {
      mediaStream = await this.voice();
    } catch (error) {
      this.become("ringing");
      throw error;
    }
    if (!this.over) this.session.answer({ mediaStream, pcConfig: PEER });
  }

  decline(): void {
    if (!this.over) this.session.terminate({ status_code: 603 });
  }

  /** The call is over at the server. */
  end(): void {
    if (!this.over && !this.session.isEnded()) this.session.terminate();
  }

  /** Forget the session without a word to the other side: the server rings this page anew for the same call. */
  drop(): void {
    this.peer?.close();
    this.finish();
  }

  mute(muted: boolean): void {
    this.muted = muted;
    if (this.mine) this.mine.enabled = !muted;
  }

  /** Speak through another microphone from now on. */
  async speakThrough(track: MediaStreamTrack): Promise<void> {
    const sender = this.peer?.getSenders().find((one) => one.track?.kind === "audio");
    if (!sender || this.over) return;
    const former = this.mine;
    const mine = track.clone();
    mine.enabled = !this.muted;
    this.mine = mine;
    await sender.replaceTrack(mine);
    former?.stop();
  }

  /** What the other side sounds like, for a level meter. */
  get sound(): MediaStream | null {
    return this.heard;
  }

  private follow(peer: RTCPeerConnection): void {
    this.peer = peer;
    peer.addEventListener("track", (event) => {
      const stream = event.streams[0] ?? new MediaStream([event.track]);
      this.heard = stream;
      void hear(stream).catch(() => {}); // the browser lets it play with the person's next click on the page
      this.hopes.onChange();
    });
    // JsSIP looks at iceConnectionState only, which never says "failed" when a network is away for long.
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "failed" && !this.over) this.hopes.onBroken(this);
    });
  }

  private become(state: LegView["state"]): void {
    if (this.over || this.state === state) return;
    this.state = state;
    this.hopes.onChange();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.mine?.stop();
    if (this.heard) unhear(this.heard);
    this.hopes.onOver(this);
  }
}
