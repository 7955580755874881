/**
 * What the person hears, on this page: what is asked of the headset, and whether it comes.
 *
 * It is asked for only while the therapist listens, in a call that is up and has a place for it. The headset says
 * whether it sends it (`CallEarshotGiven`): not while the line is narrow.
 *
 * Pure: facts and times (milliseconds of one monotonic clock) go in; what to say and how it stands come out.
 */

import type { CallEarshot, CallEarshotGiven } from "../generated/wire";
import { Asking } from "./asking";

/** `none`: there is no call yet. `unable`: the program at the person's cannot send it. */
export type Reception = "none" | "unable" | "off" | "waiting" | "narrow" | "on";

export class Earshot {
  isWanted = false;
  private call: string | null = null;
  private hasPlace: boolean | null = null;
  private isUp = false;
  private told: CallEarshotGiven | null = null;
  private readonly asking = new Asking(false);

  /** Another call, or none. */
  begin(call: string | null): void {
    this.call = call;
    this.hasPlace = this.told = null;
    this.isUp = false;
    this.asking.begin();
  }

  /** The headset's answer came: whether it has something to send. */
  answered(call: string, hasPlace: boolean): void {
    if (call === this.call) this.hasPlace = hasPlace;
  }

  hear(told: CallEarshotGiven): void {
    if (told.call !== this.call) return;
    this.told = told;
    this.asking.hear(told.is_wanted);
  }

  /** What is to be said now. */
  tick(isUp: boolean, tMs: number): CallEarshot[] {
    this.isUp = isUp;
    const { call, isWanted } = this;
    if (call === null || !isUp || this.hasPlace !== true) return [];
    return this.asking.isDue(isWanted, tMs) ? [{ type: "CallEarshot", call, is_wanted: isWanted }] : [];
  }

  get reception(): Reception {
    if (this.call === null || this.hasPlace === null) return "none";
    if (!this.hasPlace) return "unable";
    if (!this.isWanted) return "off";
    if (!this.isUp || !this.told?.is_wanted) return "waiting";
    return this.told.is_given ? "on" : "narrow";
  }
}
