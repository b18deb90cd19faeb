/** An attendant as one document: steps by name, each leading to others by their names. */
import type { Destination } from "../api";
import type { Language } from "./types";

/** What a caller hears: an uploaded prompt, one of the system's, or a text that the site's voice speaks. */
export interface Sound {
  prompt?: string;
  system?: string;
  text?: Partial<Record<Language, string>>;
}

/** Whether a caller would hear something. */
export function isHeard(sound: Sound | null | undefined): boolean {
  const texts = Object.values(sound?.text ?? {});
  return Boolean(sound?.prompt || sound?.system || texts.some((text) => text.trim()));
}

/** Where a step stands on the drawing, in pixels at full size. */
export interface Place {
  x: number;
  y: number;
}

export const OPERATORS = [
  "equals",
  "not_equals",
  "less",
  "greater",
  "contains",
  "starts_with",
  "empty",
  "not_empty",
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Case {
  left: string;
  op: Operator;
  right: string;
  to: string;
}

export const SPOKEN = ["number", "digits", "amount", "date", "time", "text"] as const;
export type Spoken = (typeof SPOKEN)[number];

export interface Output {
  variable: string;
  path: string;
}

/** What a lookup asks: the customers of this site, another system over HTTP, or a database. */
export type Source = { kind?: "http" | "sql" | "crm" } & Record<string, unknown>;

interface Step {
  label?: string;
  at?: Place | null;
}

/** Times in seconds. A name that is empty leads nowhere yet. */
export type FlowNode = Step &
  (
    | { kind: "announce"; sound: Sound; next: string }
    | {
        kind: "menu";
        sound: Sound;
        keys: Record<string, string>;
        timeout: number;
        attempts: number;
        fallback: string;
        on_invalid?: Sound | null;
        on_silence?: Sound | null;
      }
    | {
        kind: "digits";
        sound: Sound;
        variable: string;
        shortest: number;
        longest: number;
        end_key: string;
        timeout: number;
        attempts: number;
        next: string;
        fallback: string;
        on_invalid?: Sound | null;
        on_silence?: Sound | null;
      }
    | { kind: "hours"; schedule: string; open: string; closed: string }
    | { kind: "language"; language: Language; next: string }
    | { kind: "condition"; cases: Case[]; fallback: string }
    | { kind: "set"; variable: string; value: string; next: string }
    | { kind: "lookup"; source: Source; outputs: Output[]; timeout: number; next: string; fallback: string }
    | { kind: "say"; value: string; style: Spoken; next: string }
    | { kind: "send"; channel: "email"; to: string; subject: string; text: string; next: string }
    | { kind: "sms"; to: string; template: string; text: string; next: string }
    | { kind: "webhook"; url: string; next: string }
    | { kind: "record"; variable: string; longest: number; silence: number; next: string }
    | { kind: "run_flow"; flow: string; next: string }
    | { kind: "return" }
    | { kind: "go_to"; destination?: Destination | null }
    | { kind: "hang_up"; sound?: Sound | null }
  );

export type NodeKind = FlowNode["kind"];
export type NodeOf<K extends NodeKind> = Extract<FlowNode, { kind: K }>;

export interface FlowDefinition {
  entry: string;
  nodes: Record<string, FlowNode>;
}
