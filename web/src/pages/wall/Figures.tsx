import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { AgentView, QueueView } from "../../live/types";
import { Since } from "../../phone/Timer";
import { STATES } from "../../ui/states";
import { useIsDark } from "../../ui/theme";
import { answerRate, byState, percent, serviceLevel, sumOf } from "./figures";

/** The chart: how the day goes, and what the agents are doing. */
export function Figures({ queues, agents }: { queues: QueueView[]; agents: AgentView[] }) {
  const { t } = useTranslation();
  const dark = useIsDark();
  const today = sumOf(queues);
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = queues
    .map((queue) => queue.longest_since)
    .filter((at) => at !== null)
    .sort()[0];
  const here = agents.filter((one) => one.state !== "offline");
  return (
    <section className="wall-figures" aria-label={t("wall.chart")}>
      <Figure name="waiting" some={waiting > 0}>
        {waiting}
      </Figure>
      <Figure name="longest">{longest ? <Since at={longest} /> : "–"}</Figure>
      <Figure name="offered">{today.offered}</Figure>
      <Figure name="answered">{today.answered}</Figure>
      <Figure name="missed">{today.abandoned + today.flowed_out}</Figure>
      <Figure name="answer_rate">{percent(answerRate(today))}</Figure>
      <Figure name="service_level">{percent(serviceLevel(today))}</Figure>
      <div className="wall-states">
        <span className="wall-name">{t("wall.agents_here", { count: here.length, all: agents.length })}</span>
        <div className="wall-bar">
          {byState(here).map(([state, count]) => (
            <Tooltip key={state} title={t(`state.${state}`)}>
              <span style={{ flex: count, borderColor: STATES[state].color[dark ? 1 : 0] }}>
                <span aria-hidden="true">{STATES[state].mark}</span> {t(`state.${state}`)} {count}
              </span>
            </Tooltip>
          ))}
        </div>
      </div>
    </section>
  );
}

function Figure({ name, some, children }: { name: string; some?: boolean; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={t(`wall.${name}_formula`)}>
      <div className="wall-figure">
        <span className="wall-name">{t(`wall.${name}`)}</span>
        <strong className={some ? "wall-some" : ""}>{children}</strong>
      </div>
    </Tooltip>
  );
}
