/**
 * What the therapist must know of how the person is, until they have said that they know: a heart that slows down where
 * people faint, great distress, sickness, a break that is due. Read off the records; nothing here asks the headset for anything. Pure.
 */

import { FMS_ALARM, FMS_UNWELL, SUDS_ALARM } from "../generated/core";
import type { Effect, Record } from "../generated/wire";

export type Alarm =
  | { kind: "distress"; sequence: number; tNs: number; suds: number }
  | { kind: "sickness"; sequence: number; tNs: number; fms: number; isUnwell: boolean }
  | { kind: "heart"; sequence: number; tNs: number; bpm: number; fromBpm: number }
  | { kind: "break"; sequence: number; tNs: number; unbrokenNs: number };

export type AlarmKind = Alarm["kind"];

/** Of each kind, the number of the newest record that has been seen. */
export type Seen = { [kind in AlarmKind]?: number };

/** The most urgent first. */
const KINDS: AlarmKind[] = ["heart", "sickness", "distress", "break"];
/** What is heard again and again until it is seen; a break can wait for a good moment. */
const LOUD = new Set<AlarmKind>(["heart", "sickness", "distress"]);

/**
 * The newest alarm of each kind that nobody has seen. A lower answer afterwards takes none away: what it was about
 * happened all the same. A break that was taken is due no more.
 */
export function alarms(records: Record[], seen: Seen): Alarm[] {
  const newest = new Map<AlarmKind, Alarm>();
  for (const { sequence, event, effects } of records) {
    for (const effect of effects) {
      if (effect.type === "BreakTaken") newest.delete("break");
      const alarm = alarmOf(effect, sequence, event.t_ns);
      if (alarm !== null) newest.set(alarm.kind, alarm);
    }
  }
  return KINDS.flatMap((kind) => newest.get(kind) ?? []).filter(({ kind, sequence }) => sequence > (seen[kind] ?? 0));
}

export function isLoud(standing: Alarm[]): boolean {
  return standing.some(({ kind }) => LOUD.has(kind));
}

export function see(seen: Seen, { kind, sequence }: Alarm): Seen {
  return { ...seen, [kind]: Math.max(sequence, seen[kind] ?? 0) };
}

function alarmOf(effect: Effect, sequence: number, tNs: number): Alarm | null {
  switch (effect.type) {
    case "RatingRecorded":
      return effect.suds >= SUDS_ALARM ? { kind: "distress", sequence, tNs, suds: effect.suds } : null;
    case "SicknessRecorded": {
      const { fms } = effect;
      return fms >= FMS_ALARM ? { kind: "sickness", sequence, tNs, fms, isUnwell: fms >= FMS_UNWELL } : null;
    }
    case "HeartFell":
      return { kind: "heart", sequence, tNs, bpm: effect.bpm, fromBpm: effect.from_bpm };
    case "BreakDue":
      return { kind: "break", sequence, tNs, unbrokenNs: effect.unbroken_ns };
    default:
      return null;
  }
}
