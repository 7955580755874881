import { describe, expect, it } from "vitest";
import { CATCH_UP_MS, Presence, STILL_MS, missedBy, type Place } from "../src/core/presence";
import { record } from "./made";

const at = (sequence: number, openedNs = 1): Place => ({ openedNs, sequence });
const records = [1, 2, 3, 4, 5].map((sequence) => record(sequence, { type: "ReadyPressed" }));
const missed = (presence: Presence, openedNs = 1) =>
  missedBy(presence.away!, records, openedNs).map(({ sequence }) => sequence);

function beating(presence: Presence, place: Place, fromMs: number, untilMs: number): void {
  for (let tMs = fromMs; tMs <= untilMs; tMs += 250) presence.beats(place, tMs);
}

describe("a page that was hidden", () => {
  it("tells from where it was left to where it had caught up", () => {
    const presence = new Presence();
    beating(presence, at(1), 0, 1000);
    presence.hide(true, at(1), 1000);
    beating(presence, at(3), 1250, 601_000);
    expect(presence.away).toMatchObject({ leftMs: 1000, backMs: null, stillMs: 0 });
    presence.hide(false, at(3), 601_000);
    expect(missed(presence)).toEqual([2, 3, 4, 5]);
    beating(presence, at(4), 601_250, 601_000 + CATCH_UP_MS + 250);
    expect(missed(presence)).toEqual([2, 3, 4]);
    expect(presence.away).toMatchObject({ backMs: 601_000, stillMs: 0 });
    presence.seen();
    expect(presence.away).toBeNull();
  });

  it("cannot be seen before it is back, and goes on when it is hidden again unseen", () => {
    const presence = new Presence();
    presence.hide(true, at(1), 0);
    presence.seen();
    presence.hide(false, at(2), 5000);
    presence.hide(true, at(3), 6000);
    presence.hide(false, at(4), 7000);
    expect(presence.away).toMatchObject({ leftMs: 0, backMs: 7000, from: at(1) });
  });

  it("tells everything of a program that started anew meanwhile", () => {
    const presence = new Presence();
    presence.hide(true, at(4), 0);
    presence.hide(false, at(2, 9), 5000);
    expect(missed(presence, 9)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a page that stood still", () => {
  it("is told by a heartbeat that comes late, from the one before", () => {
    const presence = new Presence();
    presence.beats(at(2), 0);
    presence.beats(at(4), STILL_MS);
    expect(presence.away).toBeNull();
    presence.beats(at(5), 12_000);
    expect(presence.away).toMatchObject({ leftMs: STILL_MS, backMs: 12_000, stillMs: 12_000 - STILL_MS, from: at(4) });
  });

  it("while hidden is both", () => {
    const presence = new Presence();
    beating(presence, at(1), 0, 1000);
    presence.hide(true, at(1), 1000);
    presence.beats(at(3), 31_000);
    expect(presence.away).toMatchObject({ leftMs: 1000, backMs: null, stillMs: 30_000 });
    presence.hide(false, at(3), 32_000);
    expect(presence.away).toMatchObject({ backMs: 32_000, from: at(1) });
  });
});
