import { describe, expect, it } from "vitest";
import type { Press } from "../src/core/arming";
import { obstacles } from "../src/core/obstacles";
import { Room } from "../src/core/room";
import type { Report } from "../src/generated/wire";
import { continueRise, rungRise } from "../src/words/preview";
import { HEADSET, SCENE, WELCOME, commandRecord, exposed, opened, record, report, say } from "./made";

const CLICK: Press = { by: "pointer", count: 1 };

function room(shown: Report = exposed(0)): Room {
  const made = new Room("test", "ab");
  made.hello();
  made.hear(say(WELCOME), 0);
  made.hear(say(HEADSET), 0);
  made.hear(say({ type: "Snapshot", opened: opened(), report: shown, last_sequence: 0 }), 0);
  return made;
}

function armed(): Room {
  const made = room();
  made.arm(rungRise(SCENE, 1, made.report!, true), CLICK, 0);
  expect(made.arming.rise).not.toBeNull();
  return made;
}

const sent = (text: string | null) =>
  text === null ? null : (JSON.parse(text) as { command: { type: string } }).command;

describe("what is armed", () => {
  it("is sent when it is confirmed", () => {
    expect(sent(armed().confirm(CLICK, 1000))).toEqual({ type: "SetRung", scene: "heights", rung: "balcony" });
  });

  it.each(["WaitPressed", "LessPressed", "StopPressed", "SomeoneCameIn", "PrivateAgain"] as const)(
    "is armed no more after %s",
    (type) => {
      const made = armed();
      const heard = made.hear(say({ type: "RecordsMessage", records: [record(1, { type, input: "keyboard" })] }), 10);
      expect(heard.news).toEqual([{ kind: type, tNs: 1e9 }]);
      expect(made.confirm(CLICK, 1000)).toBeNull();
    },
  );

  it.each([
    ["another state", exposed(0, { state: "held" })],
    ["another step", exposed(1)],
  ])("is armed no more in %s", (_what, changed) => {
    const made = armed();
    made.hear(say({ type: "ReportMessage", report: changed }), 10);
    expect(made.confirm(CLICK, 1000)).toBeNull();
  });

  it("is armed no more when the page was hidden, the link was lost or another page leads", () => {
    const [hidden, lost, replaced] = [armed(), armed(), armed()];
    hidden.hide(true, 1);
    hidden.hide(false, 2);
    lost.lost();
    replaced.hear(say({ type: "Turned", code: "replaced", message: "" }), 10);
    for (const made of [hidden, lost, replaced]) expect(made.confirm(CLICK, 1000)).toBeNull();
  });
});

it.each(["held", "paused", "stopped", "ended"] as const)("nothing is armed while %s but to continue", (state) => {
  const made = room(exposed(0, { state }));
  made.arm(rungRise(SCENE, 1, made.report!, true), CLICK, 0);
  expect(made.arming.rise).toBeNull();
  made.arm(continueRise(), CLICK, 0);
  expect(made.arming.rise !== null).toBe(state === "held" || state === "paused");
});

describe("an order", () => {
  it("is applied, with its delay", () => {
    const made = room();
    made.order("pause", { type: "Pause" }, 100);
    const effects = [{ type: "CommandAccepted", sender: "me", command_id: "ab-1" } as const];
    made.hear(say({ type: "RecordsMessage", records: [commandRecord(1, { type: "Pause" }, "me", effects)] }), 142);
    expect(made.orders.newest.get("pause")!.outcome).toEqual({ kind: "applied", delayMs: 42 });
  });

  it("is not confirmed after a second, and may still be applied later", () => {
    const made = room();
    made.order("pause", { type: "Pause" }, 0);
    made.age(999);
    expect(made.orders.newest.get("pause")!.outcome.kind).toBe("waiting");
    made.age(1000);
    expect(made.orders.newest.get("pause")!.outcome.kind).toBe("unconfirmed");
  });

  it("says so when there is nobody to send it to", () => {
    const made = room();
    made.lost();
    expect(made.order("down", { type: "StepDown" }, 0)).toBeNull();
    expect(made.orders.newest.get("down")!.outcome.kind).toBe("unsent");
  });
});

describe("a stop that was pressed while nobody could be reached", () => {
  const back = (made: Room, tMs: number) => {
    made.hear(say(WELCOME), tMs);
    return sent(made.hear(say(HEADSET), tMs).again);
  };

  it("is sent when the headset is there again, for a minute", () => {
    const [soon, late] = [room(), room()];
    for (const made of [soon, late]) {
      made.lost();
      made.order("stop", { type: "Stop" }, 0);
    }
    expect(back(soon, 59_000)).toEqual({ type: "Stop" });
    expect(back(late, 60_000)).toBeNull();
  });

  it("also when the server had no headset to pass it on to", () => {
    const made = room();
    made.hear(say({ type: "PeerLeft", peer: "headset-1", role: "headset" }), 0);
    made.order("stop", { type: "Stop" }, 0);
    made.hear(say({ type: "Turned", code: "headset_absent", message: "", command_id: "ab-1" }), 5);
    expect(made.orders.newest.get("stop")!.outcome.kind).toBe("unsent");
    expect(sent(made.hear(say(HEADSET), 1000).again)).toEqual({ type: "Stop" });
  });

  it("is not sent again once it was answered", () => {
    const made = room();
    made.order("stop", { type: "Stop" }, 0);
    const effects = [{ type: "CommandAccepted", sender: "me", command_id: "ab-1" } as const];
    made.hear(say({ type: "RecordsMessage", records: [commandRecord(1, { type: "Stop" }, "me", effects)] }), 5);
    made.lost();
    expect(back(made, 10)).toBeNull();
  });
});

describe("why nothing can rise", () => {
  it.each<[Partial<Report>, string[]]>([
    [{}, []],
    [{ worn: false, can_rise: false }, ["worn"]],
    [{ focused: false, can_rise: false }, ["focused"]],
    [{ inputs: [], can_rise: false }, ["inputs"]],
    [{ practised: [], can_rise: false }, ["practised"]],
    [{ log_healthy: false, can_rise: false }, ["log"]],
    [{ lease_age_ns: 1.6e9, can_rise: false }, ["lease"]],
    [{ veil: 300, can_rise: false }, ["fading"]],
    [{ can_rise: false }, ["lease"]],
  ])("%o", (changes, expected) => {
    expect(obstacles(room(exposed(0, changes)), 10)).toEqual(expected);
  });

  it("also when this page cannot know", () => {
    const [lost, alone, late] = [room(), room(), room()];
    lost.lost();
    alone.hear(say({ type: "PeerLeft", peer: "headset-1", role: "headset" }), 0);
    expect(obstacles(room(exposed(0, { state: "held", is_private: false, can_rise: false })), 10)).toEqual(["company"]);
    expect([obstacles(lost, 0), obstacles(alone, 0), obstacles(late, 2000)]).toEqual([
      ["connection"],
      ["headset"],
      ["silent"],
    ]);
  });
});

describe("a reload", () => {
  it("keeps what happened and which steps were reached", () => {
    const before = room();
    const records = [record(7, { type: "CommandReceived" }, [{ type: "StepChanged", scene: "heights", step: 1 }])];
    before.hear(say({ type: "RecordsMessage", records }), 0);
    const after = new Room("test", "cd", before.kept());
    after.hear(say(WELCOME), 0);
    after.hear(say({ type: "Snapshot", opened: opened(), report: exposed(1), last_sequence: 7 }), 0);
    after.hear(say({ type: "RecordsMessage", records }), 0);
    expect(after.records).toHaveLength(1);
    expect([after.isReached("heights", 1), after.isReached("heights", 2)]).toEqual([true, false]);
  });

  it("forgets them when the headset's program was started anew", () => {
    const before = room();
    before.hear(say({ type: "RecordsMessage", records: [record(7, { type: "WaitPressed" })] }), 0);
    const after = new Room("test", "cd", before.kept());
    after.hear(say({ type: "Snapshot", opened: opened(99), report: report(), last_sequence: 0 }), 0);
    expect(after.records).toEqual([]);
  });
});

it("ticks, beacons and heartbeats are not kept", () => {
  const made = room();
  made.hear(
    say({
      type: "RecordsMessage",
      records: [
        record(1, { type: "Tick", gap_ns: 1 }, [{ type: "BeaconIssued", number: 1 }]),
        record(2, { type: "HeartbeatReceived", sender: "me", beacon: 1 }),
        record(3, { type: "Tick", gap_ns: 1 }, [{ type: "StateChanged", state: "held", cause: "lease_old" }]),
      ],
    }),
    0,
  );
  expect(made.records.map(({ sequence }) => sequence)).toEqual([3]);
});
