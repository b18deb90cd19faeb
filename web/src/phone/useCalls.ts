import { App } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../lib/http";
import { Problem } from "../lib/problem";
import { callsOf, useLive } from "../live/store";
import type { CallView, SupervisionMode } from "../live/types";
import { allowNotices } from "./alerts";
import { answerCall, declineCall, openMicrophone } from "./control";
import type { ConsultKey } from "./keys";
import { otherSide, part, type Side } from "./sides";

/** The call by which this leader takes part in an agent's talk, if he does. */
export function useSupervision(): CallView | undefined {
  const me = useLive((live) => live.me.agent);
  return useLive((live) => Object.values(live.calls).find((call) => call.supervises && call.agent === me?.id));
}

/** This agent's calls with people, not those with the exchange itself by a code; the first is the one his screen shows. */
export function useMyCalls(): CallView[] {
  const calls = useLive((live) => live.calls);
  const me = useLive((live) => live.me.agent);
  return useMemo(() => callsOf(calls, me).filter((call) => !call.to.startsWith("*") && !call.supervises), [calls, me]);
}

/** The call that rings for this agent, if any. */
export function useOffer(): CallView | undefined {
  const me = useLive((live) => live.me.agent);
  return useMyCalls().find((call) => part(call, me) === "offered");
}

/** Whom the agent talks to in a call; nobody without one. */
export function useOtherSide(call: CallView): Side;
export function useOtherSide(call: CallView | undefined): Side | null;
export function useOtherSide(call: CallView | undefined): Side | null {
  const me = useLive((live) => live.me.agent);
  const agents = useLive((live) => live.agents);
  return call ? otherSide(call, me, agents) : null;
}

export type DialTarget =
  | { to: string }
  | { customer: string; field: string | number }
  | { journey: string }
  | { voicemail: string }
  | { fax: string }
  | { follow_up: string };

/** Everything an agent does; a refusal is shown in plain words and the promise says whether it was done. */
export function useActions() {
  const { message } = App.useApp();
  const { t } = useTranslation("desk");
  return useMemo(() => {
    async function attempt(doing: () => Promise<unknown>): Promise<boolean> {
      try {
        await doing();
        return true;
      } catch (error) {
        if (error instanceof Problem) message.warning(error.message || t("no_network"));
        else if (error instanceof DOMException) message.error(t("phone.no_microphone_help"));
        else throw error;
        return false;
      }
    }
    const order = (call: string, what: string, body?: unknown) =>
      attempt(() => request("POST", `/calls/${call}/${what}`, body === undefined ? {} : { body }));
    return {
      attempt,
      dial: (target: DialTarget) =>
        attempt(async () => {
          await openMicrophone();
          const headers = { "Idempotency-Key": crypto.randomUUID() };
          await request("POST", "/calls", { body: target, headers });
        }),
      answer: (call: string) => attempt(() => answerCall(call)),
      decline: (call: string) => declineCall(call),
      hangUp: (call: string) => order(call, "hangup"),
      hold: (call: CallView) => order(call.id, call.state === "held" ? "resume" : "hold"),
      mute: (call: CallView) => order(call.id, call.muted ? "unmute" : "mute"),
      keys: (call: string, digits: string) => order(call, "keys", { digits }),
      /** Take part in an agent's talk: the first time this person's own phone is rung, which answers by itself. */
      supervise: (call: string, agent: string, mode: SupervisionMode) =>
        attempt(async () => {
          await openMicrophone();
          await request("POST", `/calls/${call}/${mode.replace("_", "-")}`, { body: { agent } });
        }),
      transfer: (call: string, to: string) => order(call, "transfer", { to }),
      survey: (call: string) => order(call, "survey"),
      consult: (call: string, to: string) => order(call, "consult", { to }),
      /** Swap, join, complete or cancel a consultation. */
      consulted: (call: string, what: ConsultKey) => order(call, what),
      signIn: () => {
        void allowNotices();
        void openMicrophone();
        return attempt(() => request("PUT", "/me/sign-in", { body: {} }));
      },
      signOut: () => attempt(() => request("DELETE", "/me/sign-in")),
      presence: (state: "ready" | "busy" | "away", reason?: string) =>
        attempt(() => request("PUT", "/me/presence", { body: { state, ...(reason ? { reason } : {}) } })),
    };
  }, [message, t]);
}

export type Actions = ReturnType<typeof useActions>;
