/**
 * How a rise is asked for: armed with one control, confirmed with another.
 *
 * Pure: presses and times (milliseconds of the page's clock) in, the next state and what to send out. Nothing raises by
 * a mouse wheel, a held key, Enter on whatever has the focus, or a double click, because a press must be one of the
 * kinds below and come `SETTLE_MS` after arming.
 */

import type { Command } from "../generated/wire";

export const SETTLE_MS = 400;
export const LAPSE_MS = 20_000;
export const NEW_STEP_MS = 10_000;

/** What is to rise. `isNew` is a step that has not been reached before: a mis-click guard, not a dose. */
export interface Rise {
  control: string;
  command: Command;
  title: string;
  preview: string[];
  isNew: boolean;
}

/** `count` is the number of clicks in quick succession; 0 is a button pressed by Enter or Space while in focus. */
export type Press = { by: "pointer"; count: number } | { by: "key"; repeat: boolean };

export type Blocked =
  "nothing_armed" | "lapsed" | "too_soon" | "held_key" | "by_focus" | "double_click" | "hidden" | "new_step";

export interface Arming {
  rise: Rise | null;
  armedMs: number;
  newStepMs: number | null;
  blocked: Blocked | null;
}

export const UNARMED: Arming = { rise: null, armedMs: 0, newStepMs: null, blocked: null };

/** Arming alone changes nothing for the person, so any single press will do. */
export function arm(arming: Arming, rise: Rise, press: Press, isHidden: boolean, tMs: number): Arming {
  if (isHidden) return { ...arming, rise: null, blocked: "hidden" };
  if (press.by === "key" && press.repeat) return { ...arming, blocked: "held_key" };
  if (press.by === "pointer" && press.count > 1) return arming;
  return { ...arming, rise, armedMs: tMs, blocked: null };
}

export function disarm(arming: Arming, blocked: Blocked | null = null): Arming {
  return { ...arming, rise: null, blocked };
}

/** The rise to send, or why nothing is sent. What is confirmed or has lapsed is no longer armed. */
export function confirm(
  arming: Arming,
  press: Press,
  isHidden: boolean,
  tMs: number,
): { arming: Arming; rise: Rise | null } {
  const blocked = blockedBy(arming, press, isHidden, tMs);
  if (blocked !== null) {
    const isOver = blocked === "lapsed" || blocked === "hidden";
    return { arming: { ...arming, rise: isOver ? null : arming.rise, blocked }, rise: null };
  }
  const rise = arming.rise!;
  return { arming: { ...UNARMED, newStepMs: rise.isNew ? tMs : arming.newStepMs }, rise };
}

/** Nothing rose, so nothing has to be waited for. */
export function refused(arming: Arming): Arming {
  return { ...arming, newStepMs: null };
}

/** Milliseconds until the armed rise may be confirmed. */
export function waitMs(arming: Arming, tMs: number): number {
  if (arming.rise === null) return 0;
  const settled = arming.armedMs + SETTLE_MS;
  const spaced = arming.rise.isNew && arming.newStepMs !== null ? arming.newStepMs + NEW_STEP_MS : 0;
  return Math.max(0, settled - tMs, spaced - tMs);
}

export function hasLapsed(arming: Arming, tMs: number): boolean {
  return arming.rise !== null && tMs - arming.armedMs > LAPSE_MS;
}

function blockedBy(arming: Arming, press: Press, isHidden: boolean, tMs: number): Blocked | null {
  if (arming.rise === null) return "nothing_armed";
  if (isHidden) return "hidden";
  if (hasLapsed(arming, tMs)) return "lapsed";
  if (press.by === "key" && press.repeat) return "held_key";
  if (press.by === "pointer" && press.count === 0) return "by_focus";
  if (press.by === "pointer" && press.count > 1) return "double_click";
  if (tMs - arming.armedMs < SETTLE_MS) return "too_soon";
  return waitMs(arming, tMs) > 0 ? "new_step" : null;
}
