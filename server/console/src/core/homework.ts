/**
 * Homework: what may be left to a person alone, what is still missing, and what is signed.
 *
 * It says beforehand what the core in the headset will say, so that the page offers nothing else; the core decides. The
 * rules are those of `vret/core/giving.py` and `homework.py`. Pure.
 */

import { FAINTING_RISK, HOMEWORK } from "../generated/core";
import type {
  Anchors,
  CrisisNumber,
  Homework,
  HomeworkDone,
  Plan,
  Record,
  Report,
  SceneRules,
  SessionOpened,
  State,
} from "../generated/wire";
import { beyondPlan, planLimits, topRung } from "./ladder";

const DAY_S = 24 * 60 * 60;
export const DAYS_MAX = HOMEWORK.EXPIRES_MAX_S / DAY_S;
export const MINUTES = [5, 10, 15, 20, 30, 40] as const;
export const PER_DAY = Array.from({ length: HOMEWORK.SESSIONS_PER_DAY_MAX }, (_, index) => index + 1);

/** Why a rung is not left to the person alone. */
export type Bar = "not_done" | "fainting" | "outside_plan";

/** A scene of the plan: the rungs from the lowest up to `top` may be given, -1 is none; and what bars the one above. */
export interface Offer {
  scene: SceneRules;
  top: number;
  bar: Bar | null;
}

export function offers({ scenes, plan }: SessionOpened, report: Report): Offer[] {
  return scenes
    .filter((scene) => topRung(scene, plan) >= 0)
    .map((scene) => {
      const done = report.done?.[scene.name] ?? -1;
      const bars = scene.rungs.map((_, step) => barOf(scene, plan, done, step));
      const barred = bars.findIndex((bar) => bar !== null);
      return { scene, top: barred < 0 ? bars.length - 1 : barred - 1, bar: bars[barred] ?? null };
    });
}

function barOf(scene: SceneRules, plan: Plan, done: number, step: number): Bar | null {
  const { tags, values } = scene.rungs[step]!;
  if ((tags ?? []).includes(FAINTING_RISK)) return "fainting";
  const isBeyond = step > topRung(scene, plan) || beyondPlan(scene, planLimits(scene, plan), values).length > 0;
  if (isBeyond) return "outside_plan";
  return step > done ? "not_done" : null;
}

/** What the therapist has chosen so far. `tops` is a rung's name by scene; a number without digits is left out. */
export interface Draft {
  tops: { [scene: string]: string };
  minutes: number;
  perDay: number;
  days: number;
  numbers: CrisisNumber[];
}

export function newDraft(numbers: CrisisNumber[]): Draft {
  return { tops: {}, minutes: 20, perDay: 1, days: HOMEWORK.EXPIRES_S / DAY_S, numbers };
}

/** What is chosen and may be given still: a scene and the index of its highest rung. */
export function chosen(offered: Offer[], { tops }: Draft): { scene: SceneRules; top: number }[] {
  return offered.flatMap(({ scene, top: most }) => {
    const top = scene.rungs.findIndex(({ name }) => name === tops[scene.name]);
    return top >= 0 && top <= most ? [{ scene, top }] : [];
  });
}

/** One line, as the headset takes it: no other blank than the space, nothing that is not shown. */
const line = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();

/** Those that were filled in. */
export function numbersOf({ numbers }: Draft): CrisisNumber[] {
  return numbers
    .map(({ title, number }) => ({ title: line(title), number: line(number) }))
    .filter(({ number }) => number !== "");
}

/** What is missing before it can be given. */
export type Lack = "place" | "nothing_done" | "scene" | "scenes" | "number" | "unfit_number";

export function lacks(state: State | undefined, offered: Offer[], draft: Draft): Lack[] {
  if (!offered.some(({ top }) => top >= 0)) return ["nothing_done"];
  const found: Lack[] = [];
  if (state !== "calm" && state !== "stopped") found.push("place");
  const scenes = chosen(offered, draft).length;
  if (scenes === 0) found.push("scene");
  if (scenes > HOMEWORK.SCENES_MAX) found.push("scenes");
  const numbers = numbersOf(draft);
  if (numbers.length === 0) found.push("number");
  if (!numbers.every(isFit)) found.push("unfit_number");
  return found;
}

function isFit({ title, number }: CrisisNumber): boolean {
  const isTitled = title !== "" && title.length <= HOMEWORK.NUMBER_TITLE_MAX;
  return isTitled && /\d/.test(number) && number.length <= HOMEWORK.NUMBER_MAX;
}

/** What is signed, for a draft that lacks nothing. The ceilings of the plan go with it, and its mark. */
export function homeworkOf(
  homeworkId: string,
  nowUnixS: number,
  plan: Plan,
  offered: Offer[],
  draft: Draft,
  anchors: Anchors | null,
): Homework {
  const signed = Math.floor(nowUnixS);
  return {
    homework_id: homeworkId,
    signed_unix_s: signed,
    expires_unix_s: signed + draft.days * DAY_S,
    scenes: chosen(offered, draft).map(({ scene, top }) => ({
      scene: scene.name,
      content_hash: scene.content_hash,
      top_rung: scene.rungs[top]!.name,
      ceilings: { ...plan.scenes.find((entry) => entry.scene === scene.name)?.ceilings },
    })),
    session_ns: draft.minutes * 60e9,
    sessions_per_day: draft.perDay,
    numbers: numbersOf(draft),
    anchors,
    ...(plan.mark === undefined ? {} : { mark: plan.mark }),
  };
}

/** The person's own anchors as they were last written down in this session. */
export function anchorsOf(records: Record[]): Anchors | null {
  return records.reduce<Anchors | null>((anchors, { event, effects }) => {
    if (event.type !== "CommandReceived" || event.command.type !== "SetAnchors") return anchors;
    return effects.some(({ type }) => type === "CommandAccepted") ? event.command.anchors : anchors;
  }, null);
}

/** What the headset keeps after a record, of what it kept before. */
export function keptAfter(kept: Homework | null, { event, effects }: Record): Homework | null {
  if (effects.some(({ type }) => type === "HomeworkWithdrawn")) return null;
  const isGiven = effects.some(({ type }) => type === "HomeworkGiven");
  if (!isGiven || event.type !== "CommandReceived" || event.command.type !== "GiveHomework") return kept;
  return JSON.parse(event.command.homework) as Homework;
}

/** What the therapist is told of the time since the last contact. */
export interface Since {
  /** The oldest first. */
  sessions: HomeworkDone[];
  /** Given in an earlier session, and nothing came of it. */
  isNothing: boolean;
}

/** Null where there is nothing to tell. */
export function since(kept: Homework | null, done: HomeworkDone[], records: Record[]): Since | null {
  const sessions = [...done].sort((one, other) => one.started_unix_s - other.started_unix_s);
  const isOfToday = records.some(({ effects }) =>
    effects.some((effect) => effect.type === "HomeworkGiven" && effect.homework_id === kept?.homework_id),
  );
  const isNothing = sessions.length === 0 && kept !== null && !isOfToday;
  return sessions.length > 0 || isNothing ? { sessions, isNothing } : null;
}
