import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useIsDark } from "./theme";

export type AgentState = "offline" | "ready" | "ringing" | "talking" | "wrap_up" | "busy" | "away";

/** One colour, one meaning, everywhere; `mark` tells the states apart without colour. [light, dark] */
export const STATES: Record<AgentState, { color: [string, string]; mark: string }> = {
  ready: { color: ["#237804", "#73d13d"], mark: "●" },
  ringing: { color: ["#8f5500", "#ffc53d"], mark: "◉" },
  talking: { color: ["#0958d9", "#69b1ff"], mark: "▶" },
  wrap_up: { color: ["#531dab", "#b37feb"], mark: "✎" },
  busy: { color: ["#8c4a4a", "#d69a9a"], mark: "■" },
  away: { color: ["#6b5d3e", "#c9b88f"], mark: "◐" },
  offline: { color: ["#565d6a", "#a6adb8"], mark: "○" },
};

export function useStateColor(state: AgentState): string {
  return STATES[state].color[useIsDark() ? 1 : 0];
}

interface Props {
  state: AgentState;
  /** What stands beside the mark; the state's own word when left out. */
  text?: string;
}

export function StateTag({ state, text }: Props) {
  const { t } = useTranslation();
  const color = useStateColor(state);
  return (
    <Tag
      variant="filled"
      style={{ color, background: `color-mix(in srgb, ${color} 12%, transparent)`, marginInlineEnd: 0 }}
    >
      <span aria-hidden="true" style={{ marginInlineEnd: 6 }}>
        {STATES[state].mark}
      </span>
      {text ?? t(`state.${state}`)}
    </Tag>
  );
}
