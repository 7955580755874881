/** Where the head looks, from its rotation in stage space (right-handed, Y up, -Z ahead). */

import type { Row } from "./telemetry";

export interface Gaze {
  /** Degrees from straight ahead, positive to the left, -180 to 180. */
  yawDeg: number;
  /** Degrees from level, positive up. */
  pitchDeg: number;
}

const DEG = 180 / Math.PI;

/** The head's own -Z, turned into the stage. */
export function gaze([x, y, z, w]: Row["rotationInStage"]): Gaze {
  const ahead = [-2 * (x * z + w * y), -2 * (y * z - w * x), -(1 - 2 * (x * x + y * y))] as const;
  return {
    yawDeg: Math.atan2(-ahead[0], -ahead[2]) * DEG,
    pitchDeg: Math.asin(Math.max(-1, Math.min(1, ahead[1]))) * DEG,
  };
}
