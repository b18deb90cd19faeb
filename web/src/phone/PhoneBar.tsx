import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { BOXES } from "../lib/voicemail";
import { followLive, onLiveMessage, useLive } from "../live/store";
import { useDrawers } from "../ui/drawers";
import { CallMini } from "./CallMini";
import { startPhone } from "./control";
import { PhoneStatus } from "./PhoneStatus";
import { PresencePicker } from "./PresencePicker";
import "./phone.css";
import { useMyCalls, useSupervision } from "./useCalls";
import { useRinging } from "./useRinging";

// Only leaders who are in somebody's talk see it.
const SupervisionBar = lazy(() => import("./SupervisionBar"));
const OutsidePop = lazy(() => import("./OutsidePop"));

/** A call's end is told at once; its journey is written a moment later, and no event says when. */
const STORED_MS = 1_500;

/** The server wants a new sign-in: a whole new page, so that nothing of the former person stays. */
function toSignIn(): void {
  window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname)}`);
}

/**
 * The agent's part of the top bar: state, phone, current call. It also keeps the live stream and the browser phone
 * running, so it stays mounted on every page of a signed-in person.
 */
export default function PhoneBar() {
  const { t } = useTranslation("desk");
  const queries = useQueryClient();
  const hasPhone = useLive((live) => live.me.device !== null);
  const isAgent = useLive((live) => live.me.agent !== null);
  const popping = useMyCalls().find((call) => call.pop);
  const supervises = useSupervision() !== undefined;
  const atDesk = useLocation().pathname === "/desk";
  const covered = useDrawers(({ open }) => open > 0);

  useEffect(() => followLive(toSignIn), []);
  useEffect(() => {
    const again = (...kept: QueryKey[]) => {
      for (const queryKey of kept) void queries.invalidateQueries({ queryKey });
    };
    return onLiveMessage((message) => {
      if (message.type === "config.changed") again([message.data.kind]);
      if (message.type === "message.changed") again(["messages"], ["timeline"]);
      if (message.type === "voicemail.changed") again(BOXES, ["voicemails"], ["timeline"]);
      if (message.type === "call.ended") setTimeout(() => again(["journeys"], ["timeline"]), STORED_MS);
    });
  }, [queries]);
  useEffect(() => (hasPhone ? startPhone(toSignIn) : undefined), [hasPhone]);
  useRinging();

  if (!hasPhone && !isAgent) return null;
  return (
    <section className="phone-bar" aria-label={t("phone.bar")}>
      <Suspense>{supervises && <SupervisionBar />}</Suspense>
      {(!atDesk || covered) && <CallMini />}
      <Suspense>{popping && <OutsidePop key={popping.id} call={popping} />}</Suspense>
      <PhoneStatus />
      {!atDesk && <PresencePicker />}
    </section>
  );
}
