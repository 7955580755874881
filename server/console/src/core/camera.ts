/**
 * The therapist's camera: how much of the line its pictures may take.
 *
 * Voice goes first. While the voices come through fairly there are fewer pictures, while poorly none. They come back one
 * step at a time, each after a while in which the voices were better than the step asks; a step that had to be taken back
 * soon is tried again only after twice the while.
 *
 * Pure: verdicts and times (milliseconds of one monotonic clock) go in, a pace comes out.
 */

import type { Verdict } from "./quality";

/** Pictures a second, and the most bits a second that they take. */
export interface Pace {
  readonly perS: number;
  readonly bitsPerS: number;
}

const RANKS = ["good", "fair", "poor"] as const satisfies Verdict[];
export const PACES = [
  { perS: 15, bitsPerS: 150_000 },
  { perS: 5, bitsPerS: 60_000 },
  { perS: 0, bitsPerS: 0 },
] as const satisfies Pace[];
export const BACK_MS = 10_000;
export const BACK_MOST_MS = 80_000;
export const RELAPSE_MS = 20_000;

/** Of one call. */
export class Pacing {
  private at = 0;
  private amissMs = -Infinity;
  private roseMs = -Infinity;
  private whileMs = BACK_MS;

  get pace(): Pace {
    return PACES[this.at]!;
  }

  get isFull(): boolean {
    return this.at === 0;
  }

  /** How well the voices come through, a few times a second. */
  judge(verdict: Verdict, tMs: number): void {
    const rank = RANKS.indexOf(verdict);
    if (rank > this.at) {
      const hasRelapsed = tMs - this.roseMs < RELAPSE_MS;
      this.whileMs = hasRelapsed ? Math.min(2 * this.whileMs, BACK_MOST_MS) : BACK_MS;
      this.at = rank;
    }
    if (rank === this.at) this.amissMs = tMs;
    else if (tMs - Math.max(this.amissMs, this.roseMs) >= this.whileMs) {
      this.at -= 1;
      this.roseMs = tMs;
    }
  }
}
