import type {
  AgentView,
  AlarmView,
  CallEnd,
  CallView,
  DeviceView,
  LiveMessage,
  QueueView,
  Snapshot,
  TrunkView,
} from "./types";

type ById<Row> = Readonly<Record<string, Row>>;

/** A call that is over, kept so that its page can stay through the wrap-up. */
export type EndedCall = CallView & Omit<CallEnd, "id">;

export interface LiveState {
  /** The last message's number; null before the first snapshot. */
  seq: number | null;
  me: { agent: AgentView | null; device: DeviceView | null };
  agents: ById<AgentView>;
  queues: ById<QueueView>;
  /** By queue and kind. */
  alarms: ById<AlarmView>;
  calls: ById<CallView>;
  trunks: ById<TrunkView>;
  devices: ById<DeviceView>;
  engine: { answers: boolean };
  /** The last call that ended while this page saw it and that was this agent's own. */
  ended: EndedCall | null;
}

export const NOTHING: LiveState = {
  seq: null,
  me: { agent: null, device: null },
  agents: {},
  queues: {},
  alarms: {},
  calls: {},
  trunks: {},
  devices: {},
  engine: { answers: true },
  ended: null,
};

/** Whether this agent takes part in the call or is being asked to; in a call between colleagues both take part. */
export function concerns(call: CallView, me: AgentView | null): boolean {
  if (!me) return false;
  const between = call.direction === "internal" && me.extension && [call.from, call.to].includes(me.extension);
  // A leader who barged in has a call of his own for it.
  const joined = call.guests.some(({ agent, leader }) => agent === me.id && !leader);
  const asked = call.consult?.agent === me.id || joined;
  return call.agent === me.id || call.offered_to.includes(me.id) || Boolean(between) || asked;
}

function byId<Row extends { id: string }>(rows: Row[]): ById<Row> {
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

export function alarmKey({ queue, kind }: Pick<AlarmView, "queue" | "kind">): string {
  return `${queue}/${kind}`;
}

function fresh(state: LiveState, seq: number, data: Snapshot): LiveState {
  return {
    seq,
    me: data.me,
    agents: byId(data.agents),
    queues: byId(data.queues),
    alarms: Object.fromEntries(data.alarms.map((alarm) => [alarmKey(alarm), alarm])),
    calls: byId(data.calls),
    trunks: byId(data.trunks),
    devices: byId(data.devices),
    engine: data.engine,
    ended: state.ended,
  };
}

function withoutCall(state: LiveState, end: CallEnd): Partial<LiveState> {
  const call = state.calls[end.id];
  if (!call) return {};
  // "elsewhere": over for an agent who lost it to another; who sees every call still sees it.
  if (end.ended_by === "elsewhere" && !concerns(call, state.me.agent)) return {};
  const { [end.id]: _gone, ...calls } = state.calls;
  const mine = call.agent !== null && call.agent === state.me.agent?.id && !call.supervises;
  return mine ? { calls, ended: { ...call, ...end } } : { calls };
}

function changes(state: LiveState, message: Exclude<LiveMessage, { type: "snapshot" }>): Partial<LiveState> {
  switch (message.type) {
    case "agent.changed": {
      const { data } = message;
      const agents = { ...state.agents, [data.id]: data };
      return state.me.agent?.id === data.id ? { agents, me: { ...state.me, agent: data } } : { agents };
    }
    case "device.changed": {
      const { data } = message;
      const devices = { ...state.devices, [data.id]: data };
      return state.me.device?.id === data.id ? { devices, me: { ...state.me, device: data } } : { devices };
    }
    case "queue.changed":
      return { queues: { ...state.queues, [message.data.id]: message.data } };
    case "alarm.raised":
      return { alarms: { ...state.alarms, [alarmKey(message.data)]: message.data } };
    case "alarm.cleared": {
      const { [alarmKey(message.data)]: _over, ...alarms } = state.alarms;
      return { alarms };
    }
    case "call.changed":
      return { calls: { ...state.calls, [message.data.id]: message.data } };
    case "trunk.changed":
      return { trunks: { ...state.trunks, [message.data.id]: message.data } };
    case "call.ended":
      return withoutCall(state, message.data);
    case "engine.changed":
      return { engine: message.data };
    case "resumed":
    case "voicemail.changed":
    case "notice.made":
    case "message.changed":
    case "config.changed":
      return {};
    default:
      message satisfies never; // an event of a newer server: only its number counts
      return {};
  }
}

/**
 * The state after one message. A snapshot replaces everything; an event that was already counted changes nothing.
 */
export function apply(state: LiveState, message: LiveMessage): LiveState {
  if (message.type === "snapshot") return fresh(state, message.seq, message.data);
  if (message.type !== "resumed" && state.seq !== null && message.seq <= state.seq) return state;
  return { ...state, ...changes(state, message), seq: message.seq };
}
