/** Whole views for tests, with every field changeable. */
import type { AgentView, CallView, LiveMessage, QueueView, Snapshot } from "./types";

export function agentView(changes: Partial<AgentView> = {}): AgentView {
  return {
    id: "ana",
    name: "Ana",
    staff_number: "1001",
    extension: "801",
    state: "ready",
    since: "2026-11-23T08:00:00Z",
    until: null,
    reason: null,
    queues: [],
    call: null,
    device_online: true,
    today: { answered: 0, refused: 0 },
    over: null,
    rested: {},
    ...changes,
  };
}

export function queueView(changes: Partial<QueueView> = {}): QueueView {
  return {
    id: "sales",
    name: "Sales",
    waiting: 0,
    longest_since: null,
    agents_ready: 0,
    agents_signed_in: 0,
    today: { offered: 0, answered: 0, abandoned: 0, flowed_out: 0, in_time: 0, short: 0 },
    ...changes,
  };
}

export function callView(changes: Partial<CallView> = {}): CallView {
  return {
    id: "c1",
    direction: "inbound",
    origin: null,
    from: "13800001111",
    from_name: "",
    to: "801",
    to_name: "",
    did: "02066668888",
    trunk: null,
    queue: null,
    ivr_path: [],
    at_step: null,
    state: "ringing",
    agent: null,
    offered_to: [],
    guests: [],
    consult: null,
    supervises: null,
    started_at: "2026-11-23T08:00:00Z",
    answered_at: null,
    since: "2026-11-23T08:00:00Z",
    muted: false,
    recording: false,
    internal: false,
    customer: null,
    earlier_calls: null,
    values: {},
    whence: null,
    pop: "",
    ...changes,
  };
}

export function snapshot(seq: number, changes: Partial<Snapshot> = {}): LiveMessage {
  return {
    type: "snapshot",
    seq,
    data: {
      me: { agent: null, device: null },
      agents: [],
      queues: [],
      alarms: [],
      calls: [],
      trunks: [],
      devices: [],
      engine: { answers: true },
      ...changes,
    },
  };
}
