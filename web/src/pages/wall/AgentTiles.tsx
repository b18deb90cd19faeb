import { WarningOutlined } from "@ant-design/icons";
import { Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../../lib/session";
import { useLive } from "../../live/store";
import type { AgentView, CallView, QueueView, Supervising } from "../../live/types";
import { useRestWords } from "../../phone/RestLimit";
import { Since } from "../../phone/Timer";
import { useReasonName } from "../../phone/useReasons";
import { StateTag, useStateColor } from "../../ui/states";
import { inOrder } from "./figures";
import { Lead } from "./Lead";

/** All agents, each a tile: the state and since when; more of him, and what a leader may do, at a click. */
export function AgentTiles({ agents, queues }: { agents: AgentView[]; queues: Record<string, QueueView> }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("wall.agents")}>
      <h2>{t("wall.agents")}</h2>
      {agents.length === 0 && <p>{t("wall.no_agents")}</p>}
      <ul className="wall-tiles">
        {inOrder(agents).map((agent) => (
          <li key={agent.id}>
            <Tile agent={agent} queues={queues} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function partnerOf(call: CallView): string {
  return call.customer?.name || (call.direction === "outbound" ? call.to : call.from);
}

function Tile({ agent, queues }: { agent: AgentView; queues: Record<string, QueueView> }) {
  const { t } = useTranslation();
  const color = useStateColor(agent.state);
  const reason = useReasonName()(agent.reason);
  const { role } = useMe();
  const supervised = ({ mode, name }: Supervising) => t(`wall.does.${mode || "listen"}`, { name });
  const leads = role === "admin" || role === "supervisor";
  const call = useLive((live) => (agent.call ? live.calls[agent.call] : undefined));
  const partner = call && (call.supervises ? supervised(call.supervises) : partnerOf(call));
  const names = agent.queues.map((id) => queues[id]?.name).filter(Boolean);
  const limit = useRestWords(agent);
  const phoneless = agent.state === "ready" && !agent.device_online;
  const alarm = limit?.over ? limit.text : phoneless ? t("wall.no_phone") : null;
  const details: [string, string][] = [
    [t("wall.staff_number"), agent.staff_number || "–"],
    [t("wall.extension"), agent.extension || "–"],
    [t("wall.device"), t(agent.device_online ? "wall.device_on" : "wall.device_off")],
    [t("wall.in_queues"), names.join(t("wall.comma")) || "–"],
  ];
  return (
    <Popover
      trigger="click"
      title={agent.name}
      content={
        <>
          <dl className="wall-details">
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {leads && <Lead agent={agent} />}
        </>
      }
    >
      <button
        type="button"
        className={limit?.over ? "wall-tile wall-tile-alarm" : "wall-tile"}
        style={{ borderInlineStartColor: color }}
      >
        <span className="wall-tile-head">
          <strong>{agent.name}</strong>
          {agent.state !== "offline" && <Since at={agent.since} />}
        </span>
        <StateTag state={agent.state} text={reason ? `${t(`state.${agent.state}`)} · ${reason}` : undefined} />
        {alarm && (
          <span className="wall-alarm">
            <WarningOutlined aria-hidden /> {alarm}
          </span>
        )}
        <span className="wall-quiet">
          {partner || t("wall.today", { answered: agent.today.answered, refused: agent.today.refused })}
        </span>
      </button>
    </Popover>
  );
}
