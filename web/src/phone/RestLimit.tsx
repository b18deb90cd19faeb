import { WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../live/types";
import { useReasons } from "./useReasons";

/** What the limits of an agent's rest say now, in words: `null` when they say nothing. */
export function useRestWords(agent: AgentView): { over: boolean; text: string } | null {
  const { t } = useTranslation("desk");
  const reason = useReasons().find(({ id }) => id === agent.reason);
  if (!reason || (agent.state !== "busy" && agent.state !== "away")) return null;
  const { name, limit_minutes: stay, limit_per_day_minutes: day } = reason;
  if (agent.over === "stay") return { over: true, text: t("presence.over_stay", { name, minutes: stay }) };
  if (agent.over === "day") return { over: true, text: t("presence.over_day", { name, minutes: day }) };
  const before = Math.floor((agent.rested[reason.id] ?? 0) / 60);
  const parts = [
    ...(stay === null ? [] : [t("presence.limit_stay", { minutes: stay })]),
    ...(day === null ? [] : [t("presence.limit_day", { minutes: day, before })]),
  ];
  return parts.length > 0 ? { over: false, text: parts.join(t("presence.comma")) } : null;
}

/** The limits of my own rest; a passed one is a warning. */
export function RestLimit({ agent }: { agent: AgentView }) {
  const words = useRestWords(agent);
  if (!words) return null;
  return words.over ? (
    <p role="alert" className="rest-over">
      <WarningOutlined aria-hidden /> {words.text}
    </p>
  ) : (
    <p className="rest-limit">{words.text}</p>
  );
}
