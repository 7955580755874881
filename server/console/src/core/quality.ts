/**
 * How well the voices come through, from what the browser counts (W3C webrtc-stats), and whether anything comes at all.
 *
 * Pure: samples and times (milliseconds of one monotonic clock) go in. The bands are those by which others call a line
 * good or poor (loss 5 and 10 %, round trip 300 and 600 ms). A line that gets better is called better only after a
 * while, so that the word does not flicker.
 */

/** `received` and `lost` count packets, `concealed` and `played` samples, since the call began; levels are 0 to 1. */
export interface Sample {
  readonly tMs: number;
  readonly received: number;
  readonly lost: number;
  readonly concealed: number;
  readonly played: number;
  /** Share of our packets that the other end missed, as it told last. */
  readonly ownLost: number | null;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly personLevel: number;
  readonly ownLevel: number;
}

/** Of the last seconds; shares are 0 to 1, null is not known. */
export interface Figures {
  readonly lost: number | null;
  readonly ownLost: number | null;
  readonly concealed: number | null;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
}

export type Verdict = "good" | "fair" | "poor";

const WINDOW_MS = 5000;
const BETTER_AFTER_MS = 3000;
/** With a sample every quarter of a second, a line that falls silent is called so within three seconds. */
export const SILENT_MS = 2750;
const GOOD = { lost: 0.05, roundTripMs: 300 };
const FAIR = { lost: 0.1, roundTripMs: 600 };
const QUIETEST_DB = 50;

const RANKS = ["good", "fair", "poor"] as const satisfies Verdict[];
const UNKNOWN: Figures = { lost: null, ownLost: null, concealed: null, roundTripMs: null, jitterMs: null };

export function judge({ lost, ownLost, roundTripMs }: Figures): Verdict {
  const worst = Math.max(lost ?? 0, ownLost ?? 0);
  if (worst < GOOD.lost && (roundTripMs ?? 0) < GOOD.roundTripMs) return "good";
  return worst <= FAIR.lost && (roundTripMs ?? 0) <= FAIR.roundTripMs ? "fair" : "poor";
}

/** What is shown of a level: 0 to 1 over the range of speech, as ears hear it. */
export function loudness(level: number): number {
  return level <= 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(level)) / QUIETEST_DB));
}

/** Of one call. Sampling begins when it is up. */
export class Quality {
  figures: Figures = UNKNOWN;
  verdict: Verdict = "good";
  /** When something last came from the person; null before sampling began. */
  heardMs: number | null = null;
  personLevel = 0;
  ownLevel = 0;
  private samples: Sample[] = [];
  private betterMs: number | null = null;

  take(sample: Sample): void {
    const before = this.samples.at(-1);
    const isAnew = before !== undefined && sample.received < before.received;
    if (isAnew) this.samples = [];
    if (before === undefined || isAnew || sample.received > before.received) this.heardMs = sample.tMs;
    this.samples = [...this.samples.filter(({ tMs }) => sample.tMs - tMs <= WINDOW_MS), sample];
    this.figures = figuresOf(this.samples[0]!, sample);
    this.settle(judge(this.figures), sample.tMs, before === undefined);
    this.personLevel = sample.personLevel;
    this.ownLevel = sample.ownLevel;
  }

  /** Whether nothing comes any more. Silence comes too: both ends send it as they send speech. */
  isSilent(tMs: number): boolean {
    return this.heardMs !== null && tMs - this.heardMs >= SILENT_MS;
  }

  private settle(found: Verdict, tMs: number, isFirst: boolean): void {
    const isBetter = RANKS.indexOf(found) < RANKS.indexOf(this.verdict);
    this.betterMs = isBetter ? (this.betterMs ?? tMs) : null;
    if (!isFirst && this.betterMs !== null && tMs - this.betterMs < BETTER_AFTER_MS) return;
    this.verdict = found;
    this.betterMs = null;
  }
}

function figuresOf(first: Sample, newest: Sample): Figures {
  const { ownLost, roundTripMs, jitterMs } = newest;
  const lost = newest.lost - first.lost;
  return {
    lost: share(lost, newest.received - first.received + lost),
    concealed: share(newest.concealed - first.concealed, newest.played - first.played),
    ownLost,
    roundTripMs,
    jitterMs,
  };
}

/** A packet that comes twice counts as one lost less (RFC 3550, 6.4.1), so a share may seem to be below nothing. */
function share(part: number, whole: number): number | null {
  return whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));
}
