import { describe, expect, it } from "vitest";
import {
  beyondPlan,
  isAxisRise,
  isBeyond,
  isRise,
  isRungRise,
  levelOf,
  planLimits,
  topLevel,
  topRung,
  valuesAtLevel,
  valuesNow,
} from "../src/core/ladder";
import type { ScenePlan } from "../src/generated/wire";
import { axisLimit, levelLimit, refusedBy } from "../src/words/limit";
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

describe("what the plan limits", () => {
  const limits = (entry: Partial<ScenePlan>) => planLimits(SCENE, { scenes: [{ scene: "heights", ...entry }] });

  it("is nothing without a ceiling and a top rung, or in another scene", () => {
    expect(limits({})).toEqual({});
    expect(planLimits(SCENE, { scenes: [{ scene: "spiders", ceilings: { height_m: 1 } }] })).toEqual({});
  });

  it("is a ceiling, and with a top rung the worst up to it: the milder of both", () => {
    expect(limits({ ceilings: { height_m: 12e6 } })).toEqual({ height_m: 12e6 });
    expect(limits({ top_rung: "balcony" })).toEqual({ height_m: 4e6, edge_distance_m: 4e6, light_lux: 500e6 });
    expect(limits({ top_rung: "roof", ceilings: { height_m: 12e6, edge_distance_m: 0 } })).toMatchObject({
      height_m: 12e6,
      edge_distance_m: 1e6,
    });
  });

  it("is the calm value where the headset does not have the top rung", () => {
    expect(limits({ top_rung: "gone" })).toEqual({ height_m: 0, edge_distance_m: 6e6, light_lux: 500e6 });
  });

  it.each([
    [height!, 12e6, 12e6, false],
    [height!, 12e6 + 1, 12e6, true],
    [edge!, 1e6, 1e6, false],
    [edge!, 1e6 - 1, 1e6, true],
    [light!, 400e6, 600e6, false],
    [light!, 399e6, 600e6, true],
    [height!, 1e9, undefined, false],
  ])("%#: a value is beyond it or not", (rules, value, limit, expected) => {
    expect(isBeyond(rules, value, limit)).toBe(expected);
  });

  it("refuses a rung that stays below the top one, and says which axis", () => {
    const most = limits({ ceilings: { height_m: 12e6 } });
    const refused = SCENE.rungs.map(({ values }) => refusedBy(beyondPlan(SCENE, most, values), most));
    expect(refused).toEqual(["", "", "Height, plan: at most 12 m"]);
  });

  it("has a highest level", () => {
    expect(topLevel(SCENE, limits({ ceilings: { height_m: 12e6 } }))).toBe(2000);
    expect(topLevel(SCENE, {})).toBeNull();
    expect(levelLimit(SCENE, { height_m: 12e6 })).toBe("plan: at most 2.0");
  });

  it("is told of only where it takes something away", () => {
    expect(axisLimit(height!, 12e6)).toBe("plan: at most 12 m");
    expect(axisLimit(edge!, 1e6)).toBe("plan: at least 1 m");
    expect(axisLimit(light!, 600e6)).toBe("plan: 400 lx to 600 lx");
    expect([axisLimit(height!, 100e6), axisLimit(edge!, 300_000), axisLimit(height!, undefined)]).toEqual(["", "", ""]);
  });
});
