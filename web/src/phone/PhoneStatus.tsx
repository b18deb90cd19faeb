import { AudioMutedOutlined, LoadingOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
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

const LOOK: Record<Condition, { tone: string; icon: ReactNode }> = {
  off: { tone: "plain", icon: <PhoneOutlined /> },
  starting: { tone: "plain", icon: <LoadingOutlined /> },
  registered: { tone: "success", icon: <PhoneOutlined /> },
  microphone_closed: { tone: "plain", icon: <PhoneOutlined /> },
  reconnecting: { tone: "warning", icon: <LoadingOutlined /> },
  no_live: { tone: "warning", icon: <LoadingOutlined /> },
  engine_away: { tone: "error", icon: <WarningOutlined /> },
  other_tab: { tone: "warning", icon: <WarningOutlined /> },
  other_place: { tone: "warning", icon: <WarningOutlined /> },
  refused: { tone: "error", icon: <WarningOutlined /> },
  insecure: { tone: "error", icon: <WarningOutlined /> },
  no_microphone: { tone: "error", icon: <AudioMutedOutlined /> },
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
  const { tone, icon } = LOOK[now];
  return (
    <span className="phone-status">
      <Tooltip title={t(`phone.${now}_help`)}>
        <Link to="/desk/check">
          <span className={`phone-tone phone-${tone}`} role="status">
            {icon}
            {t(`phone.${now}`)}
          </span>
        </Link>
      </Tooltip>
      {(now === "other_tab" || now === "other_place") && (
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
