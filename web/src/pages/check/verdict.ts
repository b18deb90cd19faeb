export type Step = "secure" | "server" | "line" | "microphone" | "speaker" | "echo";
export type Result = "ok" | "wait" | "bad" | "todo";

export const STEPS: Step[] = ["secure", "server", "line", "microphone", "speaker", "echo"];

/** The first thing that keeps the desk from being ready; null when everything was seen to work. */
export function hindrance(results: Record<Step, Result>): { step: Step; result: Exclude<Result, "ok"> } | null {
  for (const wanted of ["bad", "wait", "todo"] as const) {
    const step = STEPS.find((one) => results[one] === wanted);
    if (step) return { step, result: wanted };
  }
  return null;
}
