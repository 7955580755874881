import { describe, expect, it } from "vitest";
import { BACK_MOST_MS, BACK_MS, PACES, Pacing } from "../src/core/camera";
import type { Verdict } from "../src/core/quality";
import { cameraText } from "../src/words/camera";

const [FULL, SLOW, PAUSED] = PACES;

class Played {
  readonly pacing = new Pacing();
  tMs = 1e6;

  /** The same verdict four times a second for so long; the pace that follows. */
  during(verdict: Verdict, forMs: number) {
    for (const endMs = this.tMs + forMs; this.tMs < endMs; this.tMs += 250) this.pacing.judge(verdict, this.tMs);
    return this.pacing.pace;
  }
}

describe("what the camera takes of the line", () => {
  it("is less at once while the voices come through fairly, and nothing while poorly", () => {
    const played = new Played();
    expect(played.during("good", 60_000)).toBe(FULL);
    expect(played.during("fair", 250)).toBe(SLOW);
    expect(played.during("poor", 250)).toBe(PAUSED);
    expect(PAUSED.perS).toBe(0);
    expect(FULL.bitsPerS).toBeLessThanOrEqual(150_000);
  });

  it("comes back a step at a time, each after a while without anything amiss", () => {
    const played = new Played();
    played.during("poor", 250);
    expect(played.during("good", BACK_MS - 500)).toBe(PAUSED);
    expect(played.during("good", 750)).toBe(SLOW);
    expect(played.during("good", BACK_MS - 500)).toBe(SLOW);
    expect(played.during("good", 750)).toBe(FULL);
  });

  it("is not tried beyond what the line is good for", () => {
    const played = new Played();
    played.during("poor", 250);
    expect(played.during("fair", 10 * BACK_MS)).toBe(SLOW);
    expect(played.during("good", BACK_MS - 1000)).toBe(SLOW);
  });

  it("is tried again only after twice the while when it was too much", () => {
    const played = new Played();
    played.during("fair", 250);
    for (let whileMs = BACK_MS; whileMs < 4 * BACK_MOST_MS; whileMs *= 2) {
      const waitsMs = Math.min(whileMs, BACK_MOST_MS);
      expect(played.during("good", waitsMs - 500)).toBe(SLOW);
      expect(played.during("good", 750)).toBe(FULL);
      expect(played.during("fair", 250)).toBe(SLOW);
    }
  });
});

describe("what is told of it", () => {
  it("is what to do where there is none, and nothing while it is off or seen", () => {
    expect(cameraText({ state: "off", yields: "not" }, true)).toBe("");
    expect(cameraText({ state: "on", yields: "not" }, true)).toBe("");
    for (const state of ["denied", "missing", "busy"] as const)
      expect(cameraText({ state, yields: "not" }, true)).toMatch(/then press Camera again\.$/);
    expect(cameraText({ state: "unable", yields: "not" }, true)).toContain("https");
    expect(cameraText({ state: "on", yields: "slow" }, true)).toContain("voice goes first");
    expect(cameraText({ state: "on", yields: "paused" }, true)).toContain("No pictures of you");
    expect(cameraText({ state: "on", yields: "not" }, false)).toContain("update");
  });
});
