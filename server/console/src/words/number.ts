/** Numbers and times as a person reads them. */

import { axisWord } from "../core/ladder";
import { words } from "./en";

const MICRO = 1e6;

export function axisName(axis: string): string {
  return words.axes[axis] ?? axis;
}

/** Micro-units as a number with its unit. */
export function quantity(axis: string, micro: number): string {
  const { unit } = axisWord(axis);
  const number = String(Number((micro / MICRO).toFixed(2)));
  return unit === "" || unit === "1" ? number : `${number} ${unit.replace("m2", "m²").replace("deg", "°")}`;
}

/** A level in thousandths, as 0 to 10. */
export function levelText(level: number): string {
  return (level / 1000).toFixed(1);
}

/** 4:05, or 1:04:05. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** How long ago, in tenths of a second below ten seconds. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? words.ago.seconds(Math.round(seconds)) : words.ago.minutes(Math.round(seconds / 60));
}

/** For how long, in whole seconds below two minutes. */
export function lasting(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return seconds < 120 ? words.ago.seconds(seconds) : words.ago.minutes(Math.floor(seconds / 60));
}
