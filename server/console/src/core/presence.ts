/**
 * Whether somebody can see this page, and what they missed: it was hidden, or stood still with the whole browser.
 *
 * Pure: the page's visibility, its heartbeats (four a second) and the place in the record they came at go in. A heartbeat
 * that comes late means that the page stood still, whatever the reason: frozen, or the computer slept.
 */

import { LIMITS } from "../generated/core";
import type { Record } from "../generated/wire";

/** So long without a heartbeat, and the headset holds. */
export const STILL_MS = LIMITS.lease_hold_ns / 1e6;
/** An absence in which nothing happened is told of from here on. */
export const TOLD_MS = 10_000;
/** What was kept back for this page meanwhile comes within this time. */
export const CATCH_UP_MS = 5000;

/** A place in the record: which run of the headset's program, and its newest record. */
export interface Place {
  openedNs: number | null;
  sequence: number;
}

/** `stillMs` of it the page stood still, so that the headset heard nothing of it. `to` is null until it has caught up. */
export interface Away {
  leftMs: number;
  backMs: number | null;
  stillMs: number;
  from: Place;
  to: Place | null;
}

export class Presence {
  away: Away | null = null;
  isHidden = false;
  private beat: { ms: number; place: Place } | null = null;

  hide(isHidden: boolean, place: Place, tMs: number): void {
    if (isHidden === this.isHidden) return;
    this.isHidden = isHidden;
    if (isHidden) this.leave(place, tMs);
    else this.comeBack(tMs);
  }

  beats(place: Place, tMs: number): void {
    const before = this.beat;
    this.beat = { ms: tMs, place };
    if (before !== null && tMs - before.ms > STILL_MS) {
      this.leave(before.place, before.ms);
      this.away!.stillMs += tMs - before.ms;
      if (!this.isHidden) this.comeBack(tMs);
    }
    const { away } = this;
    if (away?.backMs != null && away.to === null && tMs - away.backMs > CATCH_UP_MS) away.to = place;
  }

  seen(): void {
    if (!this.isHidden) this.away = null;
  }

  /** A second absence before the first was seen goes on with it. */
  private leave(from: Place, tMs: number): void {
    this.away ??= { leftMs: tMs, backMs: null, stillMs: 0, from, to: null };
    this.away.backMs = null;
    this.away.to = null;
  }

  private comeBack(tMs: number): void {
    if (this.away !== null) this.away.backMs = tMs;
  }
}

/** The records of an absence; all of them where the headset's program started anew since. */
export function missedBy({ from, to }: Away, records: Record[], openedNs: number | null): Record[] {
  const after = from.openedNs === openedNs ? from.sequence : 0;
  const until = to !== null && to.openedNs === openedNs ? to.sequence : Infinity;
  return records.filter(({ sequence }) => sequence > after && sequence <= until);
}
