import { PhoneFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useLive } from "../live/store";
import { leads, part } from "./sides";
import { legOf, usePhone } from "./store";
import { Since } from "./Timer";
import { useActions, useMyCalls, useOtherSide } from "./useCalls";

/** The current call in the top bar of every other page: who, how long, answer and hang up. */
export function CallMini() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const legs = usePhone((phone) => phone.legs);
  const [call] = useMyCalls();
  const actions = useActions();
  const navigate = useNavigate();
  const side = useOtherSide(call);
  if (!call || !side) return null;
  const offered = part(call, me) === "offered";
  const leg = legOf(legs, call.id);
  const mayHold = leads(call, me) && !call.internal && ["talking", "held"].includes(call.state);
  return (
    <section className="call-mini" aria-label={t("call.current")} data-call-controls>
      <Link to="/desk" className="call-mini-who">
        <PhoneFilled aria-hidden />
        <strong>{side.name || side.number}</strong>
        <span>{t(`call.state.${call.state}`)}</span>
        <Since at={call.answered_at ?? call.since} />
      </Link>
      {offered && leg && (
        <Button
          type="primary"
          size="small"
          aria-label={t("call.answer")}
          onClick={() => {
            void actions.answer(call.id);
            navigate("/desk");
          }}
        >
          {t("call.answer")}
        </Button>
      )}
      {offered && leg && (
        <Button danger size="small" aria-label={t("call.decline")} onClick={() => actions.decline(call.id)}>
          {t("call.decline")}
        </Button>
      )}
      {mayHold && (
        <Button
          size="small"
          aria-label={t(call.state === "held" ? "call.resume" : "call.hold")}
          onClick={() => void actions.hold(call)}
        >
          {t(call.state === "held" ? "call.resume" : "call.hold")}
        </Button>
      )}
      {mayHold && (
        <Button
          size="small"
          aria-label={t(call.muted ? "call.unmute" : "call.mute")}
          onClick={() => void actions.mute(call)}
        >
          {t(call.muted ? "call.unmute" : "call.mute")}
        </Button>
      )}
      {!offered && (
        <Button danger size="small" aria-label={t("call.hang_up")} onClick={() => actions.hangUp(call.id)}>
          {t("call.hang_up")}
        </Button>
      )}
    </section>
  );
}
