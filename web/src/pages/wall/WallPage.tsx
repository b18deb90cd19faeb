import { FullscreenExitOutlined, FullscreenOutlined } from "@ant-design/icons";
import { Button, Flex, Switch } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../live/store";
import { PageFrame } from "../../ui/PageFrame";
import { AgentTiles } from "./AgentTiles";
import { Alarms } from "./Alarms";
import { ByHand } from "./ByHand";
import { Figures } from "./Figures";
import { QueueTable } from "./QueueTable";
import { soundAlarms, useAlarmSound } from "./sound";
import "./wall.css";

/** Whether the whole screen shows the wall. Not the wall's element alone: menus and messages stand beside it. */
function useFullScreen(): [boolean, () => void] {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => {
      document.removeEventListener("fullscreenchange", follow);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  const turn = () => {
    void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  };
  return [full, turn];
}

/** What goes on now: the alarms, the figures, the queues, the agents. Made to be looked at from afar. */
export default function WallPage() {
  const { t } = useTranslation();
  const [full, turnFull] = useFullScreen();
  const { on, turn } = useAlarmSound();
  const queues = useLive((live) => live.queues);
  const agents = useLive((live) => live.agents);
  const alarms = useLive((live) => live.alarms);
  useEffect(soundAlarms, []);

  const buttons = (
    <Flex gap={16} align="center">
      <Flex gap={8} align="center">
        <Switch size="small" checked={on} onChange={turn} aria-label={t("wall.sound")} />
        <span>{t("wall.sound")}</span>
      </Flex>
      <Button icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />} onClick={turnFull}>
        {t(full ? "wall.leave_full" : "wall.full")}
      </Button>
    </Flex>
  );
  return (
    <PageFrame title={t("wall.title")} lead={t("wall.lead")} extra={full ? null : buttons}>
      <div className={full ? "wall wall-full" : "wall"}>
        {full && <div className="wall-buttons">{buttons}</div>}
        <ByHand />
        <Alarms alarms={Object.values(alarms)} />
        <Figures queues={Object.values(queues)} agents={Object.values(agents)} />
        <QueueTable queues={Object.values(queues)} />
        <AgentTiles agents={Object.values(agents)} queues={queues} />
      </div>
    </PageFrame>
  );
}
