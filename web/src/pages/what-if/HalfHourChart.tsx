import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { HalfHour } from "../../api";
import { here } from "../../lib/zone";
import { top } from "./figures";

/** Agents needed in each half hour as bars, and those who were there as lines across them. */
export function HalfHourChart({ rows }: { rows: HalfHour[] }) {
  const { t } = useTranslation();
  const most = top(rows);
  const height = (agents: number) => `${(agents / most) * 100}%`;
  return (
    <figure className="what-if-chart">
      <div className="what-if-plot" role="img" aria-label={t("what_if.chart_label")}>
        {[most, most / 2, 0].map((agents) => (
          <span key={agents} className="what-if-scale number" style={{ insetBlockEnd: height(agents) }}>
            {agents}
          </span>
        ))}
        <div className="what-if-columns">
          {rows.map((row) => {
            const time = here(row.at).format("HH:mm");
            const text = t("what_if.column", { time, ...row, present: row.present.toFixed(1) });
            return (
              <Tooltip key={row.number} title={text}>
                <div className="what-if-column">
                  <span className="what-if-needed" style={{ height: height(row.needed) }} />
                  <span className="what-if-present" style={{ insetBlockEnd: height(row.present) }} />
                  {time.endsWith(":00") && <span className="what-if-hour number">{time}</span>}
                </div>
              </Tooltip>
            );
          })}
        </div>
      </div>
      <figcaption>
        <span className="what-if-key what-if-needed" /> {t("what_if.needed")}
        <span className="what-if-key what-if-present" /> {t("what_if.present")}
      </figcaption>
    </figure>
  );
}
