import { App, Button, Dropdown, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forceHangUp, setAgentPresence } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { useLive } from "../../live/store";
import type { AgentView, CallView } from "../../live/types";
import { useTakeOver } from "../../phone/SupervisionBar";
import { useActions } from "../../phone/useCalls";
import { useReasons } from "../../phone/useReasons";

const WAYS = ["listen", "whisper", "barge"] as const;
const TALKS: CallView["state"][] = ["talking", "held", "rejoining"];
const STATES = ["ready", "busy", "away", "offline"] as const;

/** What a leader may do for an agent who is there: choose his state, take part in his talk, and end it. */
export function Lead({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const reasons = useReasons();
  const [busy, setBusy] = useState(false);
  // Of a call between colleagues the one who was called may be another leader's: it is not his to end then.
  const call = useLive((live) => (agent.call ? live.calls[agent.call] : undefined));
  const ends = useLive(({ agents }) => (call?.agent && agents[call.agent] ? call.id : null));
  const me = useMe();
  const actions = useActions();
  const takeOver = useTakeOver();
  if (agent.state === "offline") return null;

  const order = async (send: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await send();
    } catch (error) {
      void message.error(problemFrom(error, 0).message);
    } finally {
      setBusy(false);
    }
  };
  const set = (state: (typeof STATES)[number], reason?: string) =>
    void order(() =>
      setAgentPresence({ path: { user_id: agent.id }, body: { state, reason: reason ?? null }, throwOnError: true }),
    );
  const end = (call: string) =>
    modal.confirm({
      title: t("wall.force_sure", { name: agent.name }),
      okText: t("wall.force"),
      okButtonProps: { danger: true },
      onOk: () => order(() => forceHangUp({ path: { call_id: call }, throwOnError: true })),
    });
  return (
    <Flex vertical gap={8} style={{ marginBlockStart: 12 }}>
      <Flex gap={4} wrap align="center">
        <span className="wall-quiet">{t("wall.set_state")}</span>
        {STATES.filter((state) => state !== agent.state).map((state) => {
          const mine = reasons.filter(({ kind }) => kind === state);
          const button = (
            <Button size="small" disabled={busy} {...(mine.length === 0 ? { onClick: () => set(state) } : {})}>
              {t(state === "offline" ? "wall.set_offline" : `state.${state}`)}
            </Button>
          );
          if (mine.length === 0) return <span key={state}>{button}</span>;
          const items = [
            ...mine.map(({ id, name }) => ({ key: id, label: name, onClick: () => set(state, id) })),
            { key: state, label: t("wall.without_reason"), onClick: () => set(state) },
          ];
          return (
            <Dropdown key={state} trigger={["click"]} menu={{ items }}>
              {button}
            </Dropdown>
          );
        })}
      </Flex>
      {call && TALKS.includes(call.state) && !call.supervises && agent.id !== me.id && (
        <Flex gap={4} wrap align="center">
          <span className="wall-quiet">{t("wall.take_part")}</span>
          {WAYS.map((way) => (
            <Button
              key={way}
              size="small"
              disabled={busy}
              onClick={() => void order(() => actions.supervise(call.id, agent.id, way))}
            >
              {t(`wall.${way}`)}
            </Button>
          ))}
          {!call.internal && (
            <Button size="small" disabled={busy} onClick={() => takeOver(call.id, agent.id, agent.name)}>
              {t("wall.take_over")}
            </Button>
          )}
        </Flex>
      )}
      {ends && (
        <Button danger size="small" disabled={busy} onClick={() => end(ends)}>
          {t("wall.force")}
        </Button>
      )}
    </Flex>
  );
}
