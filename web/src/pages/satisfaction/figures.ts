import dayjs from "dayjs";
import type { Satisfaction } from "../../api";
import { dayBounds } from "../../lib/zone";

export const BY = ["agent", "queue", "day"] as const;
export type By = (typeof BY)[number];
export type Row = Satisfaction["total"];
export type Count = "asked" | "answered" | "very_satisfied" | "satisfied" | "unsatisfied";
export type Why = "service" | "attitude" | "other";

export interface Asked {
  from: string;
  to: string;
  by: By;
  survey: string;
  queue: string;
  question: number;
}

/** The address of the calls behind a figure; `row` null: of the sum. */
export function callsBehind(asked: Asked, row: Row | null, count: Count, why?: Why): string {
  const wanted = new URLSearchParams({ from: asked.from, to: asked.to, survey: count });
  if (row && asked.by === "day" && row.id) {
    const day = dayBounds(dayjs(row.id), dayjs(row.id));
    wanted.set("from", day.from);
    wanted.set("to", day.to);
  }
  if (asked.survey) wanted.set("survey_form", asked.survey);
  if (asked.queue) wanted.set("survey_queue", asked.queue);
  if (asked.question) wanted.set("survey_question", String(asked.question));
  if (row && asked.by === "agent") wanted.set("survey_agent", row.id ?? "-");
  if (row && asked.by === "queue") wanted.set("survey_queue", row.id ?? "-");
  if (why) wanted.set("survey_reason", why);
  return `/calls?${wanted}`;
}

/** A share in percent, "–" of nothing. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 1000) / 10} %`;
}
