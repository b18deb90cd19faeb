import { create } from "zustand";
import { type Link, LiveClient } from "./client";
import { apply, concerns, type LiveState, NOTHING } from "./reduce";
import type { AgentView, CallView, LiveMessage } from "./types";

interface Live extends LiveState {
  link: Link;
}

/** Everything the live stream tells, for any page: `useLive((live) => live.queues)`. */
export const useLive = create<Live>()(() => ({ ...NOTHING, link: "connecting" as Link }));

type Listener = (message: LiveMessage) => void;
const listeners = new Set<Listener>();

/** Hear each message after it was applied, for what is done once and not shown; returns how to stop hearing. */
export function onLiveMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function stillSignedIn(): Promise<boolean> {
  try {
    return (await fetch("/api/v1/me")).status !== 401;
  } catch {
    return true; // no network: nobody said that the session is over
  }
}

function liveUrl(after: number | null): string {
  const { protocol, host } = window.location;
  const query = after === null ? "" : `?after=${after}`;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/api/v1/live${query}`;
}

let client: LiveClient | null = null;
let users = 0;

/**
 * Keep the live stream running while somebody uses it; returns how to let go.
 * `onSignedOut` is called when the server wants a new sign-in.
 */
export function followLive(onSignedOut: () => void): () => void {
  users += 1;
  if (!client) {
    const own = new LiveClient({
      after: () => useLive.getState().seq,
      url: liveUrl,
      onMessage: (message) => {
        useLive.setState((state) => apply(state, message));
        for (const listener of listeners) listener(message);
      },
      onLink: (link) => {
        if (useLive.getState().link !== link) useLive.setState({ link });
      },
      onSignedOut,
      stillSignedIn,
    });
    client = own;
    window.addEventListener("online", renewLive);
    own.start();
  }
  return () => {
    users -= 1;
    if (users > 0) return;
    window.removeEventListener("online", renewLive);
    client?.stop();
    client = null;
    useLive.setState({ ...NOTHING, link: "connecting" });
  };
}

/** Connect anew at once, for who knows that the network was away. */
export function renewLive(): void {
  client?.renew();
}

/** The calls in which the agent takes part or is asked to, the one he talks in first, then the oldest. */
export function callsOf(calls: LiveState["calls"], agent: AgentView | null): CallView[] {
  const rank = (call: CallView) => (agent && call.agent === agent.id ? 0 : 1);
  return Object.values(calls)
    .filter((call) => concerns(call, agent))
    .sort((a, b) => rank(a) - rank(b) || a.started_at.localeCompare(b.started_at));
}
