import { ArrowLeftOutlined, CheckOutlined, SwapOutlined, TeamOutlined } from "@ant-design/icons";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { CallView, Consult } from "../../live/types";
import { callKey, pressOf } from "../../phone/keys";
import { useActions } from "../../phone/useCalls";
import { ControlButton } from "./ControlButton";

/** Whom the agent asks while his customer waits, and what becomes of the two. */
export function ConsultPanel({ call, consult }: { call: CallView; consult: Consult }) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  const there = consult.state !== "ringing";
  const swaps = there && !consult.by_phone;

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const key = callKey(pressOf(event), "consulting");
      if (!key || event.repeat) return;
      event.preventDefault();
      if (key === "mute") void actions.mute(call);
      else if (key === "complete" || key === "cancel") void actions.consulted(call.id, key);
      else if (swaps && (key === "swap" || key === "join")) void actions.consulted(call.id, key);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [call, swaps, actions]);

  return (
    <section className="desk-panel" aria-label={t("consult.title")}>
      <p className="desk-consulted" role="status">
        <strong>{consult.name || consult.number}</strong>
        {consult.name && <span className="desk-quiet">{consult.number}</span>}
        <span>{t(`consult.state.${consult.state}`)}</span>
      </p>
      <div className="desk-call-buttons desk-consult-buttons">
        {!consult.by_phone && (
          <>
            <ControlButton
              name={consult.state === "waiting" ? t("consult.to_colleague") : t("consult.to_customer")}
              hint="S"
              icon={<SwapOutlined />}
              disabled={!there}
              onClick={() => void actions.consulted(call.id, "swap")}
            />
            <ControlButton
              name={t("consult.join")}
              hint="J"
              icon={<TeamOutlined />}
              disabled={!there}
              onClick={() => void actions.consulted(call.id, "join")}
            />
          </>
        )}
        <ControlButton
          name={t("consult.complete")}
          hint="C"
          look="answer"
          icon={<CheckOutlined />}
          onClick={() => void actions.consulted(call.id, "complete")}
        />
        <ControlButton
          name={t("consult.cancel")}
          hint="B"
          icon={<ArrowLeftOutlined />}
          onClick={() => void actions.consulted(call.id, "cancel")}
        />
      </div>
    </section>
  );
}
