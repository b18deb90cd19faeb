import { ClockCircleOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLive } from "../../live/store";
import type { AgentState } from "../../live/types";
import { Since } from "../../phone/Timer";
import { useActions } from "../../phone/useCalls";
import { useSwitched, useSwitchedText } from "../../phone/useSwitched";
import { StateTag } from "../../ui/states";

/** My queues: who waits, for how long, who is free; and what somebody opened or closed by hand. */
export function QueueGlance() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const all = useLive((live) => live.queues);
  const told = useSwitchedText();
  const queues = Object.values(all).filter((queue) => !me || me.queues.length === 0 || me.queues.includes(queue.id));
  return (
    <section aria-label={t("queues.title")}>
      <h2>{t("queues.title")}</h2>
      {useSwitched().map((one) => (
        <p key={one.id} className="desk-switched">
          <ClockCircleOutlined aria-hidden /> {told(one)}
        </p>
      ))}
      {queues.length === 0 && <p className="desk-quiet">{t("queues.none")}</p>}
      <ul className="desk-list">
        {queues.map((queue) => (
          <li key={queue.id}>
            <span className="desk-name">{queue.name}</span>
            {queue.longest_since && (
              <Tooltip title={t("queues.longest")}>
                <span className="desk-quiet">
                  <Since at={queue.longest_since} />
                </span>
              </Tooltip>
            )}
            <strong className={queue.waiting > 0 ? "desk-waiting" : "desk-quiet"}>
              {t("queues.waiting", { count: queue.waiting })}
            </strong>
            <span className="desk-quiet">{t("queues.free", { count: queue.agents_ready })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const NEARNESS: AgentState[] = ["ready", "wrap_up", "ringing", "talking", "busy", "away", "offline"];

/** My colleagues, the free ones first, each one call away. */
export function Colleagues() {
  const { t } = useTranslation("desk");
  const me = useLive((live) => live.me.agent);
  const agents = useLive((live) => live.agents);
  const actions = useActions();
  const others = Object.values(agents)
    .filter((agent) => agent.id !== me?.id)
    .sort((a, b) => NEARNESS.indexOf(a.state) - NEARNESS.indexOf(b.state) || a.name.localeCompare(b.name));
  return (
    <section aria-label={t("colleagues.title")}>
      <h2>{t("colleagues.title")}</h2>
      {others.length === 0 && <p className="desk-quiet">{t("colleagues.none")}</p>}
      <ul className="desk-list">
        {others.map((agent) => (
          <li key={agent.id}>
            <span className="desk-name">
              {agent.name} <span className="desk-quiet">{agent.extension}</span>
            </span>
            <StateTag state={agent.state} />
            {agent.extension && (
              <Button
                type="text"
                size="small"
                icon={<PhoneOutlined />}
                disabled={!agent.device_online}
                aria-label={t("colleagues.dial", { name: agent.name })}
                onClick={() => actions.dial({ to: agent.extension as string })}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
