/** Why nothing can rise now, as far as this page can tell: what the core in the headset would say. */

import { LIMITS } from "../generated/core";
import type { Stage } from "./comparison";
import type { Room } from "./room";

export type Obstacle =
  | "connection"
  | "headset"
  | "silent"
  | "hidden"
  | "watching"
  | "company"
  | "unwell"
  | "standing"
  | "heart"
  | "worn"
  | "focused"
  | "inputs"
  | "practised"
  | Exclude<Stage, "none" | "compared">
  | "log"
  | "lease"
  | "fading";

const SILENT_MS = LIMITS.lease_rise_ns / 1e6;

/** What may be as it likes when homework is given: it raises nothing now, and the headset may be off already. */
const OF_A_RISE = new Set<Obstacle>(["unwell", "worn", "focused", "inputs", "practised", "log"]);

export function obstacles(room: Room, tMs: number): Obstacle[] {
  const found = known(room, tMs);
  const { report } = room;
  if (found.length > 0 || report === null || report.can_rise) return found;
  if (report.inputs.some((input) => !report.practised.includes(input))) return ["practised"];
  return report.veil > 0 ? ["fading"] : ["lease"];
}

/** Why homework cannot be given now. */
export function homeworkObstacles(room: Room, tMs: number): Obstacle[] {
  return known(room, tMs).filter((obstacle) => !OF_A_RISE.has(obstacle));
}

function known(room: Room, tMs: number): Obstacle[] {
  const { report } = room;
  if (room.welcome === null) return ["connection"];
  if (room.headset === null) return ["headset"];
  if (report === null || (room.reportAgeMs(tMs) ?? 0) > SILENT_MS) return ["silent"];
  const found: Obstacle[] = [];
  if (!room.leads) found.push("watching");
  if (room.isHidden) found.push("hidden");
  if (report.is_private === false) found.push("company");
  if (report.sickness?.is_unwell) found.push("unwell");
  if (report.heart?.is_watched && report.state !== "calm") {
    if (!report.heart.is_seated) found.push("standing");
    if (report.heart.fell_from !== null) found.push("heart");
  }
  if (!report.worn) found.push("worn");
  if (!report.focused) found.push("focused");
  if (report.inputs.length === 0) found.push("inputs");
  else if (!report.inputs.some((input) => report.practised.includes(input))) found.push("practised");
  const { stage } = room;
  if (stage !== "none" && stage !== "compared") found.push(stage);
  if (!report.log_healthy) found.push("log");
  if (report.lease_age_ns === null || report.lease_age_ns > LIMITS.lease_rise_ns) found.push("lease");
  return found;
}
