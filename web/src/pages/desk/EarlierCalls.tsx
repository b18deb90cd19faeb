import { useQuery } from "@tanstack/react-query";
import { Timeline } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { request } from "../../lib/http";
import type { Page } from "../../lib/resource";
import { isHidden } from "../../phone/sides";
import { clockText, dateTimeText } from "../../phone/time";
import type { CallRow } from "../calls/types";
import { DirectionWord, OutcomeWord } from "../calls/words";

/** The earlier calls with this number, newest first; without a number, the agent's own last calls. */
export function EarlierCalls({ number, agent }: { number: string | null; agent: string | undefined }) {
  const { t, i18n } = useTranslation("desk");
  const about = number !== null && !isHidden(number) ? { number } : number === null && agent ? { agent } : null;
  const { data } = useQuery({
    queryKey: ["journeys", "earlier", about],
    queryFn: () => request<Page<CallRow>>("GET", "/journeys", { query: { ...about, limit: 15 } }),
    enabled: about !== null,
  });
  const rows = (data?.items ?? []).filter((row) => row.ended_at !== null);
  return (
    <section className="desk-earlier" aria-label={number === null ? t("earlier.mine") : t("earlier.title")}>
      <h2>{number === null ? t("earlier.mine") : t("earlier.title")}</h2>
      {about === null && <p className="desk-quiet">{t("earlier.hidden")}</p>}
      {data && rows.length === 0 && <p className="desk-quiet">{t("earlier.none")}</p>}
      <Timeline
        items={rows.map((row) => ({
          key: row.id,
          content: (
            <Link to={`/calls/${row.id}`} className="desk-earlier-row">
              <time dateTime={row.started_at}>{dateTimeText(row.started_at, i18n.language)}</time>
              <DirectionWord direction={row.direction} />
              <OutcomeWord row={row} />
              {number === null && (
                <span>{row.customer?.name || (row.direction === "inbound" ? row.from : row.to)}</span>
              )}
              <span className="desk-quiet">{row.agent?.name ?? ""}</span>
              <span className="desk-timer-small">{row.answered_at ? clockText(row.talk_seconds) : ""}</span>
            </Link>
          ),
        }))}
      />
    </section>
  );
}
