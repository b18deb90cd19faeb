import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { whenceText } from "../../lib/numbers";
import { useLive } from "../../live/store";
import type { AgentState, CallView } from "../../live/types";
import { callKey, pressOf } from "../../phone/keys";
import { leads, part } from "../../phone/sides";
import { legOf, usePhone } from "../../phone/store";
import { Since } from "../../phone/Timer";
import { useActions, useOtherSide } from "../../phone/useCalls";
import { StateTag, useStateColor } from "../../ui/states";
import { CallButtons, GuestButtons, isConnected, OfferButtons } from "./CallButtons";
import { ConsultPanel } from "./ConsultPanel";
import { Keypad } from "./Keypad";
import { Transfer } from "./Transfer";

export type Panel = "keypad" | "transfer" | null;

/** A call is coloured as its agent is: ringing until two people talk. */
function lookOf(call: CallView): AgentState {
  return ["talking", "held", "consulting"].includes(call.state) ? "talking" : "ringing";
}

/** Who it is and how the call came here: the large part of the desk. */
function CallHead({ call }: { call: CallView }) {
  const { t, i18n } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const { name, number } = useOtherSide(call);
  const whence = whenceText(call.whence, i18n.language);
  const look = lookOf(call);
  const asked = call.guests.filter(({ leader }) => !leader).map((guest) => guest.name || guest.number);
  return (
    <header className="desk-call-head">
      <div className="desk-call-state">
        <StateTag state={look} text={t(`call.state.${call.state}`)} />
        <span>{t(call.origin === "callback" ? "call.callback" : `call.direction.${call.direction}`)}</span>
        {asked.length > 0 && <span>{t("call.with", { names: new Intl.ListFormat(i18n.language).format(asked) })}</span>}
        {call.muted && <span className="phone-tone phone-error">{t("call.muted")}</span>}
        {call.guests
          .filter((guest) => guest.leader && guest.agent !== me?.id)
          .map((guest) => (
            <span key={guest.agent} className="phone-tone phone-warning" role="status">
              {t("call.leader_joined", { name: guest.name })}
            </span>
          ))}
        {call.recording && <span className="phone-tone phone-error">● {t("call.recording")}</span>}
        <span className="desk-timer">
          <Since at={call.answered_at ?? call.since} />
        </span>
      </div>
      <h1>{name || number || t("call.unknown")}</h1>
      {(name || whence) && (
        <p className="desk-number">
          {name && number} {whence && <span className="desk-quiet">{whence}</span>}
        </p>
      )}
      <dl className="desk-path">
        {call.did && (
          <div>
            <dt>{t("call.line")}</dt>
            <dd>{call.did}</dd>
          </div>
        )}
        {call.ivr_path.length > 0 && (
          <div>
            <dt>{t("call.chose")}</dt>
            <dd>{call.ivr_path.join(" › ")}</dd>
          </div>
        )}
        {call.queue && (
          <div>
            <dt>{t("call.queue")}</dt>
            <dd>{call.queue.name}</dd>
          </div>
        )}
        {call.earlier_calls !== null && (
          <div>
            <dt>{t("call.earlier")}</dt>
            <dd>{call.earlier_calls}</dd>
          </div>
        )}
        {Object.entries(call.values).map(([name, value]) => (
          <div key={name} className="desk-value">
            <dt>{name}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

/** To a colleague: who asks him, with a customer waiting, or in whose talk he is. */
function AskedBy({ call, agent }: { call: CallView; agent: string }) {
  const { t } = useTranslation("desk");
  const name = useLive((live) => live.agents[agent]?.name) ?? "";
  return <p className="desk-consulted">{t(call.consult ? "consult.asked_by" : "consult.joined_by", { name })}</p>;
}

/** The call on the screen: its facts, what can be done, and the keys that do it. */
export function CallPanel({ call }: { call: CallView }) {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const leg = usePhone((phone) => legOf(phone.legs, call.id));
  const actions = useActions();
  const [panel, setPanel] = useState<Panel>(null);
  const offered = part(call, me) === "offered";
  const guest = !offered && !leads(call, me);
  const consult = call.consult?.state === "failed" ? null : call.consult;
  const color = useStateColor(lookOf(call));

  useEffect(() => {
    if (offered || (consult && !guest)) return; // the consultation has keys of its own
    const pressed = (event: KeyboardEvent) => {
      const key = callKey(pressOf(event), "talking");
      if (!key || event.repeat) return;
      if (guest && key !== "hangup") return;
      if (call.internal && ["hold", "mute", "transfer"].includes(key)) return;
      if (!isConnected(call) && key !== "hangup") return;
      event.preventDefault();
      if (key === "hold") void actions.hold(call);
      if (key === "mute") void actions.mute(call);
      if (key === "hangup") void actions.hangUp(call.id);
      if (key === "keypad" || key === "transfer") setPanel((open) => (open === key ? null : key));
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [call, offered, guest, consult, actions]);

  return (
    <section className="desk-call" style={{ borderTopColor: color }} aria-label={t("call.current")}>
      <CallHead call={call} />
      {(guest || offered) && call.agent && call.agent !== me?.id && <AskedBy call={call} agent={call.agent} />}
      {!guest && call.consult?.state === "failed" && (
        <p className="desk-consulted phone-error" role="status">
          {t("consult.failed", { who: call.consult.name || call.consult.number })}
        </p>
      )}
      {!offered && !guest && consult && <ConsultPanel call={call} consult={consult} />}
      <div className="desk-call-buttons" data-call-controls hidden={!guest && !offered && consult !== null}>
        {offered ? (
          <OfferButtons call={call} leg={leg} />
        ) : guest ? (
          <GuestButtons call={call} />
        ) : (
          <CallButtons call={call} panel={panel} onPanel={(wanted) => setPanel(panel === wanted ? null : wanted)} />
        )}
      </div>
      {!offered && !consult && panel === "keypad" && <Keypad call={call.id} onClose={() => setPanel(null)} />}
      {!offered && !consult && panel === "transfer" && !call.internal && (
        <Transfer call={call.id} onClose={() => setPanel(null)} />
      )}
    </section>
  );
}
