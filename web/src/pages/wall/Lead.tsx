import { App, Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forceHangUp, setAgentPresence } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useMe } from "../../lib/session";
import { useLive } from "../../live/store";
import type { AgentView, CallView } from "../../live/types";
import { useTakeOver } from "../../phone/SupervisionBar";
import { useActions } from "../../phone/useCalls";

const WAYS = ["listen", "whisper", "barge"] as const;
const TALKS: CallView["state"][] = ["talking", "held", "rejoining"];
const STATES = ["ready", "busy", "away", "offline"] as const;

/** What a leader may do for an agent who is there: choose his state, take part in his talk, and end it. */
export function Lead({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const [busy, setBusy] = useState(false);
  const me = useMe();
  const call = useLive((live) => (agent.call ? live.calls[agent.call] : undefined));
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
        {STATES.filter((state) => state !== agent.state).map((state) => (
          <Button
            key={state}
            size="small"
            disabled={busy}
            onClick={() =>
              void order(() => setAgentPresence({ path: { user_id: agent.id }, body: { state }, throwOnError: true }))
            }
          >
            {t(state === "offline" ? "wall.set_offline" : `state.${state}`)}
          </Button>
        ))}
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
      {agent.call && (
        <Button danger size="small" disabled={busy} onClick={() => end(agent.call as string)}>
          {t("wall.force")}
        </Button>
      )}
    </Flex>
  );
}
