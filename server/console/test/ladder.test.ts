import { describe, expect, it } from "vitest";
import { isAxisRise, isRise, isRungRise, levelOf, topRung, valuesAtLevel, valuesNow } from "../src/core/ladder";
import { SCENE, exposed, report } from "./made";

const [height, edge, light] = SCENE.axes;

describe("a move of an axis", () => {
  it.each([
    [height!, 1, 2, true],
    [height!, 2, 1, false],
    [edge!, 2, 1, true],
    [edge!, 1, 2, false],
    [light!, 500e6, 400e6, true],
    [light!, 400e6, 500e6, false],
    [light!, 400e6, 550e6, true],
    [light!, 600e6, 550e6, false],
    [height!, 5, 5, false],
  ])("%#: is a rise or not", (rules, before, after, rises) => {
    expect(isAxisRise(rules, before, after)).toBe(rises);
  });
});

describe("a rung", () => {
  it("is a rise from the calm room, always", () => {
    expect(isRungRise(SCENE, 0, report())).toBe(true);
    expect(isRungRise(SCENE, 0, exposed(2, { state: "stopped", scene: "" }))).toBe(true);
  });

  it("above is a rise, below is none", () => {
    expect([0, 1, 2].map((index) => isRungRise(SCENE, index, exposed(1)))).toEqual([false, false, true]);
  });

  it("below is a rise where an axis was lowered further", () => {
    const low = exposed(2, { axes: { ...exposed(2).axes, height_m: { value: 0, target: 0 } } });
    expect(isRungRise(SCENE, 1, low)).toBe(true);
  });
});

describe("the macro level", () => {
  it("is linear between its points", () => {
    expect(valuesAtLevel(SCENE, 5000)).toEqual({ height_m: 30e6, edge_distance_m: 3.5e6, light_lux: 500e6 });
  });

  it("that goes with what is shown is never a rise", () => {
    for (const step of [0, 1, 2]) {
      const now = valuesNow(exposed(step));
      expect(isRise(SCENE, now, valuesAtLevel(SCENE, levelOf(SCENE, now)))).toBe(false);
    }
  });
});

it("the plan bounds the ladder", () => {
  expect(topRung(SCENE, { scenes: [] })).toBe(-1);
  expect(topRung(SCENE, { scenes: [{ scene: "heights" }] })).toBe(2);
  expect(topRung(SCENE, { scenes: [{ scene: "heights", top_rung: "balcony" }] })).toBe(1);
});
