import { App, Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { forceHangUp, setAgentPresence } from "../../api";
import { problemFrom } from "../../lib/problem";
import { useLive } from "../../live/store";
import type { AgentView } from "../../live/types";

const STATES = ["ready", "busy", "away", "offline"] as const;

/** What a leader may do for an agent who is there: choose his state, and end his call. */
export function Lead({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const [busy, setBusy] = useState(false);
  // Of a call between colleagues the one who was called may be another leader's: it is not his to end then.
  const ends = useLive((live) => {
    const call = agent.call ? live.calls[agent.call] : undefined;
    return call?.agent && live.agents[call.agent] ? call.id : null;
  });
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
      {ends && (
        <Button danger size="small" disabled={busy} onClick={() => end(ends)}>
          {t("wall.force")}
        </Button>
      )}
    </Flex>
  );
}
