/** What the editor asks of the server. All of it throws `Problem`. */
import {
  checkIvrFlow,
  getIvrFlow,
  getIvrFlowTraffic,
  getIvrFlowVersion,
  type IvrFlowOut,
  listIvrFlowVersions,
  publishIvrFlow,
  rollBackIvrFlow,
  type SimulateIn,
  type Simulation as SimulationOut,
  saveIvrFlowDraft,
  simulateIvrFlow,
} from "../../api";
import type { FlowDefinition } from "../../lib/flow";
import "../../lib/http";
import { filledFlow } from "./blank";
import type { FlowProblem } from "./editor";
import { placed } from "./layout";
import type { Traffic } from "./traffic";

/** What the server knows of a flow beside its drawing. */
export interface Standing {
  version: number;
  /** The number of the version that callers go through; 0: none yet. */
  published: number;
  /** The draft is not what callers go through. */
  differs: boolean;
}

export interface Drawn {
  name: string;
  number: string | null;
  flow: FlowDefinition;
  standing: Standing;
}

export type { FlowVersionOut as Version, SimulatedStep } from "../../api";
export type Simulated = SimulationOut;

function standingOf({ version, published, draft }: IvrFlowOut): Standing {
  return { version, published, differs: draft !== null || published === 0 };
}

/** The attendant and its draft, ready to be drawn. */
export async function readFlow(id: string): Promise<Drawn> {
  const row = (await getIvrFlow({ path: { id }, throwOnError: true })).data;
  const flow = await ready(row.draft ?? row.definition);
  return { name: row.name, number: row.number, flow, standing: standingOf(row) };
}

function ready(definition: unknown): Promise<FlowDefinition> {
  return placed(filledFlow(definition as FlowDefinition));
}

const sent = (flow: FlowDefinition) => flow as unknown as NonNullable<SimulateIn["definition"]>;
const match = (version: number) => ({ "If-Match": `"${version}"` });

/** Status 412: somebody else saved one meanwhile. */
export async function saveDraft(id: string, flow: FlowDefinition, version: number): Promise<Standing> {
  const call = { path: { id }, body: { definition: sent(flow) }, headers: match(version), throwOnError: true } as const;
  return standingOf((await saveIvrFlowDraft(call)).data);
}

export async function publish(id: string, note: string, version: number): Promise<Standing> {
  const call = { path: { id }, body: { note }, headers: match(version), throwOnError: true } as const;
  return standingOf((await publishIvrFlow(call)).data);
}

/** An earlier version is published again, as the newest one; the draft stays. */
export async function rollBack(id: string, number: number, version: number): Promise<Standing> {
  const call = { path: { id }, body: { number }, headers: match(version), throwOnError: true } as const;
  return standingOf((await rollBackIvrFlow(call)).data);
}

export async function readVersions(id: string) {
  return (await listIvrFlowVersions({ path: { id }, throwOnError: true })).data.items;
}

export async function readVersion(id: string, number: number): Promise<FlowDefinition> {
  return ready((await getIvrFlowVersion({ path: { id, number }, throwOnError: true })).data.definition);
}

/** What stands in the way of publishing this drawing. */
export async function checkFlow(id: string, flow: FlowDefinition): Promise<FlowProblem[]> {
  const call = { path: { id }, body: { definition: sent(flow) }, throwOnError: true } as const;
  return (await checkIvrFlow(call)).data.problems;
}

/** Who calls, when, and what lookups answer. */
export interface Circumstances {
  time: string | null;
  caller: string;
  language: "zh" | "en";
  customer: string;
  tier: number;
  /** By the lookup's step. */
  lookups: Record<string, unknown>;
}

export async function simulate(
  id: string,
  flow: FlowDefinition,
  { customer, tier, lookups, ...rest }: Circumstances,
  keys: string[],
): Promise<Simulated> {
  const who = customer || tier ? { name: customer, tier } : null;
  const body: SimulateIn = { ...rest, definition: sent(flow), customer: who, keys, lookups: lookups as never };
  return (await simulateIvrFlow({ path: { id }, body, throwOnError: true })).data;
}

/** What callers did between two moments. */
export async function readTraffic(id: string, from: string, to: string): Promise<Traffic> {
  const { nodes } = (await getIvrFlowTraffic({ path: { id }, query: { from, to }, throwOnError: true })).data;
  const traffic: Traffic = {};
  for (const [name, node] of Object.entries(nodes)) {
    const exits: Record<string, number> = {};
    for (const { exit, count } of node.exits ?? []) exits[exit] = (exits[exit] ?? 0) + count;
    const { visits = 0, hung_up = 0, silent = 0, invalid = 0, failed = 0, seconds = 0 } = node;
    traffic[name] = { visits, hung_up, silent, invalid, failed, seconds, exits };
  }
  return traffic;
}
