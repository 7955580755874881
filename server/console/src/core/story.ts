/** What happened in a session, read off its records: the same for a live session and for a finished log. */

import { IN_SCENE } from "../generated/core";
import type {
  Cause,
  Effect,
  RatingMoment,
  RatingSource,
  Record,
  SessionEvent,
  SicknessMoment,
  State,
} from "../generated/wire";

const ROUTINE_EVENTS = new Set<SessionEvent["type"]>(["Tick", "HeartbeatReceived"]);

/** Whether a person would want to read it; ticks, heartbeats and numbered beacons are left out. */
export function isNoteworthy(record: Record): boolean {
  return !ROUTINE_EVENTS.has(record.event.type) || record.effects.some((effect) => effect.type !== "BeaconIssued");
}

export interface Rating {
  tNs: number;
  suds: number;
  moment: RatingMoment;
  source: RatingSource;
}

export interface SicknessAnswer {
  tNs: number;
  fms: number;
  moment: SicknessMoment;
}

export interface Step {
  tNs: number;
  scene: string;
  step: number;
}

interface Phase {
  tNs: number;
  state: State;
  cause: Cause | null;
}

/** What the person did of which the therapist is told at once. */
const PRESSED = ["WaitPressed", "LessPressed", "StopPressed", "SomeoneCameIn", "PrivateAgain"] as const;

export type PressKind = (typeof PRESSED)[number];

export interface Press {
  tNs: number;
  kind: PressKind;
}

export function isPress(event: SessionEvent): event is Extract<SessionEvent, { type: PressKind }> {
  return (PRESSED as readonly string[]).includes(event.type);
}

function effectsOf<T extends Effect["type"]>(records: Record[], type: T) {
  return records.flatMap(({ event, effects }) =>
    effects
      .filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type)
      .map((effect) => ({ tNs: event.t_ns, ...effect })),
  );
}

export function ratings(records: Record[]): Rating[] {
  return effectsOf(records, "RatingRecorded");
}

export function sickness(records: Record[]): SicknessAnswer[] {
  return effectsOf(records, "SicknessRecorded");
}

export function steps(records: Record[]): Step[] {
  return effectsOf(records, "StepChanged");
}

export function phases(records: Record[]): Phase[] {
  return effectsOf(records, "StateChanged");
}

/** Since when the person is in a scene, holds and pauses included; null in the calm room. */
export function inSceneSince(records: Record[]): number | null {
  let sinceNs: number | null = null;
  for (const { tNs, state } of phases(records)) sinceNs = isInScene(state) ? (sinceNs ?? tNs) : null;
  return sinceNs;
}

export function isInScene(state: State): boolean {
  return (IN_SCENE as readonly State[]).includes(state);
}

export function presses(records: Record[]): Press[] {
  return records.flatMap(({ event }) => (isPress(event) ? [{ tNs: event.t_ns, kind: event.type }] : []));
}

/**
 * The step of the ladder over time, as a chart draws it: what is shown is 0 in the calm room and one more than the
 * rung's index in a scene. The foot of the ladder is 0 too.
 */
export function shownSteps(records: Record[]): { tNs: number; shown: number }[] {
  const shown: { tNs: number; shown: number }[] = [];
  let [step, isExposed] = [-1, false];
  for (const { event, effects } of records) {
    for (const effect of effects) {
      if (effect.type === "StepChanged") step = effect.step;
      else if (effect.type === "StateChanged") {
        isExposed = isInScene(effect.state);
      } else continue;
      shown.push({ tNs: event.t_ns, shown: isExposed ? step + 1 : 0 });
    }
  }
  return shown;
}

/** The rungs that were reached, as `scene/index`. */
export function reached(records: Record[]): Set<string> {
  return new Set(
    steps(records)
      .filter(({ step }) => step >= 0)
      .map(({ scene, step }) => `${scene}/${step}`),
  );
}
