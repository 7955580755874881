import { describe, expect, it } from "vitest";
import { gaze } from "../src/core/head";
import { TelemetryError, unpack } from "../src/core/telemetry";

/** As `vret.link.telemetry.pack` writes one row, but for what version 2 brought. */
const ROW =
  "15cd5b0700000000" + // 123456789 ns
  "2a000000" + // frame 42
  "dc050000" + // 1500 us
  "0000003fcdcccc3f0000a0be" + // 0.5, 1.6, -0.3125
  "000000000000000000000000" +
  "0000803f" + // no rotation
  "f401"; // veil 500
const BATCH = `5654020001000000${ROW}03000000c03f`; // area 3, 1.5 m
const NOTHING = `5654020001000000${ROW}00000000c07f`; // no area, not a number
const VERSION_1 = `5654010001000000${ROW}0000`;

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16)).buffer;

describe("a batch", () => {
  it("is read as it was packed", () => {
    const [row] = unpack(bytes(BATCH));
    expect(row).toMatchObject({ tNs: 123456789, frame: 42, cpuUs: 1500, veil: 500, rotationInStage: [0, 0, 0, 1] });
    expect(row!.positionInStage[0]).toBe(0.5);
    expect(row!.positionInStage[1]).toBeCloseTo(1.6);
    expect(row!.positionInStage[2]).toBe(-0.3125);
    expect([row!.area, row!.fearedM]).toEqual([3, 1.5]);
  });

  it("may tell of nothing to look at", () => {
    expect(unpack(bytes(NOTHING))[0]).toMatchObject({ veil: 500, area: 0, fearedM: null });
  });

  it("of version 1 is still read", () => {
    expect(unpack(bytes(VERSION_1))[0]).toMatchObject({ tNs: 123456789, veil: 500, area: 0, fearedM: null });
  });

  it.each(["5654", "5654030000000000", "0000020000000000", "5654020002000000" + "00".repeat(52), BATCH + "00"])(
    "of another make is refused: %s",
    (hex) => {
      expect(() => unpack(bytes(hex))).toThrow(TelemetryError);
    },
  );

  it("may be empty", () => {
    expect(unpack(bytes("5654020000000000"))).toEqual([]);
  });
});

describe("the gaze", () => {
  const turn = (axis: "x" | "y", deg: number) => {
    const [sin, cos] = [Math.sin((deg * Math.PI) / 360), Math.cos((deg * Math.PI) / 360)];
    return gaze(axis === "x" ? [sin, 0, 0, cos] : [0, sin, 0, cos]);
  };

  it.each([0, 35, -35, 90, 179])("to the left is positive: %d degrees", (deg) => {
    expect(turn("y", deg).yawDeg).toBeCloseTo(deg);
    expect(turn("y", deg).pitchDeg).toBeCloseTo(0);
  });

  it.each([20, -60])("up is positive: %d degrees", (deg) => {
    expect(turn("x", deg).pitchDeg).toBeCloseTo(deg);
  });
});
