import { describe, expect, it } from "vitest";
import { alarms, isLoud, see, type Seen } from "../src/core/care";
import { obstacles } from "../src/core/obstacles";
import { Room, type Kept } from "../src/core/room";
import { FMS_ALARM, FMS_UNWELL, SUDS_ALARM } from "../src/generated/core";
import type { Effect, Record } from "../src/generated/wire";
import { tell } from "../src/words/telling";
import { HEADSET, WELCOME, opened, record, report, say } from "./made";

const SNAPSHOT = { type: "Snapshot", opened: opened(), report: report(), last_sequence: 0 } as const;

const rated = (sequence: number, suds: number): Record =>
  record(sequence, { type: "RatingGiven", suds }, [
    { type: "RatingRecorded", suds, moment: "interval", source: "dial" },
  ]);
const felt = (sequence: number, fms: number): Record =>
  record(sequence, { type: "SicknessGiven", fms }, [
    { type: "SicknessRecorded", fms, moment: "during", source: "dial" },
  ]);
const told = (sequence: number, effect: Effect): Record => record(sequence, { type: "Tick", gap_ns: 1 }, [effect]);
const due = (sequence: number) => told(sequence, { type: "BreakDue", unbroken_ns: 1800e9 });
const taken = (sequence: number) => told(sequence, { type: "BreakTaken" });

describe("what the therapist must know", () => {
  it("is distress from 95 on and sickness from 5 on, very sick from 7 on", () => {
    expect(alarms([rated(1, SUDS_ALARM - 1), felt(2, FMS_ALARM - 1)], {})).toEqual([]);
    expect(alarms([rated(1, SUDS_ALARM), felt(2, FMS_ALARM)], {})).toEqual([
      { kind: "sickness", sequence: 2, tNs: 2e9, fms: FMS_ALARM, isUnwell: false },
      { kind: "distress", sequence: 1, tNs: 1e9, suds: SUDS_ALARM },
    ]);
    expect(alarms([felt(1, FMS_UNWELL)], {})).toMatchObject([{ isUnwell: true }]);
  });

  it("is a heart rate that fell where people faint, before all else, and it is loud", () => {
    const fell = told(2, { type: "HeartFell", bpm: 70, from_bpm: 110 });
    const standing = alarms([felt(1, FMS_UNWELL), fell], {});
    expect(standing[0]).toEqual({ kind: "heart", sequence: 2, tNs: 2e9, bpm: 70, fromBpm: 110 });
    expect(isLoud(standing)).toBe(true);
    expect(isLoud([standing[0]!])).toBe(true);
  });

  it("stays until it is seen, whatever is answered afterwards", () => {
    const records = [rated(1, 95), rated(2, 20), felt(3, 6), felt(4, 0)];
    const standing = alarms(records, {});
    expect(standing.map(({ kind }) => kind)).toEqual(["sickness", "distress"]);
    const seen = see({}, standing[0]!);
    expect(alarms(records, seen).map(({ kind }) => kind)).toEqual(["distress"]);
    expect(alarms(records, see(seen, standing[1]!))).toEqual([]);
  });

  it("comes again with every new answer of that kind", () => {
    const seen: Seen = { distress: 1, sickness: 2 };
    expect(alarms([rated(1, 100), felt(2, 8), felt(3, 5)], seen)).toMatchObject([{ kind: "sickness", fms: 5 }]);
    expect(see({ distress: 9 }, alarms([rated(1, 100)], {})[0]!)).toEqual({ distress: 9 });
  });

  it("is a break that is due until it is seen or taken, and is not heard again and again", () => {
    const [first] = alarms([due(1)], {});
    expect(first).toMatchObject({ kind: "break", unbrokenNs: 1800e9 });
    expect(isLoud([first!])).toBe(false);
    expect(alarms([due(1), taken(2)], {})).toEqual([]);
    expect(alarms([due(1), taken(2), due(3)], see({}, first!))).toMatchObject([{ sequence: 3 }]);
    expect(isLoud(alarms([due(1), rated(2, 95)], {}))).toBe(true);
  });
});

describe("a room", () => {
  const room = (kept: Kept | null = null) => {
    const made = new Room("test", "p", kept);
    for (const message of [WELCOME, HEADSET, SNAPSHOT]) made.hear(say(message), 1);
    return made;
  };

  it("knows over a reload what was seen", () => {
    const before = room();
    before.hear(say({ type: "RecordsMessage", records: [felt(1, 6)] }), 2);
    expect(before.alarms).toMatchObject([{ fms: 6 }]);
    const again = () => room(JSON.parse(JSON.stringify(before.kept())) as Kept);
    expect(again().alarms).toMatchObject([{ fms: 6 }]);
    before.seeAlarm(before.alarms[0]!);
    expect(before.alarms).toEqual([]);
    expect(again().alarms).toEqual([]);
  });

  it("says why nothing rises while the person feels very sick", () => {
    const made = room();
    const sickness = { fms: 8, answered_ns: 1, is_unwell: true, is_break_due: false, unbroken_ns: 0, request: null };
    made.hear(say({ type: "ReportMessage", report: report({ can_rise: false, sickness }) }), 3);
    expect(obstacles(made, 3)).toContain("unwell");
  });

  it("says why nothing rises while the heart rate has fallen, and while nobody sits where people faint", () => {
    const cannot = (changes: { is_watched?: boolean; is_seated?: boolean; fell_from?: number | null }) => {
      const made = room();
      const heart = { bpm: 70, has_contact: true, fell_from: 110, is_watched: true, is_seated: false, ...changes };
      made.hear(say({ type: "ReportMessage", report: report({ can_rise: false, state: "held", heart }) }), 3);
      return obstacles(made, 3);
    };
    expect(cannot({})).toEqual(expect.arrayContaining(["standing", "heart"]));
    expect(cannot({ is_seated: true, fell_from: null })).not.toContain("heart");
    expect(cannot({ is_watched: false })).not.toContain("standing");
  });
});

it("is told in the log", () => {
  const lines = [felt(1, 7), due(2), taken(3)].flatMap((entry) => tell(entry, [])).map(({ text }) => text);
  expect(lines).toEqual([
    "Sickness 7 of 10, in a scene, on the dial.",
    "A break is due: 30 min in scenes without one.",
    "A break was taken.",
  ]);
});
