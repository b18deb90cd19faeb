import { UA } from "jssip";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import { SIGN_IN_AGAIN } from "../live/client";
import { renewLive } from "../live/store";
import { Leg, type LegFacts, PEER } from "./leg";
import { microphone } from "./microphone";
import { LineSocket } from "./socket";
import { type PhoneStatus, usePhone } from "./store";

export interface Account {
  device: string;
  secret: string;
  display_name: string;
}

export interface LineHopes {
  account: () => Promise<Account>;
  /** Refused handshakes look like a lost network: ask whether the session still stands. */
  onRefused: () => void;
  /** Whether the agent's microphone is muted in this call, as the server says. */
  muted: (call: string) => boolean;
  /** Take the phone from another browser that holds it. */
  take: boolean;
  /** Another browser holds the phone; this one asks again until it is free. */
  onElsewhere: () => void;
}

const AGAIN_MS = 5_000;
/** After the first refusal; each further one doubles it up to AGAIN_MS. An engine that starts knows its phones last. */
const SOON_MS = 1_000;
const NOT_YOUR_DEVICE = 4403;
const IN_USE_ELSEWHERE = 4409;
const REFUSALS_BEFORE_ASKING = 3;

function lineUrl(): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/sip?browser=${thisBrowser()}`;
}

const BROWSER = "callroom.browser";

/** This browser's name for itself: its tabs are one to the server, and agree among themselves which one speaks. */
function thisBrowser(): string {
  const known = window.localStorage.getItem(BROWSER);
  if (known) return known;
  const made = crypto.randomUUID();
  window.localStorage.setItem(BROWSER, made);
  return made;
}

function factsOf({ request }: IncomingRTCSessionEvent): LegFacts {
  return {
    call: request.getHeader("X-Callroom-Call") || null,
    auto: request.getHeader("X-Callroom-Auto") === "1",
    number: request.from.uri.user ?? "",
    name: request.from.display_name ?? "",
  };
}

/** The line of one tab: registered at the server, with the sessions it carries. */
export class Line {
  private ua: UA | null = null;
  private socket: LineSocket | null = null;
  private legs: Leg[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refusals = 0; // of the socket, one after the other
  private refused = 0; // registrations, one after the other
  private closed = false;
  private take: boolean;
  private readonly unfollow: () => void;

  constructor(private readonly hopes: LineHopes) {
    this.unfollow = microphone.follow((state, track) => {
      if (state === "open" && track) for (const leg of this.legs) void leg.speakThrough(track);
    });
    this.take = hopes.take;
    void this.begin();
  }

  /** Let go of the line without a word: calls stay at the server, which rings whoever registers next. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.unfollow();
    for (const leg of [...this.legs]) leg.drop();
    this.teardown();
  }

  legFor(call: string): Leg | undefined {
    return this.legs.find((leg) => leg.facts.call === call);
  }

  /** The call is over; `elsewhere`: for this agent alone, so that a leg in which he talks is left to the server. */
  callOver(call: string, elsewhere: boolean): void {
    const leg = this.legFor(call);
    if (leg && !(elsewhere && leg.established)) leg.end();
  }

  /** Call a number of the exchange directly, outside the desk's calls: the echo service. */
  async dial(number: string): Promise<Leg> {
    const { ua } = this;
    if (!ua) throw new Error("the phone has no line yet");
    const track = (await microphone.open()).clone();
    const session = ua.call(`sip:${number}@callroom`, { mediaStream: new MediaStream([track]), pcConfig: PEER });
    const made = this.add(session, { call: null, auto: true, number, name: "" });
    session.on("ended", () => track.stop());
    session.on("failed", () => track.stop());
    return made;
  }

  private async begin(): Promise<void> {
    if (usePhone.getState().status !== "other_place") this.tell("starting");
    let account: Account;
    try {
      account = await this.hopes.account();
    } catch {
      // The server is away or gives no account at this moment; the same question again, until the line is let go.
      if (!this.closed) this.later("reconnecting");
      return;
    }
    if (this.closed) return;
    this.socket = new LineSocket(lineUrl(), { onAttempt: (opened) => this.attempted(opened), take: this.take });
    this.take = false;
    const ua = new UA({
      sockets: this.socket,
      uri: `sip:${account.device}@callroom`,
      password: account.secret,
      display_name: account.display_name,
      register_expires: 300,
      session_timers: false,
      no_answer_timeout: 600, // how long it rings is the server's decision
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
      user_agent: "Callroom",
    });
    this.ua = ua;
    ua.on("registered", () => {
      this.refused = 0;
      this.tell("registered");
      // Asterisk sends a call's next request where the last one came from: show it the new connection.
      for (const leg of this.legs) if (leg.established) refreshRoad(leg);
    });
    ua.on("disconnected", ({ code }) => {
      if (code === IN_USE_ELSEWHERE) {
        this.elsewhere();
        return;
      }
      this.tell("reconnecting");
      if (code === SIGN_IN_AGAIN) this.hopes.onRefused();
      if (code === NOT_YOUR_DEVICE) this.later("refused"); // the account changed: ask for it anew
      for (const leg of [...this.legs]) if (!leg.established) leg.drop(); // it will ring anew
    });
    ua.on("registrationFailed", () => {
      if (this.closed || !ua.isConnected()) return;
      this.later("refused", Math.min(AGAIN_MS, SOON_MS * 2 ** this.refused));
      this.refused += 1;
    });
    ua.on("newRTCSession", (event: RTCSessionEvent) => {
      if ("ruri" in event.request && event.session.direction === "incoming") {
        this.ringing(event as IncomingRTCSessionEvent);
      }
    });
    ua.start();
  }

  private elsewhere(): void {
    this.socket?.retire(); // JsSIP would connect again at once
    for (const leg of [...this.legs]) leg.drop(); // the server rings the other browser for its calls
    this.hopes.onElsewhere();
    this.later("other_place");
  }

  private ringing(event: IncomingRTCSessionEvent): void {
    const facts = factsOf(event);
    if (facts.call) this.legFor(facts.call)?.drop();
    const leg = this.add(event.session, facts);
    if (!facts.auto) return;
    leg.answer().catch(() => {
      // No microphone: the call rings on, and the bar says what is missing.
    });
  }

  private add(session: Leg["session"], facts: LegFacts): Leg {
    const leg = new Leg(session, facts, {
      onChange: () => this.show(),
      onOver: (over) => {
        this.legs = this.legs.filter((one) => one !== over);
        this.show();
      },
      onBroken: (broken) => {
        broken.drop();
        this.socket?.renew();
        renewLive();
      },
    });
    if (facts.call) leg.mute(this.hopes.muted(facts.call));
    this.legs = [...this.legs, leg];
    this.show();
    return leg;
  }

  private attempted(opened: boolean): void {
    if (opened) {
      if (this.refusals > 0) renewLive(); // the network was away: the live stream may not have noticed
      this.refusals = 0;
      return;
    }
    this.refusals += 1;
    if (this.refusals % REFUSALS_BEFORE_ASKING === 0) this.hopes.onRefused();
  }

  private later(status: PhoneStatus, after = AGAIN_MS): void {
    this.tell(status);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.teardown();
      void this.begin();
    }, after);
  }

  private teardown(): void {
    this.socket?.retire(); // first: so that stopping says nothing on the wire
    this.ua?.stop();
    this.ua?.removeAllListeners();
    this.ua = null;
    this.socket = null;
  }

  private show(): void {
    usePhone.setState({ legs: this.legs.map((leg) => leg.view) });
  }

  private tell(status: PhoneStatus): void {
    if (!this.closed) usePhone.setState({ status });
  }
}

function refreshRoad(leg: Leg): void {
  const inside = leg.session as unknown as { sendRequest: (method: string, options: object) => void };
  inside.sendRequest("UPDATE", { extraHeaders: [`Contact: ${leg.session.contact}`] });
}
