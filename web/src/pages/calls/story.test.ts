import { expect, test } from "vitest";
import { story } from "./story";
import type { Journey, Offered } from "./types";

function at(second: number): string {
  return new Date(Date.UTC(2026, 10, 23, 8, 0, second)).toISOString();
}

const leg = { cause: "", hold: 0, talk: 0, ended_at: at(50), number: "801", agent_name: null };

function offer(second: number, rung: Offered["rung"], agents = rung.length): Offered {
  return { at: at(second), rung, agents, text_zh: "", text_en: "" };
}

const answered: Journey = {
  id: "j1",
  direction: "inbound",
  origin: null,
  origin_journey: "",
  started_at: at(0),
  answered_at: at(20),
  ended_at: at(50),
  from: "13800001111",
  whence: null,
  to: "801",
  trunk: "t1",
  trunk_name: "Carrier",
  did: "02066668888",
  customer: null,
  legs: [
    { ...leg, id: "l1", party: "caller", agent: null, started_at: at(0), answered_at: at(1) },
    { ...leg, id: "l2", party: "agent", agent: "ana", started_at: at(15), answered_at: at(20) },
  ],
  ivr_steps: [{ node: "n1", label: "Greeting", key: "1", at: at(5) }],
  closed_queues: [],
  queue_visits: [
    {
      queue: "q1",
      queue_name: "Sales",
      agent_name: "Ana",
      entered_at: at(6),
      wait: 14,
      outcome: "answered",
      agent: "ana",
      offered: [offer(15, [{ agent: "ana", agent_name: "Ana", ended: "answered", seconds: 5 }])],
      choices: 1,
      reason: "",
      key: "",
    },
  ],
  recordings: [],
  supervisions: [],
  survey: null,
  voicemail: null,
  ended_by: "caller",
  loss_reason: null,
};

test("an answered call is told from arrival to end", () => {
  expect(story(answered).map((chapter) => chapter.kind)).toEqual([
    "arrived",
    "ivr",
    "queue",
    "offered",
    "queue_left",
    "connected",
    "ended",
  ]);
});

test("a ring that no offer tells of is told itself, as of a server that died meanwhile", () => {
  const bo = { ...leg, id: "l3", party: "agent" as const, agent: "bo", started_at: at(8), answered_at: null };
  const kinds = (...earlier: Offered[]) => {
    const visits = answered.queue_visits.map((visit) => ({ ...visit, offered: [...earlier, ...visit.offered] }));
    const told = story({ ...answered, queue_visits: visits, legs: [...answered.legs, bo] });
    return told.map((chapter) => chapter.kind).slice(2, 5);
  };
  expect(kinds(offer(8, [{ agent: "bo", agent_name: "Bo", ended: "refused", seconds: 3 }]))[1]).toBe("offered");
  expect(kinds(offer(8, [], 30))).toEqual(["queue", "offered", "offered"]);
  expect(kinds()).toEqual(["queue", "rang", "offered"]);
});

test("a caller who still waits has not left the queue, and the call has no end", () => {
  const visits = answered.queue_visits.map((visit) => ({ ...visit, offered: [], choices: 0, outcome: null }));
  const waiting = { ...answered, queue_visits: visits, legs: [], ended_at: null };
  expect(story(waiting).map((chapter) => chapter.kind)).toEqual(["arrived", "ivr", "queue"]);
});

test("a message left after the queue stands before the end", () => {
  const voicemail = { id: "v1", seconds: 8, left_at: at(50) };
  const kinds = story({ ...answered, legs: [], voicemail }).map((chapter) => chapter.kind);
  expect(kinds.slice(-2)).toEqual(["voicemail", "ended"]);
});

test("an agent whose page was reloaded came back to the call, he was not rung again", () => {
  const again = { ...leg, id: "l3", party: "agent" as const, agent: "ana", started_at: at(30), answered_at: at(31) };
  const kinds = story({ ...answered, legs: [...answered.legs, again] }).map((chapter) => chapter.kind);
  expect(kinds.slice(-3)).toEqual(["connected", "rejoined", "ended"]);
});

test("who came outside the hours is told that the queue was closed", () => {
  const closed = [{ queue: "q1", queue_name: "Sales", at: answered.started_at }];
  const kinds = story({ ...answered, queue_visits: [], closed_queues: closed, legs: [] }).map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(["arrived", "queue_closed"]);
});

test("who listened stands where he began to, after the connection", () => {
  const part = {
    leader: "lee",
    leader_name: "Lee",
    agent: "ana",
    mode: "listen" as const,
    since: at(25),
    until: at(30),
  };
  const kinds = story({ ...answered, supervisions: [part] }).map((chapter) => chapter.kind);
  expect(kinds.slice(-3)).toEqual(["connected", "supervised", "ended"]);
});

test("a leader who took over was not rung", () => {
  const lee = { ...leg, id: "l3", party: "agent" as const, agent: "lee", started_at: at(30), answered_at: at(30) };
  const kinds = story({ ...answered, legs: [...answered.legs, lee] }).map((chapter) => chapter.kind);
  expect(kinds.slice(-3)).toEqual(["connected", "connected", "ended"]);
});
