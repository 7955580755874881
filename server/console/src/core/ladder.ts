/**
 * What a scene's numbers mean: what is a rise, where on the ladder the person is, what the plan permits.
 *
 * It says beforehand what the core in the headset will say, so that a button can be honest; the core decides. The rules
 * are those of `vret/core/axes.py`, `ladder.py` and `orders.py`; `test/ladder.test.ts` holds their examples.
 */

import { AXES } from "../generated/core";
import type { AxisRules, Plan, Report, SceneRules } from "../generated/wire";
import { isInScene } from "./story";

type AxisName = keyof typeof AXES;
export type Values = { [axis: string]: number };

interface AxisWord {
  unit: string;
  dread: "up" | "down" | "away";
  meaning: string;
}

export function axisWord(axis: string): AxisWord {
  return axis in AXES ? AXES[axis as AxisName] : { unit: "", dread: "away", meaning: axis };
}

function dreadOf(rules: AxisRules, value: number): number {
  switch (axisWord(rules.axis).dread) {
    case "up":
      return value;
    case "down":
      return -value;
    case "away":
      return Math.abs(value - rules.calm);
  }
}

/** Whether the move of one axis is a rise. For `away`, crossing the calm value is one. */
export function isAxisRise(rules: AxisRules, before: number, after: number): boolean {
  const crosses = axisWord(rules.axis).dread === "away" && (before - rules.calm) * (after - rules.calm) < 0;
  return crosses || dreadOf(rules, after) > dreadOf(rules, before);
}

export function isRise(scene: SceneRules, before: Values, after: Values): boolean {
  return scene.axes.some((rules) => {
    const [from, to] = [before[rules.axis], after[rules.axis]];
    return from !== undefined && to !== undefined && isAxisRise(rules, from, to);
  });
}

/** Where the axes are now, micro-units. */
export function valuesNow(report: Report): Values {
  return Object.fromEntries(Object.entries(report.axes).map(([axis, { value }]) => [axis, value]));
}

/** Whether going to a rung is a rise from here: from the calm room always. */
export function isRungRise(scene: SceneRules, index: number, report: Report): boolean {
  const rung = scene.rungs[index];
  if (rung === undefined || !isInScene(report.state) || report.scene !== scene.name) return true;
  return index > report.step_index || isRise(scene, valuesNow(report), rung.values);
}

/** Axis values at a macro level in thousandths, linear between the scene's points, rounded towards minus infinity. */
export function valuesAtLevel(scene: SceneRules, level: number): Values {
  const points = scene.level_points ?? [];
  for (let index = 1; index < points.length; index += 1) {
    const [before, after] = [points[index - 1]!, points[index]!];
    if (before.level <= level && level <= after.level) {
      const [part, span] = [level - before.level, after.level - before.level];
      return Object.fromEntries(
        Object.entries(before.values).map(([axis, low]) => [
          axis,
          low + Math.floor((((after.values[axis] ?? low) - low) * part) / span),
        ]),
      );
    }
  }
  return {};
}

/** The highest macro level, in steps of `step`, at which nothing is worse than `values`; 0 when every level is. */
export function levelOf(scene: SceneRules, values: Values, step = 100): number {
  const top = scene.level_points?.at(-1)?.level ?? 0;
  for (let level = top; level > 0; level -= step) {
    if (!isRise(scene, values, valuesAtLevel(scene, level))) return level;
  }
  return 0;
}

/** The value that is dreaded most, the calm one included. */
function worst(rules: AxisRules, values: number[]): number {
  return [rules.calm, ...values].reduce((most, value) => (dreadOf(rules, value) > dreadOf(rules, most) ? value : most));
}

/** The most dreaded value that the plan permits of each axis that it limits: by a ceiling, or by its top rung. */
export function planLimits(scene: SceneRules, plan: Plan): Values {
  const entry = plan.scenes.find((allowed) => allowed.scene === scene.name);
  const rungs = entry?.top_rung == null ? null : scene.rungs.slice(0, topRung(scene, plan) + 1);
  const limits: Values = {};
  for (const rules of scene.axes) {
    const { axis } = rules;
    const ceiling = entry?.ceilings?.[axis];
    const highest =
      rungs &&
      worst(
        rules,
        rungs.map(({ values }) => values[axis] ?? rules.calm),
      );
    const found = [ceiling, highest].filter((value) => value != null);
    if (found.length > 0) limits[axis] = found.reduce((one, other) => (isBeyond(rules, one, other) ? other : one));
  }
  return limits;
}

/** Whether a value is dreaded more than a limit. */
export function isBeyond(rules: AxisRules, value: number, limit: number | undefined): boolean {
  return limit !== undefined && dreadOf(rules, value) > dreadOf(rules, limit);
}

/** The axes of which these values are beyond what the plan permits. */
export function beyondPlan(scene: SceneRules, limits: Values, values: Values): AxisRules[] {
  return scene.axes.filter((rules) => {
    const value = values[rules.axis];
    return value !== undefined && isBeyond(rules, value, limits[rules.axis]);
  });
}

/** The highest macro level, in steps of `step`, that the plan permits; null where it permits all or none. */
export function topLevel(scene: SceneRules, limits: Values, step = 100): number | null {
  const top = scene.level_points?.at(-1)?.level ?? 0;
  for (let level = top; level >= 0; level -= step) {
    if (beyondPlan(scene, limits, valuesAtLevel(scene, level)).length === 0) return level === top ? null : level;
  }
  return null;
}

/** The index of the highest rung that the plan permits; -1 when it does not have the scene. */
export function topRung(scene: SceneRules, plan: Plan): number {
  const entry = plan.scenes.find((allowed) => allowed.scene === scene.name);
  if (entry === undefined) return -1;
  if (entry.top_rung == null) return scene.rungs.length - 1;
  return scene.rungs.findIndex((rung) => rung.name === entry.top_rung);
}
