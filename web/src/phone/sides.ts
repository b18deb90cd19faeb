import { concerns } from "../live/reduce";
import type { AgentView, CallView } from "../live/types";

export interface Side {
  number: string;
  /** "" when nobody is known under the number. */
  name: string;
}

/** Whom the agent talks to in this call; `agents` gives colleagues their names. */
export function otherSide(
  call: CallView,
  me: AgentView | null,
  agents: Readonly<Record<string, AgentView>> = {},
): Side {
  const mine = me !== null && call.from === me.extension;
  const towards = call.direction === "outbound" || (call.direction === "internal" && mine);
  const side = towards ? { number: call.to, name: call.to_name } : { number: call.from, name: call.from_name };
  const internal = call.direction === "internal";
  const colleague = internal ? Object.values(agents).find((one) => one.extension === side.number) : undefined;
  return { ...side, name: call.customer?.name || colleague?.name || side.name };
}

/** "offered": the agent is asked; "mine": he is in it. */
export function part(call: CallView, me: AgentView | null): "offered" | "mine" | "none" {
  if (!me) return "none";
  if (call.agent === me.id) return "mine";
  if (call.offered_to.includes(me.id)) return "offered";
  if (call.consult?.agent === me.id && call.consult.state === "ringing") return "offered";
  return concerns(call, me) ? "mine" : "none";
}

/** Whether the call is this agent's to act in, not only one he takes part in: asked, or joined to it. */
export function leads(call: CallView, me: AgentView | null): boolean {
  return me !== null && (call.agent === me.id || call.direction === "internal");
}

/** A number that the server shows in part or not at all cannot be dialled by itself. */
export function isHidden(number: string): boolean {
  return number === "" || number.includes("*");
}
