import { describe, expect, it } from "vitest";
import { Quality, SILENT_MS, judge, loudness, type Figures, type Sample } from "../src/core/quality";
import { sampleOf } from "../src/link/stats";

const STEP_MS = 250;
const PACKETS = 13;
const NOTHING: Figures = { lost: null, ownLost: null, concealed: null, roundTripMs: null, jitterMs: null };

const sample = (changes: Partial<Sample>): Sample => ({
  tMs: 0,
  received: 0,
  lost: 0,
  concealed: 0,
  played: 0,
  ownLost: null,
  roundTripMs: null,
  jitterMs: null,
  personLevel: 0,
  ownLevel: 0,
  ...changes,
});

/** A line of which `share` is lost, from `fromMs` for `forMs`. */
class Line {
  readonly quality = new Quality();
  tMs = 0;
  private received = 0;
  private lost = 0;

  run(forMs: number, share: number, changes: Partial<Sample> = {}): this {
    for (const endMs = this.tMs + forMs; this.tMs < endMs; this.tMs += STEP_MS) {
      this.received += PACKETS * (1 - share);
      this.lost += PACKETS * share;
      this.quality.take(sample({ tMs: this.tMs, received: this.received, lost: this.lost, ...changes }));
    }
    return this;
  }

  cut(forMs: number): this {
    for (const endMs = this.tMs + forMs; this.tMs < endMs; this.tMs += STEP_MS)
      this.quality.take(sample({ tMs: this.tMs, received: this.received, lost: this.lost }));
    return this;
  }
}

describe("the verdict", () => {
  it.each<[string, Partial<Figures>, string]>([
    ["nothing is known", {}, "good"],
    ["a little is lost here", { lost: 0.049 }, "good"],
    ["more is lost here", { lost: 0.05 }, "fair"],
    ["much is lost here", { lost: 0.101 }, "poor"],
    ["more is lost there", { ownLost: 0.1 }, "fair"],
    ["much is lost there", { ownLost: 0.11 }, "poor"],
    ["it is near", { roundTripMs: 299 }, "good"],
    ["it is far", { roundTripMs: 300 }, "fair"],
    ["it is very far", { roundTripMs: 601 }, "poor"],
    ["the worst counts", { lost: 0, ownLost: 0.2, roundTripMs: 20 }, "poor"],
  ])("when %s", (_, changes, verdict) => {
    expect(judge({ ...NOTHING, ...changes })).toBe(verdict);
  });

  it("is of the last five seconds", () => {
    const line = new Line().run(60_000, 0).run(5000, 0.2);
    expect(line.quality.figures.lost).toBeCloseTo(0.2);
    expect(line.quality.verdict).toBe("poor");
    expect(line.run(6000, 0).quality.figures.lost).toBeCloseTo(0);
  });

  it("gets worse at once, and better only when it stays so", () => {
    const line = new Line().run(5000, 0).run(250, 0, { roundTripMs: 400 });
    expect(line.quality.verdict).toBe("fair");
    expect(line.run(2750, 0, { roundTripMs: 40 }).quality.verdict).toBe("fair");
    expect(line.run(250, 0, { roundTripMs: 400 }).quality.verdict).toBe("fair");
    expect(line.run(3000, 0, { roundTripMs: 40 }).quality.verdict).toBe("fair");
    expect(line.run(250, 0, { roundTripMs: 40 }).quality.verdict).toBe("good");
  });

  it("is not spoilt by packets that came twice, nor by counters that begin anew", () => {
    const quality = new Quality();
    quality.take(sample({ tMs: 0, received: 100, lost: 4 }));
    quality.take(sample({ tMs: 1000, received: 150, lost: 2 }));
    expect(quality.figures.lost).toBe(0);
    quality.take(sample({ tMs: 2000, received: 10, lost: 0 }));
    expect(quality.figures.lost).toBeNull();
    expect(quality.heardMs).toBe(2000);
  });

  it("tells how much was filled in", () => {
    const quality = new Quality();
    quality.take(sample({ tMs: 0, played: 48_000, concealed: 480 }));
    quality.take(sample({ tMs: 1000, received: 50, played: 96_000, concealed: 960 }));
    expect(quality.figures.concealed).toBeCloseTo(0.01);
  });
});

describe("a line that falls silent", () => {
  it("is called so within three seconds, and heard again with the first packet", () => {
    const line = new Line().run(10_000, 0);
    const endMs = line.tMs - STEP_MS;
    expect(line.quality.isSilent(endMs + SILENT_MS - 1)).toBe(false);
    expect(line.quality.isSilent(endMs + SILENT_MS)).toBe(true);
    expect(SILENT_MS + STEP_MS).toBeLessThanOrEqual(3000);
    line.cut(8000);
    expect(line.quality.heardMs).toBe(endMs);
    expect(line.quality.isSilent(line.tMs)).toBe(true);
    expect(line.run(250, 0).quality.isSilent(line.tMs)).toBe(false);
  });

  it("is not one that was never listened to, nor one on which nobody speaks", () => {
    expect(new Quality().isSilent(1e9)).toBe(false);
    expect(new Line().run(60_000, 0, { personLevel: 0 }).quality.isSilent(60_000)).toBe(false);
  });
});

it("loudness goes as ears hear it", () => {
  expect([0, 1e-9, 1].map(loudness)).toEqual([0, 0, 1]);
  expect(loudness(0.01)).toBeCloseTo(0.2);
  expect(loudness(0.1)).toBeCloseTo(0.6);
});

describe("a sample", () => {
  const heard = {
    id: "i",
    type: "inbound-rtp",
    kind: "audio",
    packetsReceived: 500,
    packetsLost: 5,
    jitter: 0.012,
    concealedSamples: 960,
    totalSamplesReceived: 480_000,
    audioLevel: 0.3,
  };
  const pair = { id: "p", type: "candidate-pair", currentRoundTripTime: 0.08, nominated: true, state: "succeeded" };
  const stats = [
    { id: "v", type: "inbound-rtp", kind: "video", packetsReceived: 9 },
    heard,
    { id: "r", type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.02, roundTripTime: 0.09 },
    { id: "m", type: "media-source", kind: "audio", audioLevel: 0.5 },
    { ...pair, id: "other", currentRoundTripTime: 9 },
    pair,
    { id: "t", type: "transport", selectedCandidatePairId: "p" },
  ];

  it("is of the voice, and of the way that it takes", () => {
    expect(sampleOf(stats, 7)).toEqual({
      tMs: 7,
      received: 500,
      lost: 5,
      concealed: 960,
      played: 480_000,
      ownLost: 0.02,
      roundTripMs: 80,
      jitterMs: 12,
      personLevel: 0.3,
      ownLevel: 0.5,
    });
  });

  it("is made of what a browser has", () => {
    expect(sampleOf([], 7)).toEqual(sample({ tMs: 7 }));
    expect(sampleOf([heard, { ...pair, id: "other" }], 7).roundTripMs).toBe(80);
    expect(sampleOf([{ ...stats[2]!, kind: "audio" }], 7).roundTripMs).toBe(90);
  });
});
