import { soundChoices } from "./choices";

export type MicrophoneState = "closed" | "asking" | "open" | "denied" | "missing";

type Listener = (state: MicrophoneState, track: MediaStreamTrack | null) => void;

/**
 * The microphone, opened once and kept open for the shift: calls are answered at once, the browser lets sound play,
 * and a hidden tab's timers stay awake.
 */
class Microphone {
  private stream: MediaStream | null = null;
  private opening: Promise<MediaStreamTrack> | null = null;
  private wanted = false;
  private readonly listeners = new Set<Listener>();
  state: MicrophoneState = "closed";

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      if (this.wanted && this.state === "missing") void this.open().catch(() => {}); // the state already says why
    });
  }

  get track(): MediaStreamTrack | null {
    return this.stream?.getAudioTracks()[0] ?? null;
  }

  follow(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The open track. Raises the browser's `DOMException` when there is no microphone or no leave to use it. */
  open(): Promise<MediaStreamTrack> {
    this.wanted = true;
    if (this.track?.readyState === "live") return Promise.resolve(this.track);
    this.opening ??= this.begin().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Open it again, after another one was chosen. */
  async reopen(): Promise<void> {
    const former = this.stream;
    this.stream = null;
    try {
      await this.open();
    } finally {
      for (const track of former?.getTracks() ?? []) track.stop();
    }
  }

  close(): void {
    this.wanted = false;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.tell("closed");
  }

  private async begin(): Promise<MediaStreamTrack> {
    this.tell("asking");
    const { microphone, processing } = soundChoices();
    const audio: MediaTrackConstraints = {
      echoCancellation: processing,
      noiseSuppression: processing,
      autoGainControl: processing,
      ...(microphone ? { deviceId: microphone } : {}),
    };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      this.tell(error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "missing");
      throw error;
    }
    const track = this.stream.getAudioTracks()[0];
    if (!track) throw new DOMException("no audio track", "NotFoundError");
    track.onended = () => {
      if (track !== this.track) return;
      this.stream = null;
      this.tell("missing");
      if (this.wanted) void this.open().catch(() => {}); // the headset was unplugged: another one may be there
    };
    this.tell("open");
    return track;
  }

  private tell(state: MicrophoneState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state, this.track);
  }
}

export const microphone = new Microphone();
