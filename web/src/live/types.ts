import type { NoticeData } from "../lib/notices";

/** The live stream's words, as the server sends them (times are RFC 3339, UTC). */

export type AgentState = "offline" | "ready" | "ringing" | "talking" | "wrap_up" | "busy" | "away";

export type CallState =
  | "arriving"
  | "ivr"
  | "waiting"
  | "ringing"
  | "talking"
  | "held"
  | "consulting"
  | "rejoining"
  | "dialling"
  | "voicemail"
  | "survey"
  | "fax";

export interface Named {
  id: string;
  name: string;
}

export interface AgentView {
  id: string;
  name: string;
  staff_number: string | null;
  extension: string | null;
  state: AgentState;
  since: string;
  until: string | null;
  reason: string | null;
  queues: string[];
  call: string | null;
  device_online: boolean;
  today: { answered: number; refused: number };
  /** The limit that his rest has passed: of this stay, or of today. */
  over: "stay" | "day" | null;
  /** Seconds of today's finished rests by reason. */
  rested: Record<string, number>;
}

/** A queue's load asks for attention: so many `waiting`, the `longest` wait in seconds, the service `level` in percent. */
export interface AlarmView {
  queue: string;
  name: string;
  kind: "waiting" | "longest" | "level";
  value: number;
  limit: number;
  since: string;
}

export interface QueueView {
  id: string;
  name: string;
  waiting: number;
  longest_since: string | null;
  agents_ready: number;
  agents_signed_in: number;
  /** `in_time`: answered within the queue's goal; `short`: gave up so soon that nobody could have answered. */
  today: { offered: number; answered: number; abandoned: number; flowed_out: number; in_time: number; short: number };
}

/** Where a number belongs and to which carrier it was given, as far as this person may know; "": unknown. */
export interface Whence {
  place_zh: string;
  place_en: string;
  carrier_zh: string;
  carrier_en: string;
}

/** Who takes part in a talk beside the customer and his agent. */
export interface Guest {
  agent: string | null;
  name: string;
  number: string;
  /** He came to supervise. */
  leader: boolean;
}

export type SupervisionMode = "listen" | "whisper" | "barge" | "take_over";

/** Whose talk a leader takes part in by a call of his own; `mode` is "" until his phone has answered. */
export interface Supervising {
  call: string;
  agent: string;
  name: string;
  mode: SupervisionMode | "";
}

/** Whom the agent asks while his customer waits; `waiting`: the agent talks to the customer meanwhile. */
export interface Consult {
  agent: string | null;
  name: string;
  number: string;
  state: "ringing" | "talking" | "waiting" | "failed";
  cause: string;
  /** On his SIP phone's second line: the phone's keys swap the two, and it has none that brings all together. */
  by_phone: boolean;
}

export interface CallView {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  /** "callback": a caller who asked for it is called back in his turn. */
  origin: string | null;
  from: string;
  from_name: string;
  to: string;
  to_name: string;
  did: string;
  trunk: string | null;
  queue: Named | null;
  ivr_path: string[];
  /** The step of an attendant at which the caller is. */
  at_step: { flow: string; version: number; node: string } | null;
  state: CallState;
  agent: string | null;
  offered_to: string[];
  guests: Guest[];
  consult: Consult | null;
  supervises: Supervising | null;
  started_at: string;
  answered_at: string | null;
  since: string;
  muted: boolean;
  recording: boolean;
  internal: boolean;
  customer: Named | null;
  earlier_calls: number | null;
  /** What flows have asked the caller and found out of him, by name. */
  values: Record<string, string>;
  whence: Whence | null;
  /** When another system's page is opened for it; "": never. */
  pop: "" | "ring" | "answer";
}

export interface TrunkView {
  id: string;
  name: string;
  state: string;
  detail: string;
}

export interface DeviceView {
  id: string;
  extension: string;
  kind: "browser" | "sip";
  state: "online" | "offline" | "wrong_password";
  contact: string | null;
}

export interface CallEnd {
  id: string;
  ended_by: string | null;
  loss_reason: string | null;
  /** The call in which the phone that led this one goes on. */
  into?: string | null;
}

export interface Snapshot {
  me: { agent: AgentView | null; device: DeviceView | null };
  agents: AgentView[];
  queues: QueueView[];
  alarms: AlarmView[];
  calls: CallView[];
  trunks: TrunkView[];
  devices: DeviceView[];
  engine: { answers: boolean };
}

interface Numbered<Type extends string, Data> {
  type: Type;
  seq: number;
  data: Data;
}

export type LiveMessage =
  | Numbered<"snapshot", Snapshot>
  | { type: "resumed"; seq: number }
  | Numbered<"agent.changed", AgentView>
  | Numbered<"queue.changed", QueueView>
  | Numbered<"alarm.raised", AlarmView>
  | Numbered<"alarm.cleared", AlarmView>
  | Numbered<"call.changed", CallView>
  | Numbered<"call.ended", CallEnd>
  | Numbered<"trunk.changed", TrunkView>
  | Numbered<"device.changed", DeviceView>
  | Numbered<"engine.changed", { answers: boolean }>
  | Numbered<"voicemail.changed", { box: string; new: number; old: number }>
  | Numbered<"notice.made", NoticeData>
  | Numbered<"message.changed", { id: string; direction: "in" | "out"; state: string; customer: string | null }>
  | Numbered<"config.changed", { kind: string }>;
