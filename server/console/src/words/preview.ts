/** What a rise will do, in words, before it is confirmed. */

import type { Rise } from "../core/arming";
import { isRise, valuesAtLevel, valuesNow, type Values } from "../core/ladder";
import type { Report, SceneRules, StimulusRules, VariantRules } from "../generated/wire";
import { words } from "./en";
import { axisName, levelText, quantity } from "./number";
import { variantTitle } from "./telling";

/** The axes that change from here, worst news included: micro-units become words. */
export function changes(scene: SceneRules, before: Values, after: Values): string[] {
  return scene.axes.flatMap(({ axis, calm }) => {
    const [from, to] = [before[axis] ?? calm, after[axis]];
    if (to === undefined || from === to) return [];
    return [`${axisName(axis)} ${words.raise.to(quantity(axis, from), quantity(axis, to))}`];
  });
}

export function rungRise(scene: SceneRules, index: number, report: Report, isNew: boolean): Rise {
  const rung = scene.rungs[index]!;
  const isEntry = report.scene !== scene.name;
  const changed = changes(scene, isEntry ? {} : valuesNow(report), rung.values);
  return {
    control: "rung",
    command: { type: "SetRung", scene: scene.name, rung: rung.name },
    title: `${index + 1}. ${rung.title}`,
    preview: [
      ...(isEntry ? [words.raise.entering] : []),
      ...(isEntry && hasVariants(scene) ? [words.raise.begins(scene.variants![0]!.title)] : []),
      changed.length > 0 ? `${changed.join(", ")}.` : words.raise.nothing,
      ...(rung.task ? [`${words.ladder.ask}: “${rung.task}”`] : []),
      ...((rung.tags ?? []).length > 0 ? [rung.tags!.join(", ")] : []),
    ],
    isNew,
  };
}

export function levelRise(scene: SceneRules, level: number, report: Report): Rise {
  const changed = changes(scene, valuesNow(report), valuesAtLevel(scene, level));
  return {
    control: "level",
    command: { type: "SetLevel", level },
    title: words.level.rise(levelText(level)),
    preview: [changed.length > 0 ? `${changed.join(", ")}.` : words.raise.nothing],
    isNew: true,
  };
}

export function axisRise(
  scene: SceneRules,
  axis: string,
  target: number,
  rate: number | null,
  share: string,
  report: Report,
): Rise {
  return {
    control: `axis:${axis}`,
    command: { type: "SetAxis", axis, target, rate },
    title: axisName(axis),
    preview: [
      `${changes(scene, valuesNow(report), { [axis]: target }).join("")}.`,
      ...(rate === null ? [] : [words.raise.rate(share)]),
    ],
    isNew: false,
  };
}

export function hasVariants(scene: SceneRules): boolean {
  return (scene.variants ?? []).length > 1;
}

/** Nobody can say which of two variants is milder for this person, so every change is a rise. */
export function variantRise(scene: SceneRules, { name, title }: VariantRules, report: Report): Rise {
  return {
    control: `variant:${name}`,
    command: { type: "SetVariant", variant: name },
    title,
    preview: [words.variant.rise(variantTitle([scene], report.variant ?? ""), title), words.variant.same],
    isNew: false,
  };
}

export function stimulusRise(stimulus: StimulusRules, isWarned: boolean): Rise {
  return {
    control: `stimulus:${stimulus.name}`,
    command: { type: "ShowStimulus", stimulus: stimulus.name, warned: isWarned },
    title: stimulus.title,
    preview: [
      isWarned ? words.raise.warned(stimulus.warning_ns / 1e9) : words.raise.unwarned,
      words.raise.lasts(stimulus.duration_ns / 1e9),
    ],
    isNew: false,
  };
}

/** A scene that is heard again is more than one that was silent. */
export function soundRise(): Rise {
  return {
    control: "scene_sound",
    command: { type: "MuteScene", is_muted: false },
    title: words.heard.onTitle,
    preview: [words.heard.onPreview],
    isNew: false,
  };
}

export function continueRise(): Rise {
  return {
    control: "continue",
    command: { type: "Continue" },
    title: words.goOn.continueTitle,
    preview: [words.goOn.continuePreview],
    isNew: false,
  };
}

/** Whether setting these values now would be a rise. */
export function wouldRise(scene: SceneRules, report: Report, values: Values): boolean {
  return isRise(scene, valuesNow(report), values);
}
