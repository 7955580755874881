/**
 * What the person sees, on this page: what is asked of the headset, and how old what is shown is.
 *
 * 1. It is asked for only while it is looked at: switched on, on a page that is shown, in a call that is up and has a
 *    place for it.
 * 2. The headset says how many pictures a second it sends for which wish (`CallMirrored`).
 * 3. A picture that stands still is told to be old: it could be taken for what the person sees now.
 *
 * Pure: facts and times (milliseconds of one monotonic clock) go in; what to say and what to show come out.
 */

import type { CallMirror, CallMirrored } from "../generated/wire";
import { Asking } from "./asking";

export type Rate = 15 | 30;

/**
 * `none`: there is no call yet. `unable`: the program at the person's has no picture to give. `waiting`: none has come.
 * `narrow`: the line is too narrow for any. `slow`: for as many as are wanted.
 */
export type Look =
  | { is: "none" | "unable" | "off" | "waiting" | "narrow" | "slow" | "live" }
  | { is: "frozen"; ageMs: number; isNarrow: boolean };

/** The slowest step sends two pictures a second. */
export const FROZEN_MS = 2000;

export class Mirror {
  private isShown = false;
  private call: string | null = null;
  private hasPlace: boolean | null = null;
  private isUp = false;
  private told: CallMirrored | null = null;
  private readonly asking = new Asking(0);
  private drawnMs: number | null = null;

  constructor(
    private isWanted: boolean,
    public rate: Rate,
  ) {}

  get isOn(): boolean {
    return this.isWanted;
  }

  /** The therapist's own switch. */
  turn(isOn: boolean): void {
    this.isWanted = isOn;
    this.forgetUnasked();
  }

  /** Whether somebody can see the place where it is. */
  show(isShown: boolean): void {
    this.isShown = isShown;
    this.forgetUnasked();
  }

  /** Another call, or none. */
  begin(call: string | null): void {
    this.call = call;
    this.hasPlace = this.told = this.drawnMs = null;
    this.asking.begin();
    this.isUp = false;
  }

  /** The headset's answer came: whether it will send pictures. */
  answered(call: string, hasPlace: boolean): void {
    if (call === this.call) this.hasPlace = hasPlace;
  }

  hear(told: CallMirrored): void {
    if (told.call !== this.call) return;
    this.told = told;
    this.asking.hear(told.asked_per_s);
  }

  /** A picture is on the page. */
  drawn(tMs: number): void {
    if (this.perS > 0) this.drawnMs = tMs;
  }

  /** What is to be said now. */
  tick(isUp: boolean, tMs: number): CallMirror[] {
    this.isUp = isUp;
    const { call, perS } = this;
    if (call === null || !isUp || this.hasPlace !== true) return [];
    return this.asking.isDue(perS, tMs) ? [{ type: "CallMirror", call, per_s: perS }] : [];
  }

  look(tMs: number): Look {
    if (!this.isOn) return { is: "off" };
    if (this.call === null || this.hasPlace === null) return { is: "none" };
    if (!this.hasPlace) return { is: "unable" };
    const isNarrow = this.isUp && this.told !== null && this.told.per_s < this.told.asked_per_s;
    if (this.drawnMs === null) return { is: isNarrow ? "narrow" : "waiting" };
    const ageMs = tMs - this.drawnMs;
    if (ageMs >= FROZEN_MS) return { is: "frozen", ageMs, isNarrow };
    return { is: isNarrow ? "slow" : "live" };
  }

  private get perS(): number {
    return this.isOn && this.isShown ? this.rate : 0;
  }

  /** What came before is not to be seen again, not even as an old picture. */
  private forgetUnasked(): void {
    if (this.perS === 0) this.drawnMs = null;
  }
}
