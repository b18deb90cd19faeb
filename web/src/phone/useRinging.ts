import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { whenceText } from "../lib/numbers";
import { startAlert, stopAlert } from "./alerts";
import { callKey, pressOf } from "./keys";
import { startRing, stopRing } from "./ringer";
import { type LegView, legOf, usePhone } from "./store";
import { useActions, useOffer, useOtherSide } from "./useCalls";

function isRinging(leg: LegView | undefined): leg is LegView {
  return leg?.state === "ringing" && !leg.auto;
}

/** Rings, blinks, notifies and answers by Space or Enter, on whatever page the agent is. */
export function useRinging(): void {
  const { t, i18n } = useTranslation("desk");
  const offer = useOffer();
  const legs = usePhone((phone) => phone.legs);
  const navigate = useNavigate();
  const actions = useActions();
  const ringing = legs.some(isRinging);
  const call = offer && isRinging(legOf(legs, offer.id)) ? offer.id : undefined;
  const side = useOtherSide(offer);
  const who = side ? [side.name, side.number].filter(Boolean).join(" ") : "";
  const line = [offer?.queue?.name, offer?.did].filter(Boolean).join(" · ");
  const whence = whenceText(offer?.whence, i18n.language);
  const earlier = offer?.earlier_calls ? t("alert.earlier", { calls: offer.earlier_calls }) : "";

  useEffect(() => {
    if (!ringing) return;
    startRing().catch((error: unknown) => console.warn("the ring cannot be heard", error));
    return stopRing;
  }, [ringing]);

  useEffect(() => {
    if (!call) return;
    const text = [whence, earlier, line].filter(Boolean).join(" · ");
    startAlert(t("alert.title", { who }), t("alert.text", { line: text }), () => navigate("/desk"));
    return stopAlert;
  }, [call, who, whence, line, earlier, t, navigate]);

  useEffect(() => {
    if (!call) return;
    let handled = false;
    const down = (event: KeyboardEvent) => {
      // A focused button of the call itself (decline) keeps its own Enter.
      const own = event.target instanceof HTMLElement && event.target.closest("[data-call-controls] button");
      if (own || callKey(pressOf(event), "ringing") !== "answer") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat || handled) return;
      handled = true;
      // Letting the key go must not press a button that happens to have the focus.
      window.addEventListener("keyup", (release) => release.preventDefault(), { capture: true, once: true });
      void actions.answer(call);
      navigate("/desk");
    };
    window.addEventListener("keydown", down, true);
    return () => window.removeEventListener("keydown", down, true);
  }, [call, actions, navigate]);
}
