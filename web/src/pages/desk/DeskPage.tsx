import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";
import { useLive } from "../../live/store";
import { otherSide, part, type Side } from "../../phone/sides";
import { useMyCalls } from "../../phone/useCalls";
import type { CallRow } from "../calls/types";
import { CallPanel } from "./CallPanel";
import { CustomerColumn } from "./CustomerColumn";
import "./desk.css";
import { legOf, usePhone } from "../../phone/store";
import { OfferButtons } from "./CallButtons";
import { DialPad } from "./DialPad";
import { EarlierCalls } from "./EarlierCalls";
import { Colleagues, QueueGlance } from "./Glance";
import { PresencePanel } from "./PresencePanel";
import { WrapUp } from "./WrapUp";

type Person = Side & { customer: string | null };

/** Whom the agent spoke with in the call he now wraps up; asked from the server after a reload. */
function useEndedSide(): Person | null {
  const me = useLive((live) => live.me.agent);
  const ended = useLive((live) => live.ended);
  const wrapping = me?.state === "wrap_up";
  const { data } = useQuery({
    queryKey: ["journeys", "last", me?.id],
    queryFn: () => request<Page<CallRow>>("GET", "/journeys", { query: { agent: me?.id, limit: 1 } }),
    enabled: wrapping && ended === null,
  });
  if (!wrapping) return null;
  if (ended) return { ...otherSide(ended, me), customer: ended.customer?.id ?? null };
  const last = data?.items[0];
  if (!last) return null;
  const number = last.direction === "inbound" ? last.from : last.to;
  return { number, name: last.customer?.name ?? "", customer: last.customer?.id ?? null };
}

/** The agent's desk: himself on the left, the call in the middle, the customer on the right. */
export default function DeskPage() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const legs = usePhone((phone) => phone.legs);
  const [call, ...others] = useMyCalls();
  const endedSide = useEndedSide();

  const side: Person | null = call ? { ...otherSide(call, me), customer: call.customer?.id ?? null } : endedSide;
  return (
    <div className="desk">
      <aside className="desk-column" aria-label={t("presence.column")}>
        <PresencePanel />
        <QueueGlance />
        <Colleagues />
      </aside>
      <div className="desk-column desk-middle">
        {call ? (
          <CallPanel key={call.id} call={call} />
        ) : me?.state === "wrap_up" ? (
          <WrapUp me={me} side={endedSide} />
        ) : (
          <DialPad />
        )}
        {others.map((other) => (
          <section key={other.id} className="desk-panel desk-second" aria-label={t("call.second")}>
            <strong>{otherSide(other, me).name || otherSide(other, me).number}</strong>
            <span>{t(`call.state.${other.state}`)}</span>
            {part(other, me) === "offered" && <OfferButtons call={other} leg={legOf(legs, other.id)} />}
          </section>
        ))}
        <EarlierCalls number={side?.number ?? null} customer={side?.customer ?? null} agent={me?.id} />
      </div>
      <aside className="desk-column" aria-label={t("customer.column")}>
        <CustomerColumn number={side?.number ?? null} customer={side?.customer ?? null} />
      </aside>
    </div>
  );
}
