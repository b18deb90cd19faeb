/** What the ear waits for in an echo call: the announcement, the pause in which one speaks, the own voice coming back. */
export type EchoPhase = "announcement" | "speak" | "heard";

/** Louder than a quiet line. */
const LOUD = 0.2;
/** Longer than the pauses within an announcement (seconds). */
const PAUSE = 2;

/**
 * Follows the sound of the echo service, which first says what to do, then listens, then plays back what it heard:
 * a sound after the pause is what comes back.
 */
export class EchoEar {
  phase: EchoPhase = "announcement";
  private announced = false;
  private quiet = 0;

  /** Take the level (0 … 1) of the last `seconds`. */
  listen(level: number, seconds: number): EchoPhase {
    if (level > LOUD) {
      if (this.phase === "speak") this.phase = "heard";
      this.announced = true;
      this.quiet = 0;
    } else if (this.announced && this.phase === "announcement") {
      this.quiet += seconds;
      if (this.quiet >= PAUSE) this.phase = "speak";
    }
    return this.phase;
  }
}
