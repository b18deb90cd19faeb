import { FullscreenOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../live/store";
import { PageFrame } from "../../ui/PageFrame";
import { AgentTiles } from "./AgentTiles";
import { Figures } from "./Figures";
import { QueueTable } from "./QueueTable";
import "./wall.css";

/** What goes on now: the figures, the queues, the agents. Made to be looked at from afar. */
export default function WallPage() {
  const { t } = useTranslation();
  const wall = useRef<HTMLDivElement>(null);
  const queues = useLive((live) => live.queues);
  const agents = useLive((live) => live.agents);
  return (
    <PageFrame
      title={t("wall.title")}
      lead={t("wall.lead")}
      extra={
        <Button icon={<FullscreenOutlined />} onClick={() => void wall.current?.requestFullscreen()}>
          {t("wall.full")}
        </Button>
      }
    >
      <div className="wall" ref={wall}>
        <Figures queues={Object.values(queues)} agents={Object.values(agents)} />
        <QueueTable queues={Object.values(queues)} />
        <AgentTiles agents={Object.values(agents)} queues={queues} />
      </div>
    </PageFrame>
  );
}
