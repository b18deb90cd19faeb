import type { AgentState, AgentView, QueueView } from "../../live/types";

export type Today = QueueView["today"];

export const NOBODY: Today = { offered: 0, answered: 0, abandoned: 0, flowed_out: 0, in_time: 0, short: 0 };

/** What all queues did today together. */
export function sumOf(queues: QueueView[]): Today {
  const sum = { ...NOBODY };
  for (const { today } of queues) for (const name of Object.keys(sum) as (keyof Today)[]) sum[name] += today[name];
  return sum;
}

/** Answered of offered; null while there is nothing to divide. */
export function answerRate(today: Today): number | null {
  return today.offered === 0 ? null : today.answered / today.offered;
}

/** Answered within the goal, of answered and abandoned without short abandons. */
export function serviceLevel(today: Today): number | null {
  const counted = today.answered + today.abandoned - today.short;
  return counted === 0 ? null : today.in_time / counted;
}

export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)}%`;
}

/** Who can be helped first stands first; those who are away last. */
const ORDER: AgentState[] = ["ringing", "talking", "wrap_up", "ready", "busy", "away", "offline"];

export function inOrder(agents: AgentView[]): AgentView[] {
  return [...agents].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.since.localeCompare(b.since) || (a.id < b.id ? -1 : 1),
  );
}

/** How many agents are in each state, in the order of the tiles; states that nobody is in are left out. */
export function byState(agents: AgentView[]): [AgentState, number][] {
  return ORDER.map((state): [AgentState, number] => [state, agents.filter((one) => one.state === state).length]).filter(
    ([, count]) => count > 0,
  );
}
