import { Badge, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Trunk } from "../../lib/types";

type LampColor = "success" | "processing" | "error" | "warning" | "default";

const LAMPS: Record<Trunk["state"], LampColor> = {
  registered: "success",
  registering: "processing",
  wrong_password: "error",
  unreachable: "error",
  unknown: "default",
};

export function lampOf(trunk: Pick<Trunk, "enabled" | "state">): LampColor {
  return trunk.enabled ? LAMPS[trunk.state] : "default";
}

export function Lamp({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  const state = trunk.enabled ? trunk.state : "off";
  return (
    <Tooltip title={trunk.enabled ? t(`trunks.why_${trunk.state}`) : undefined}>
      <Badge status={lampOf(trunk)} text={t(`trunks.state_${state}`)} />
    </Tooltip>
  );
}
