import type { Named, Whence } from "../../live/types";

export interface CallRow {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  origin: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  from: string;
  to: string;
  trunk: string | null;
  trunk_name: string | null;
  did: string;
  customer: Named | null;
  agent: Named | null;
  queue: Named | null;
  talk_seconds: number;
  wait_seconds: number;
  ended_by: string | null;
  loss_reason: string | null;
  has_recording: boolean;
}

export interface Leg {
  id: string;
  party: "caller" | "agent" | "called";
  number: string;
  started_at: string;
  agent: string | null;
  agent_name: string | null;
  answered_at: string | null;
  ended_at: string | null;
  talk: number;
  hold: number;
  cause: string;
  consulted_by?: string | null;
}

export interface IvrStep {
  node: string;
  label: string;
  key: string;
  at: string;
  /** "" in calls of a former release. */
  kind?: string;
}

/** Agents who were rung together; of many only the first are in `rung`, `agents` counts them. */
export interface Offered {
  at: string;
  rung: { agent: string; agent_name: string; ended: string; seconds: number }[];
  agents: number;
  text_zh: string;
  text_en: string;
}

export interface QueueVisit {
  queue: string;
  queue_name: string;
  entered_at: string;
  wait: number;
  outcome: "answered" | "abandoned" | "flowed_out" | null;
  agent: string | null;
  agent_name: string | null;
  /** The last of the times that agents were chosen to be rung, oldest first; `choices` counts all. */
  offered: Offered[];
  choices: number;
  /** Why, and by which key, the caller left without an agent; empty otherwise. */
  reason: string;
  key: string;
}

/** A leader in an agent's talk; told to leaders only. */
export interface Supervision {
  leader: string;
  leader_name: string;
  agent: string;
  mode: "listen" | "whisper" | "barge" | "take_over";
  since: string;
  until: string | null;
}

export interface Recording {
  id: string;
  started_at: string;
  seconds: number | null;
  complete: boolean;
}

export interface FaxPart {
  id: string;
  direction: "in" | "out";
  /** Passed on whole. */
  pages: number;
  /** Why not all of them were; "" when they were. */
  fault: string;
  started_at: string;
  ended_at: string | null;
}

export interface Journey {
  id: string;
  direction: CallRow["direction"];
  origin: string | null;
  /** The call from which this one comes; "" for none. */
  origin_journey: string;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  from: string;
  to: string;
  whence: Whence | null;
  trunk: string | null;
  trunk_name: string | null;
  did: string;
  customer: Named | null;
  legs: Leg[];
  ivr_steps: IvrStep[];
  queue_visits: QueueVisit[];
  closed_queues: { queue: string; queue_name: string; at: string }[];
  recordings: Recording[];
  supervisions: Supervision[];
  voicemail: { id: string; seconds: number; left_at: string } | null;
  survey: {
    name: string;
    asked_at: string;
    agent_name: string;
    queue_name: string;
    answers: {
      question: number;
      label: string;
      meaning: "very_satisfied" | "satisfied" | "unsatisfied";
      reason: "service" | "attitude" | "other" | null;
    }[];
    /** A recording. */
    comment: string | null;
  } | null;
  fax?: FaxPart | null;
  ended_by: string | null;
  loss_reason: string | null;
}

export interface Voicemail {
  /** Of the caller, a customer; 0 a usual one, or nobody known. */
  tier: number;
  id: string;
  journey: string;
  box: Named & { kind: "queue" | "extension" };
  caller: string;
  seconds: number;
  left_at: string;
  heard_at: string | null;
  heard_by: Named | null;
  forwarded_by: Named | null;
  called_back_at: string | null;
  called_back_by: Named | null;
}

export interface Callback {
  /** Of the caller, a customer; 0 a usual one, or nobody known. */
  tier: number;
  id: string;
  queue: Named;
  number: string;
  state: "waiting" | "ringing" | "done" | "failed" | "cancelled";
  asked_at: string;
  attempts: number;
  due_at: string | null;
  reason: string;
  origin_journey: string;
  journey: string | null;
}
