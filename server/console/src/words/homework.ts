/** Homework without a therapist, in words: what is given, what is missing, and what was done of it. */

import type { Rise } from "../core/arming";
import type { Bar, Lack } from "../core/homework";
import type { GiveHomework, Homework, HomeworkDone, HomeworkEnd, SceneRules } from "../generated/wire";
import type { SigningFault } from "../link/signing";

export const homeworkWords = {
  title: "Homework",
  hint: "What you have done together in this session, the person may go on with alone. Nothing above it.",
  keeps: "The headset keeps homework",
  keepsUntil: (time: string) => `until ${time}`,
  ranOut: (time: string) => `It ran out on ${time}.`,
  takeBack: "Take it back",
  replaces: "What you give now takes its place.",
  upTo: (scene: string) => `${scene}: alone up to which step?`,
  none: "Nothing of this scene",
  nothingDone: "Nothing to give yet. A step counts as done together after half a minute at rest on it, with you there.",
  bars: {
    not_done: "not done together in this session: half a minute at rest on it, with you there",
    fainting: "people faint on such a step: never without you",
    outside_plan: "not in the plan",
  } satisfies { [bar in Bar]: string },
  notAbove: (title: string, why: string) => `Not “${title}” or above: ${why}.`,
  included: "included",
  minutes: "In scenes, each time",
  min: (min: number) => `${min} min`,
  perDay: "At most",
  perDayIs: (count: number) => `${["never", "once", "twice"][count] ?? `${count} times`} a day`,
  days: "Good for",
  daysUntil: (days: number, day: string) => `${days === 1 ? "1 day" : `${days} days`}, until ${day}`,
  numbers: "Whom the person can call",
  numbersHint: "They stand on the screen all the time. A row without a number is left out.",
  whose: (row: number) => `Who, ${row}`,
  number: (row: number) => `Number, ${row}`,
  emergency: "Emergency",
  clinic: "Therapist or clinic",
  crisisLine: "Crisis line",
  addNumber: "Another number",
  readOut: "Read this out",
  happens: [
    "Nobody watches, and nobody hears you. If you need help, call one of the numbers on the screen.",
    "Sit down. Each time you are asked first whether you are well and sober, the room is clear and somebody can be reached. One no, and it is not for today.",
    "Nothing comes nearer unless you press for it, one step at a time. Wait, less and stop work as they do now.",
    "After a stop you may go on one step lower, or end it. Both are all right.",
    "I see what you did when we meet next.",
  ],
  lacks: {
    place: "The person must be in the calm room first.",
    nothing_done: "",
    scene: "Choose the highest step.",
    scenes: "Too many scenes: take four at most.",
    number: "Enter one number that the person can call, at least.",
    unfit_number: "Every number needs digits, and somebody whose it is.",
  } satisfies { [lack in Lack]: string },
  missing: "Still missing:",
  cannot: "It would be refused now:",
  prepare: "Prepare: give it",
  prepared: "Prepared. Confirm it at the top of this column, or with F2.",
  comes: "Homework, signed by you",
  alone: "The person goes through this alone. Nobody watches.",
  callable: (numbers: string) => `To call: ${numbers}.`,
  faults: {
    insecure:
      "This browser signs nothing on a page that does not come by https. Open the page at the clinic's https address.",
    not_kept:
      "This browser keeps nothing for this page, so there is no key to sign with. Leave the private window, or let the page keep data.",
  } satisfies { [fault in SigningFault]: string },
  since: {
    title: "Homework since the last contact",
    nothing: (day: string) =>
      `Nothing was done of what was given on ${day}. Ask what was in the way; it is no failure.`,
    sum: (count: number, min: number) => `${count === 1 ? "Once" : `${count} times`}, ${min} min in scenes in all.`,
    plot: "Highest distress each time",
    described: (told: string) => `Highest distress of each time, in order: ${told}.`,
    noRating: "no rating",
    none: "–",
    noScene: "no scene",
    inScenes: (time: string) => `${time} in scenes`,
    columns: ["When", "Highest step, and how it ended", "Distress", "Sick", "Stops"],
    short: "under 1 min",
  },
  ends: {
    finished: "finished",
    time_used: "the time was used up",
    stopped: "after a stop",
    not_today: "not begun: not for today",
    unwell: "felt very sick",
    technical: "for a technical reason",
  } satisfies { [end in HomeworkEnd]: string },
} as const;

const words = homeworkWords;

/** Tue 8 December 2026. */
export function dayText(unixS: number): string {
  return new Date(unixS * 1000).toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
}

/** Tue 8 December 2026, 14:05. */
export function timeText(unixS: number): string {
  const clock = new Date(unixS * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `${dayText(unixS)}, ${clock}`;
}

/** 8 Dec, 14:05. */
export function shortTimeText(unixS: number): string {
  return new Date(unixS * 1000).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}

export function minutesText(seconds: number): string {
  return seconds > 0 && seconds < 60 ? words.since.short : words.min(Math.round(seconds / 60));
}

/** What a homework allows, a line each. */
export function homeworkLines(homework: Homework, scenes: SceneRules[]): string[] {
  const { session_ns, sessions_per_day } = homework;
  return [
    ...homework.scenes.map(({ scene, top_rung }) => {
      const rules = scenes.find(({ name }) => name === scene);
      const top = rules?.rungs.findIndex(({ name }) => name === top_rung) ?? -1;
      const title = rules?.rungs[top]?.title;
      return `${rules?.title ?? scene}: up to ${title === undefined ? top_rung : `${top + 1}. ${title}`}.`;
    }),
    `${words.min(session_ns / 60e9)} in scenes each time, at most ${words.perDayIs(sessions_per_day)}.`,
    words.callable(homework.numbers.map(({ title, number }) => `${title} ${number}`).join(", ")),
  ];
}

/** Giving raises nothing now, but later nobody is there: it is prepared and confirmed like any rise. */
export function homeworkRise(command: GiveHomework, homework: Homework, scenes: SceneRules[]): Rise {
  return {
    control: "homework",
    command,
    title: words.comes,
    preview: [
      ...homeworkLines(homework, scenes),
      `Good ${words.keepsUntil(timeText(homework.expires_unix_s))}.`,
      words.alone,
    ],
    isNew: false,
  };
}

/** The highest step of a session, as far as this page knows the scene. */
export function highestText({ scene, step, rung }: HomeworkDone, scenes: SceneRules[]): string {
  if (scene === "") return words.since.noScene;
  const rules = scenes.find(({ name }) => name === scene);
  if (step < 0) return rules?.title ?? scene;
  const title = rules?.rungs.find(({ name }) => name === rung)?.title ?? rung;
  return `${step + 1}. ${title}`;
}
