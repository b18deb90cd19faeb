import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { i18n } from "../../i18n";
import { request } from "../../lib/http";
import { shownNumber } from "../../lib/numbers";
import type { Page } from "../../lib/resource";
import { isHidden } from "../../phone/sides";
import { clockText, dateTimeText } from "../../phone/time";
import type { CallRow } from "../calls/types";
import { DirectionWord, OutcomeWord } from "../calls/words";

const Timeline = lazy(async () => {
  const [loaded] = await Promise.all([import("../../pop/Timeline"), i18n.loadNamespaces("admin")]);
  return loaded;
});

interface Props {
  /** Of the call on the screen; null between calls. */
  number: string | null;
  customer: string | null;
  journey: string | null;
  agent: string | undefined;
}

function otherParty(row: CallRow): string {
  return row.customer?.name || shownNumber(row.direction === "inbound" ? row.from : row.to);
}

/** What the list is asked by: the number, or the call with him when it is hidden; between calls the agent. */
function subject({ number, journey, agent }: Props): Record<string, string> | null {
  if (number === null) return agent ? { agent } : null;
  if (!isHidden(number)) return { number };
  return number && journey ? { party: journey } : null;
}

/** What there was before with who is on the line, newest first; between calls, the agent's own last calls. */
export function Earlier(props: Props) {
  const { t } = useTranslation("desk");
  const { number, customer } = props;
  if (number === null || !customer) return <EarlierCalls {...props} />;
  return (
    <section className="desk-earlier" aria-label={t("earlier.timeline")}>
      <h2>{t("earlier.timeline")}</h2>
      <Suspense>
        <Timeline key={customer} customer={customer} />
      </Suspense>
    </section>
  );
}

function EarlierCalls(props: Props) {
  const { t, i18n } = useTranslation("desk");
  const { number } = props;
  const about = subject(props);
  const { data } = useQuery({
    queryKey: ["journeys", "earlier", about],
    queryFn: () => request<Page<CallRow>>("GET", "/journeys", { query: { ...about, limit: 15 } }),
    enabled: about !== null,
  });
  const rows = (data?.items ?? []).filter((row) => row.ended_at !== null);
  return (
    <section className="desk-earlier" aria-label={number === null ? t("earlier.mine") : t("earlier.title")}>
      <h2>{number === null ? t("earlier.mine") : t("earlier.title")}</h2>
      {about === null && number !== null && <p className="desk-quiet">{t("earlier.hidden")}</p>}
      {data && rows.length === 0 && <p className="desk-quiet">{t("earlier.none")}</p>}
      <ol className="desk-list">
        {rows.map((row) => (
          <li key={row.id}>
            <Link to={`/calls/${row.id}`} className="desk-earlier-row">
              <time dateTime={row.started_at}>{dateTimeText(row.started_at, i18n.language)}</time>
              <DirectionWord direction={row.direction} />
              <OutcomeWord row={row} />
              <span className="desk-quiet">{number === null ? otherParty(row) : row.agent?.name}</span>
              <span className="desk-timer-small">{row.answered_at ? clockText(row.talk_seconds) : ""}</span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
