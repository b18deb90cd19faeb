import { Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../../live/types";
import { callKey, pressOf } from "../../phone/keys";
import type { Side } from "../../phone/sides";
import { Since, Until } from "../../phone/Timer";
import { useActions } from "../../phone/useCalls";
import { StateTag, useStateColor } from "../../ui/states";
import { KeyOn } from "./ControlButton";

/** After the call: the caller stays on the screen until the agent is done or the time is up. */
export function WrapUp({ me, side }: { me: AgentView; side: Side | null }) {
  const { t } = useTranslation("desk");
  const actions = useActions();
  const color = useStateColor("wrap_up");
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (callKey(pressOf(event), "wrap_up") !== "done") return;
      event.preventDefault();
      void actions.presence("ready");
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [actions]);
  return (
    <section className="desk-call" style={{ borderTopColor: color }} aria-label={t("wrap_up.title")}>
      <div className="desk-call-state">
        <StateTag state="wrap_up" />
        <span className="desk-timer">{me.until ? <Until at={me.until} /> : <Since at={me.since} />}</span>
      </div>
      {side && <h1>{side.name || side.number}</h1>}
      {side?.name && <p className="desk-number">{side.number}</p>}
      <p className="desk-quiet">{t("wrap_up.hint")}</p>
      <div className="desk-call-buttons">
        <Button
          type="primary"
          size="large"
          aria-label={t("wrap_up.done")}
          aria-keyshortcuts="D"
          onClick={() => void actions.presence("ready")}
        >
          {t("wrap_up.done")} <KeyOn name="D" />
        </Button>
      </div>
    </section>
  );
}
