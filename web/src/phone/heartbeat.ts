/** How often a line is asked for an echo, and how long it may stay silent (milliseconds). */
export const BEAT_MS = 1_000;
export const SILENCE_LIMIT_MS = 2_500;

/**
 * Tells a dead connection from a quiet one: pure, the times come in as arguments (milliseconds).
 *
 * A line that never echoed is not judged: a server in front may not know the custom. A beat that itself comes late
 * proves that the page stood still, so the echo may still wait to be read: that beat asks again instead of judging.
 */
export class Heartbeat {
  private askedAt: number | null = null;
  private lastBeat: number | null = null;
  private echoes = false;

  heard(): void {
    if (this.askedAt !== null) this.echoes = true;
    this.askedAt = null;
  }

  /** What to do at this beat. */
  beat(now: number): "ask" | "wait" | "dead" {
    const late = this.lastBeat !== null && now - this.lastBeat > 2 * BEAT_MS;
    this.lastBeat = now;
    if (this.askedAt === null || (late && this.echoes)) {
      this.askedAt = now;
      return "ask";
    }
    if (!this.echoes) return "wait";
    return now - this.askedAt >= SILENCE_LIMIT_MS ? "dead" : "wait";
  }
}
