import { describe, expect, test } from "vitest";
import { apply, concerns, type LiveState, NOTHING } from "./reduce";
import { agentView, callView, queueView, snapshot } from "./samples";
import type { LiveMessage } from "./types";

const ana = agentView({ id: "ana", state: "ready" });
const bo = agentView({ id: "bo", state: "offline" });
const device = { id: "d1", extension: "801", kind: "browser", state: "offline", contact: null } as const;
const start = apply(
  NOTHING,
  snapshot(7, { me: { agent: ana, device }, agents: [ana, bo], queues: [queueView({ id: "sales" })] }),
);

function follow(state: LiveState, ...messages: LiveMessage[]): LiveState {
  return messages.reduce(apply, state);
}

describe("snapshot", () => {
  test("fills every table by id", () => {
    expect(start.seq).toBe(7);
    expect(Object.keys(start.agents)).toEqual(["ana", "bo"]);
    expect(start.queues.sales?.id).toBe("sales");
    expect(start.me.agent).toEqual(ana);
  });

  test("replaces what was there, even with a smaller number after a restart of the server", () => {
    const busy = follow(start, { type: "call.changed", seq: 8, data: callView({ id: "c1" }) });
    const again = apply(busy, snapshot(2, { agents: [bo] }));
    expect(again.calls).toEqual({});
    expect(again.agents).toEqual({ bo });
    expect(again.seq).toBe(2);
  });
});

describe("events", () => {
  test("a change of my own agent shows in the list and in me", () => {
    const away = { ...ana, state: "away" as const };
    const state = follow(start, { type: "agent.changed", seq: 9, data: away });
    expect(state.agents.ana).toEqual(away);
    expect(state.me.agent).toEqual(away);
  });

  test("a colleague's change leaves me alone", () => {
    const state = follow(start, { type: "agent.changed", seq: 9, data: { ...bo, state: "ready" } });
    expect(state.agents.bo?.state).toBe("ready");
    expect(state.me).toBe(start.me);
  });

  test("my device comes online", () => {
    const state = follow(start, { type: "device.changed", seq: 8, data: { ...device, state: "online" } });
    expect(state.me.device?.state).toBe("online");
    expect(state.devices.d1?.state).toBe("online");
  });

  test("numbers may have gaps, and an old number changes nothing", () => {
    const state = follow(start, { type: "engine.changed", seq: 20, data: { answers: false } });
    expect(state.seq).toBe(20);
    expect(apply(state, { type: "engine.changed", seq: 20, data: { answers: true } })).toBe(state);
    expect(apply(state, { type: "engine.changed", seq: 12, data: { answers: true } })).toBe(state);
  });

  test("resumed keeps the state", () => {
    const state = follow(start, { type: "resumed", seq: 7 });
    expect(state).toEqual(start);
  });

  test("an event of a newer server only counts", () => {
    const state = follow(start, { type: "moon.changed", seq: 9, data: {} } as unknown as LiveMessage);
    expect(state).toEqual({ ...start, seq: 9 });
  });
});

describe("a call's end", () => {
  test("my own call leaves the table and stays as the ended one", () => {
    const mine = callView({ id: "c1", agent: "ana", from: "13800001111" });
    const state = follow(
      start,
      { type: "call.changed", seq: 8, data: mine },
      { type: "call.ended", seq: 9, data: { id: "c1", ended_by: "caller", loss_reason: null } },
    );
    expect(state.calls).toEqual({});
    expect(state.ended).toMatchObject({ id: "c1", from: "13800001111", ended_by: "caller" });
  });

  test("a call that was only offered to me is not mine to finish", () => {
    const offered = callView({ id: "c1", agent: null, offered_to: ["ana"] });
    const state = follow(
      start,
      { type: "call.changed", seq: 8, data: offered },
      { type: "call.ended", seq: 9, data: { id: "c1", ended_by: "caller", loss_reason: "abandoned" } },
    );
    expect(state.calls).toEqual({});
    expect(state.ended).toBeNull();
  });

  test("the end of a supervision leaves the call before it to be wrapped up", () => {
    const supervises = { call: "c7", agent: "bo", name: "Bo", mode: "listen" as const };
    const own = callView({ id: "c1", agent: "ana", direction: "internal", supervises });
    const state = follow(
      start,
      { type: "call.changed", seq: 8, data: own },
      { type: "call.ended", seq: 9, data: { id: "c1", ended_by: "agent", loss_reason: null } },
    );
    expect(state.calls).toEqual({});
    expect(state.ended).toBeNull();
  });

  test("a call that another agent took is over for me, and goes on for a leader who sees it all", () => {
    const elsewhere = { id: "c1", ended_by: "elsewhere", loss_reason: null };
    const offered = callView({ id: "c1", offered_to: ["ana"] });
    const mine = follow(start, { type: "call.changed", seq: 8, data: offered });
    expect(apply(mine, { type: "call.ended", seq: 9, data: elsewhere }).calls).toEqual({});
    const seen = follow(start, { type: "call.changed", seq: 8, data: callView({ id: "c1", agent: "bo" }) });
    expect(Object.keys(apply(seen, { type: "call.ended", seq: 9, data: elsewhere }).calls)).toEqual(["c1"]);
  });

  test("the end of an unknown call is harmless", () => {
    const state = follow(start, { type: "call.ended", seq: 8, data: { id: "c9", ended_by: null, loss_reason: null } });
    expect(state).toEqual({ ...start, seq: 8 });
  });
});

test("a talk concerns who was asked or joined to it, but not the leader who barged in", () => {
  const [bo, lee] = [agentView({ id: "bo" }), agentView({ id: "lee" })];
  const guest = (agent: string, leader: boolean) => ({ agent, name: agent, number: "", leader });
  const consult = { agent: "bo", name: "Bo", number: "802", state: "ringing" as const, cause: "", by_phone: false };
  const asked = callView({ agent: "ana", consult });
  const joined = callView({ agent: "ana", guests: [guest("bo", false), guest("lee", true)] });
  expect([asked, joined].map((call) => concerns(call, bo))).toEqual([true, true]);
  expect([asked, joined].map((call) => concerns(call, lee))).toEqual([false, false]);
});

test("a call concerns who talks in it, who is asked, and both of two colleagues", () => {
  const cy = agentView({ id: "cy", extension: "803" });
  const call = callView({ agent: "ana", offered_to: ["bo"] });
  expect([ana, bo, cy].map((agent) => concerns(call, agent))).toEqual([true, true, false]);
  expect(concerns(callView({ agent: null }), null)).toBe(false);
  const between = callView({ direction: "internal", agent: "bo", from: "803", to: "802" });
  expect([ana, bo, cy].map((agent) => concerns(between, agent))).toEqual([false, true, true]);
});

test("an alarm stands from when it is raised until it is cleared, one of each kind for a queue", () => {
  const alarm = {
    queue: "sales",
    name: "Sales",
    kind: "waiting" as const,
    value: 5,
    limit: 5,
    since: "2026-11-23T08:00:00Z",
  };
  const begun = apply(NOTHING, snapshot(1, { alarms: [alarm] }));
  const both = apply(begun, { type: "alarm.raised", seq: 2, data: { ...alarm, kind: "longest" } });
  expect(Object.values(both.alarms).map(({ kind }) => kind)).toEqual(["waiting", "longest"]);
  const one = apply(both, { type: "alarm.cleared", seq: 3, data: alarm });
  expect(Object.values(one.alarms).map(({ kind }) => kind)).toEqual(["longest"]);
});
