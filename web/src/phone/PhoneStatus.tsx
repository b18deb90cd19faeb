import { AudioMutedOutlined, LoadingOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Tag, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLive } from "../live/store";
import { openMicrophone, takePhone } from "./control";
import { type PhoneState, usePhone } from "./store";

type Trouble = "no_microphone" | "microphone_closed" | "no_live" | "engine_away";
export type Condition = PhoneState["status"] | Trouble;

/** The one thing to say about the phone: the most hindering first. */
export function condition(phone: Pick<PhoneState, "status" | "microphone">, live: boolean, engine: boolean): Condition {
  if (phone.status !== "registered") return phone.status;
  if (phone.microphone === "denied" || phone.microphone === "missing") return "no_microphone";
  if (!live) return "no_live";
  if (!engine) return "engine_away";
  return phone.microphone === "open" ? "registered" : "microphone_closed";
}

const LOOK: Record<Condition, { color: string; icon: ReactNode }> = {
  off: { color: "default", icon: <PhoneOutlined /> },
  starting: { color: "default", icon: <LoadingOutlined /> },
  registered: { color: "success", icon: <PhoneOutlined /> },
  microphone_closed: { color: "default", icon: <PhoneOutlined /> },
  reconnecting: { color: "warning", icon: <LoadingOutlined /> },
  no_live: { color: "warning", icon: <LoadingOutlined /> },
  engine_away: { color: "error", icon: <WarningOutlined /> },
  other_tab: { color: "warning", icon: <WarningOutlined /> },
  refused: { color: "error", icon: <WarningOutlined /> },
  insecure: { color: "error", icon: <WarningOutlined /> },
  no_microphone: { color: "error", icon: <AudioMutedOutlined /> },
};

/** What the phone can do now, in plain words, with the one step that helps. */
export function PhoneStatus() {
  const { t } = useTranslation("desk");
  const status = usePhone((phone) => phone.status);
  const microphone = usePhone((phone) => phone.microphone);
  const link = useLive((live) => live.link);
  const engine = useLive((live) => live.engine.answers);
  const now = condition({ status, microphone }, link === "open", engine);
  if (now === "off") return null;
  const { color, icon } = LOOK[now];
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4 }}>
      <Tooltip title={t(`phone.${now}_help`)}>
        <Link to="/desk/check">
          <Tag color={color} icon={icon} role="status">
            {t(`phone.${now}`)}
          </Tag>
        </Link>
      </Tooltip>
      {now === "other_tab" && (
        <Button size="small" onClick={takePhone}>
          {t("phone.take")}
        </Button>
      )}
      {(now === "microphone_closed" || now === "no_microphone") && (
        <Button size="small" onClick={() => void openMicrophone()}>
          {t("phone.open_microphone")}
        </Button>
      )}
    </span>
  );
}
