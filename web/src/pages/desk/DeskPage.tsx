import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { i18n } from "../../i18n";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";
import { useInTab } from "../../lib/typed";
import { useLive } from "../../live/store";
import type { CallView } from "../../live/types";
import { otherSide, part, type Side } from "../../phone/sides";
import { useMyCalls, useOtherSide } from "../../phone/useCalls";
import type { Framed } from "../../pop/OutsideFrame";
import { Waiting } from "../../shell/Waiting";
import type { CallRow } from "../calls/types";
import { CallPanel } from "./CallPanel";
import { CustomerColumn } from "./CustomerColumn";
import "./desk.css";
import { legOf, usePhone } from "../../phone/store";
import { OfferButtons } from "./CallButtons";
import { DialPad } from "./DialPad";
import { Earlier } from "./EarlierCalls";
import { Colleagues, QueueGlance } from "./Glance";
import { PresencePanel } from "./PresencePanel";
import { WrapUp } from "./WrapUp";

type Person = Side & { journey: string; customer: string | null; colleague: boolean };

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
  if (ended)
    return {
      ...otherSide(ended, me),
      journey: ended.id,
      customer: ended.customer?.id ?? null,
      colleague: ended.direction === "internal",
    };
  const last = data?.items[0];
  if (!last) return null;
  const number = last.direction === "inbound" ? last.from : last.to;
  return {
    number,
    journey: last.id,
    name: last.customer?.name ?? "",
    customer: last.customer?.id ?? null,
    colleague: last.direction === "internal",
  };
}

const NOTHING = {};
const OutsideFrame = lazy(async () => {
  const [loaded] = await Promise.all([import("../../pop/OutsideFrame"), i18n.loadNamespaces("admin")]);
  return loaded;
});

/** A call beside the one on the screen. */
function SecondCall({ call }: { call: CallView }) {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const leg = usePhone((phone) => legOf(phone.legs, call.id));
  const { name, number } = useOtherSide(call);
  return (
    <section className="desk-panel desk-second" aria-label={t("call.second")}>
      <strong>{name || number}</strong>
      <span>{t(`call.state.${call.state}`)}</span>
      {part(call, me) === "offered" && <OfferButtons call={call} leg={leg} />}
    </section>
  );
}

/** The agent's desk: himself on the left, the call in the middle, the customer on the right. */
export default function DeskPage() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const begun = useLive((live) => live.seq !== null); // before, nothing is known, not even that there is nothing
  const [call, ...others] = useMyCalls();
  const endedSide = useEndedSide();
  const [framed, frame] = useInTab<Framed>("framed");

  const other = useOtherSide(call);
  const side: Person | null =
    call && other
      ? { ...other, journey: call.id, customer: call.customer?.id ?? null, colleague: call.direction === "internal" }
      : endedSide;
  const guest = side?.colleague ? null : side;
  return (
    <div className="desk">
      <aside className="desk-column" aria-label={t("presence.column")}>
        {begun ? (
          <>
            <PresencePanel />
            <QueueGlance />
            <Colleagues />
          </>
        ) : (
          <Waiting />
        )}
      </aside>
      <div className="desk-column desk-middle">
        {call ? (
          <CallPanel key={call.id} call={call} />
        ) : me?.state === "wrap_up" ? (
          <WrapUp me={me} side={endedSide} />
        ) : (
          <DialPad />
        )}
        {(call?.pop || framed) && (
          <Suspense>
            <OutsideFrame call={call} framed={framed} onFrame={frame} />
          </Suspense>
        )}
        {others.map((second) => (
          <SecondCall key={second.id} call={second} />
        ))}
        <Earlier
          number={side?.number ?? null}
          customer={side?.customer ?? null}
          journey={side?.journey ?? null}
          agent={me?.id}
        />
      </div>
      <aside className="desk-column" aria-label={t("customer.column")}>
        <CustomerColumn
          number={guest?.number ?? null}
          name={guest?.name ?? ""}
          customer={guest?.customer ?? null}
          journey={guest?.journey ?? null}
          values={call?.values ?? NOTHING}
        />
      </aside>
    </div>
  );
}
