/** What the plan permits, in words. */

import { axisWord, isBeyond, topLevel, type Values } from "../core/ladder";
import type { AxisRules, SceneRules } from "../generated/wire";
import { words } from "./en";
import { axisName, levelText, quantity } from "./number";

/** Empty where the plan permits whatever the scene can do. */
export function axisLimit(rules: AxisRules, limit: number | undefined): string {
  const { axis, low, high, calm } = rules;
  if (limit === undefined || ![low, high].some((end) => isBeyond(rules, end, limit))) return "";
  switch (axisWord(axis).dread) {
    case "up":
      return words.limit.atMost(quantity(axis, limit));
    case "down":
      return words.limit.atLeast(quantity(axis, limit));
    case "away": {
      const far = Math.abs(limit - calm);
      return words.limit.between(quantity(axis, Math.max(low, calm - far)), quantity(axis, Math.min(high, calm + far)));
    }
  }
}

export function levelLimit(scene: SceneRules, limits: Values): string {
  const top = topLevel(scene, limits);
  return top === null ? "" : words.limit.atMost(levelText(top));
}

/** Why these values are refused: the first axis that is beyond its limit. */
export function refusedBy(rules: AxisRules[], limits: Values): string {
  const [first] = rules;
  return first === undefined ? "" : `${axisName(first.axis)}, ${axisLimit(first, limits[first.axis])}`;
}
