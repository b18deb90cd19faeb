import { onLiveMessage, useLive } from "../live/store";
import type { CallEnd, CallView } from "../live/types";
import { holdPhone, type PhoneLock } from "./lock";
import { microphone } from "./microphone";
import type { Account, Line } from "./phone";
import { leads } from "./sides";
import { usePhone } from "./store";

/** The number of the echo service. */
export const ECHO = "*43";

const AGAIN_MS = 5_000;

/** The browser phone of this tab: the lock, the line while the lock is held, and what the live stream commands. */

let lock: PhoneLock | null = null;
let line: Line | null = null;

async function account(): Promise<Account> {
  const answer = await fetch("/api/v1/me/phone");
  if (!answer.ok) throw new Error(`no phone account: ${answer.status}`);
  return (await answer.json()) as Account;
}

/** The agent's own microphone, which is not that of others in the talk. */
function mutedHere(call: CallView): boolean {
  return call.muted && leads(call, useLive.getState().me.agent);
}

function mutedAtServer(call: string): boolean {
  const view = useLive.getState().calls[call];
  return view ? mutedHere(view) : false;
}

function atWork(): boolean {
  return (useLive.getState().me.agent?.state ?? "offline") !== "offline";
}

function hasPhone(): boolean {
  return line !== null && usePhone.getState().status !== "other_place";
}

/** Let the microphone go when nobody needs it: the agent is signed out and in no call. */
export function restMicrophone(): void {
  if (!atWork() && usePhone.getState().legs.length === 0) microphone.close();
}

/** Open the microphone for the shift; what comes of it shows in `usePhone().microphone`. */
export async function openMicrophone(): Promise<void> {
  try {
    await microphone.open();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a refusal by the browser is shown, not raised
  }
}

/** SIP is most of the desk's weight: it comes while the desk is drawn already. */
async function openLine(onSignedOut: () => void, take: boolean, wanted: () => boolean): Promise<void> {
  let made: typeof import("./phone") | null = null;
  while (wanted() && !made) {
    try {
      made = await import("./phone");
    } catch {
      // The server is away at this moment; the same question again, until the line is let go.
      usePhone.setState({ status: "reconnecting" });
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
  if (!made || line || !wanted()) return;
  line = new made.Line({
    account,
    muted: mutedAtServer,
    take,
    onElsewhere: () => microphone.close(),
    onRefused: () => {
      void fetch("/api/v1/me").then(
        (answer) => answer.status === 401 && onSignedOut(),
        () => {}, // no network: nobody said that the session is over
      );
    },
  });
  if (atWork()) void openMicrophone();
}

function ask(onSignedOut: () => void, take: boolean): void {
  let held = false;
  const mine = holdPhone(
    {
      onHeld: () => {
        held = true;
        void openLine(onSignedOut, take, () => held && lock === mine);
      },
      onElsewhere: () => {
        held = false;
        line?.close();
        line = null;
        microphone.close();
        usePhone.setState({ status: "other_tab", legs: [] });
      },
    },
    take,
  );
  lock = mine;
}

/** Be this person's phone while the page lives; returns how to stop. */
export function startPhone(onSignedOut: () => void): () => void {
  if (!window.isSecureContext || !navigator.mediaDevices) {
    usePhone.setState({ status: "insecure" });
    return () => usePhone.setState({ status: "off" });
  }
  usePhone.setState({ status: "starting" });
  const unfollow = [
    // Open for the whole shift, wherever it was begun or ended: here, by a script, by the leader.
    useLive.subscribe((live, before) => {
      const [now, then] = [live.me.agent?.state ?? "offline", before.me.agent?.state ?? "offline"];
      if (now === "offline" && then !== "offline") restMicrophone();
      if (now !== "offline" && then === "offline" && hasPhone()) void openMicrophone();
    }),
    microphone.follow((state) => usePhone.setState({ microphone: state })),
    onLiveMessage((message) => {
      if (message.type === "call.changed") line?.legFor(message.data.id)?.mute(mutedHere(message.data));
      if (message.type === "call.ended") callEnded(message.data);
      if (message.type === "snapshot") {
        for (const call of message.data.calls) line?.legFor(call.id)?.mute(mutedHere(call));
      }
    }),
  ];
  restart = (take) => {
    letGo();
    ask(onSignedOut, take);
  };
  restart(false);
  return () => {
    for (const stop of unfollow) stop();
    letGo();
    microphone.close();
    restart = () => {};
    usePhone.setState({ status: "off", legs: [] });
  };
}

function callEnded({ id, ended_by, into }: CallEnd): void {
  if (into) line?.legFor(id)?.goOn(into, mutedAtServer(into));
  else line?.callOver(id, ended_by === "elsewhere");
}

let restart: (take: boolean) => void = () => {};

function letGo(): void {
  lock?.release();
  lock = null;
  line?.close();
  line = null;
}

/** Use the phone in this tab, although another one, or another browser, has it. */
export function takePhone(): void {
  restart(true);
}

/** Answer the call that rings here; raises the browser's `DOMException` when there is no microphone. */
export async function answerCall(call: string): Promise<void> {
  await line?.legFor(call)?.answer();
}

export function declineCall(call: string): void {
  line?.legFor(call)?.decline();
}

/** The echo service, for the device check; end it with `end()` of what is returned. */
export async function callEcho(): Promise<{ key: string; end: () => void; sound: () => MediaStream | null }> {
  if (!line) throw new Error("the phone has no line yet");
  const leg = await line.dial(ECHO);
  return { key: leg.session.id, end: () => leg.end(), sound: () => leg.sound };
}
