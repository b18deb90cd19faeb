import type { FaxPart, IvrStep, Journey, Leg, Offered, QueueVisit, Supervision } from "./types";

/** One line of a call's story, in the order in which things happened. */
export type Chapter = { at: string } & (
  | { kind: "arrived" }
  | { kind: "ivr"; step: IvrStep }
  | { kind: "queue_closed"; queue: string }
  | { kind: "queue"; visit: QueueVisit }
  | { kind: "offered"; offered: Offered }
  | { kind: "queue_left"; visit: QueueVisit }
  | { kind: "rang"; leg: Leg }
  | { kind: "asked"; leg: Leg }
  | { kind: "connected"; leg: Leg }
  | { kind: "rejoined"; leg: Leg }
  | { kind: "supervised"; part: Supervision }
  | { kind: "voicemail"; seconds: number; id: string }
  | { kind: "survey"; name: string; answered: boolean }
  | { kind: "fax"; fax: FaxPart }
  | { kind: "ended"; by: string; reason: string | null }
);

const ORDER: Chapter["kind"][] = [
  "arrived",
  "ivr",
  "queue_closed",
  "queue",
  "offered",
  "rang",
  "queue_left",
  "asked",
  "connected",
  "rejoined",
  "supervised",
  "voicemail",
  "survey",
  "fax",
  "ended",
];

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}

/** When the wait ended; who was answered left at the moment in which his agent's leg was, to the millisecond. */
function left({ legs }: Journey, { agent, entered_at, wait }: QueueVisit): string {
  const entered = Date.parse(entered_at);
  const answered = legs.find((leg) => agent && leg.agent === agent && Date.parse(leg.answered_at ?? "") >= entered);
  return answered?.answered_at ?? later(entered_at, wait);
}

/** Steps of a flow of which a caller notices nothing. */
const UNHEARD = ["hours", "language", "condition", "set", "lookup", "send", "webhook", "run_flow", "return", "go_to"];

const AT_ONCE_MS = 20;

/** Nobody rang him: he was on the line already, as a leader who listened and has taken over. */
function cameAlong({ started_at, answered_at }: Leg): boolean {
  return answered_at !== null && Date.parse(answered_at) - Date.parse(started_at) < AT_ONCE_MS;
}

/** The offer that made this leg tells of it. */
function toldByOffer({ queue_visits }: Journey, leg: Leg): boolean {
  const started = Date.parse(leg.started_at);
  return queue_visits.some(({ offered }) =>
    offered.some(
      ({ at, rung, agents }) =>
        Math.abs(Date.parse(at) - started) < 1_000 &&
        (rung.some(({ agent }) => agent === leg.agent) || agents > rung.length),
    ),
  );
}

/** The legs of agents and called parties are chapters; the caller's own leg is the whole story. */
export function story(journey: Journey): Chapter[] {
  const chapters: Chapter[] = [{ at: journey.started_at, kind: "arrived" }];
  for (const step of journey.ivr_steps)
    if (!UNHEARD.includes(step.kind ?? "")) chapters.push({ at: step.at, kind: "ivr", step });
  for (const { queue_name, at } of journey.closed_queues)
    chapters.push({ at, kind: "queue_closed", queue: queue_name });
  for (const visit of journey.queue_visits) {
    chapters.push({ at: visit.entered_at, kind: "queue", visit });
    for (const offered of visit.offered) chapters.push({ at: offered.at, kind: "offered", offered });
    if (visit.outcome) chapters.push({ at: left(journey, visit), kind: "queue_left", visit });
  }
  const talked = new Set<string>();
  for (const leg of journey.legs) {
    if (leg.party === "caller") continue;
    if (leg.agent && leg.answered_at && talked.has(leg.agent)) {
      chapters.push({ at: leg.answered_at, kind: "rejoined", leg }); // after a reload or a lost network
      continue;
    }
    if (leg.agent && leg.answered_at) talked.add(leg.agent);
    if (!cameAlong(leg) && !toldByOffer(journey, leg)) chapters.push({ at: leg.started_at, kind: "rang", leg });
    if (leg.answered_at && leg.consulted_by != null) chapters.push({ at: leg.answered_at, kind: "asked", leg });
    if (leg.answered_at && (leg.consulted_by == null || leg.talk > 0)) {
      chapters.push({ at: leg.answered_at, kind: "connected", leg });
    }
  }
  for (const part of journey.supervisions) chapters.push({ at: part.since, kind: "supervised", part });
  if (journey.voicemail) {
    const { id, seconds, left_at } = journey.voicemail;
    chapters.push({ at: left_at, kind: "voicemail", seconds, id });
  }
  if (journey.survey) {
    const { name, asked_at, answers } = journey.survey;
    chapters.push({ at: asked_at, kind: "survey", name, answered: answers.length > 0 });
  }
  if (journey.fax) chapters.push({ at: journey.fax.ended_at ?? journey.fax.started_at, kind: "fax", fax: journey.fax });
  if (journey.ended_at) {
    chapters.push({ at: journey.ended_at, kind: "ended", by: journey.ended_by ?? "", reason: journey.loss_reason });
  }
  return chapters.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
