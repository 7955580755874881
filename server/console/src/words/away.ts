/** What went on while nobody could see this page, in one line. */

import { TOLD_MS, missedBy, type Away } from "../core/presence";
import type { Room } from "../core/room";
import { words } from "./en";
import { age } from "./number";
import { tell } from "./telling";

const LINES = 3;
const TOLD = new Set([
  "WaitPressed",
  "LessPressed",
  "StopPressed",
  "SomeoneCameIn",
  "PrivateAgain",
  "HeadsetRemoved",
  "ProgramRestarted",
]);

const NEWS = new Set(["StateChanged", "RatingRecorded", "SicknessRecorded", "BreakDue"]);

/** Null while away, and where there is nothing worth telling. */
export function awayText(away: Away | null, room: Room): string | null {
  if (away === null || away.backMs === null) return null;
  const lines = missedBy(away, room.records, room.opened?.t_ns ?? null)
    .filter(
      (record) =>
        TOLD.has(record.event.type) || (!room.isOwn(record) && record.effects.some(({ type }) => NEWS.has(type))),
    )
    .flatMap((record) => tell(record, room.opened?.scenes ?? []))
    .map(({ text }) => text);
  const awayMs = away.backMs - away.leftMs;
  if (lines.length === 0 && awayMs < TOLD_MS) return null;
  const what = away.stillMs > 0 ? words.live.away.still(age(away.stillMs)) : words.live.away.hidden(age(awayMs));
  if (lines.length === 0) return `${what} ${words.live.away.nothing}`;
  const before = lines.length > LINES ? [words.live.away.more(lines.length - LINES)] : [];
  return [what, words.live.away.meanwhile, ...before, ...lines.slice(-LINES)].join(" ");
}
