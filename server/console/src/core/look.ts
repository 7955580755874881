/** What the head is turned to, and since when. */

import type { AreaRules, SceneRules } from "../generated/wire";
import type { Row } from "./telemetry";

export interface Look {
  /** null in the calm room, and where the scene names no area of interest. */
  scene: SceneRules | null;
  /** From 1; 0 for none. */
  area: number;
  /** The first and the newest moment of it, on the headset's clock. */
  sinceNs: number;
  tNs: number;
  fearedM: number | null;
}

/** The look after one more row. */
export function looked(before: Look | null, { tNs, area, fearedM }: Row, scene: SceneRules | null): Look {
  const isSame = before !== null && before.area === area && before.scene?.name === scene?.name;
  return { scene, area, fearedM, tNs, sinceNs: isSame ? before.sinceNs : tNs };
}

export function areaOf({ scene, area }: Look): AreaRules | null {
  return scene?.areas?.[area - 1] ?? null;
}
