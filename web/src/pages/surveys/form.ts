import { isHeard, type Sound } from "../../lib/flow";
import type { Survey } from "../../lib/types";

export const MEANINGS = ["very_satisfied", "satisfied", "unsatisfied"] as const;
export const REASONS = ["service", "attitude", "other"] as const;
export type Meaning = (typeof MEANINGS)[number];
export type Reason = (typeof REASONS)[number];

/** A question as the form holds it: each meaning has its key, or none. */
export interface Question {
  label: string;
  sound: Sound | null;
  keys: Partial<Record<Meaning, string | null>>;
  why: boolean;
  reasons: Partial<Record<Reason, string | null>>;
  reason_sound: Sound | null;
}

export interface Fields {
  name: string;
  number: string | null;
  questions: Question[];
  invitation: Sound | null;
  accept_key: string;
  comment: Sound | null;
  comment_seconds: number;
  thanks: Sound | null;
  timeout: number;
  attempts: number;
}

export const questionOf = (label = ""): Question => ({
  label,
  sound: { system: "rate_service" },
  keys: { very_satisfied: "1", satisfied: "2", unsatisfied: "3" },
  why: true,
  reasons: { service: "1", attitude: "2", other: "3" },
  reason_sound: { system: "survey_reason" },
});

/** { "1": "satisfied" } → { satisfied: "1" }. */
function byMeaning<M extends string>(keys: Record<string, M>): Partial<Record<M, string>> {
  return Object.fromEntries(Object.entries(keys).map(([key, meaning]) => [meaning, key])) as Partial<Record<M, string>>;
}

function byKey<M extends string>(meanings: Partial<Record<M, string | null>>): Record<string, M> {
  return Object.fromEntries(
    Object.entries(meanings).flatMap(([meaning, key]) => (key ? [[key as string, meaning as M]] : [])),
  );
}

export function toForm({ name, number, form }: Survey): Fields {
  return {
    name,
    number,
    questions: form.questions.map((one) => ({
      label: one.label,
      sound: one.sound,
      keys: byMeaning<Meaning>(one.keys),
      why: Object.keys(one.reasons ?? {}).length > 0,
      reasons: byMeaning<Reason>(one.reasons ?? {}),
      reason_sound: one.reason_sound ?? { system: "survey_reason" },
    })),
    invitation: form.invitation ?? null,
    accept_key: form.accept_key ?? "1",
    comment: form.comment ?? null,
    comment_seconds: form.comment_seconds ?? 60,
    thanks: form.thanks ?? null,
    timeout: form.timeout ?? 8,
    attempts: form.attempts ?? 2,
  };
}

/** A text in which nothing is typed is no sound. */
const heard = (sound: Sound | null) => (isHeard(sound) ? sound : null);

export function toBody({ name, number, questions, ...form }: Fields) {
  return {
    name,
    number,
    form: {
      ...form,
      invitation: heard(form.invitation),
      comment: heard(form.comment),
      thanks: heard(form.thanks),
      questions: questions.map(({ label, sound, keys, why, reasons, reason_sound }) => ({
        label,
        sound: sound ?? {},
        keys: byKey(keys),
        reasons: why ? byKey(reasons) : {},
        reason_sound: why ? heard(reason_sound) : null,
      })),
    },
  };
}

/** Whether no key has two meanings. */
export function areApart(keys: Partial<Record<string, string | null>> | undefined): boolean {
  const used = Object.values(keys ?? {}).filter(Boolean);
  return new Set(used).size === used.length;
}
