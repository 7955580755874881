import { describe, expect, it } from "vitest";
import { Comparison, type Keys } from "../src/core/comparison";
import { Connection, MessageError } from "../src/core/connection";
import type { Hello } from "../src/generated/wire";
import { checkedText, deviceText, powerText } from "../src/words/device";
import { HEADSET, WELCOME, commandRecord, opened, record, report, say } from "./made";

const MS = 1e6;

function joined(): Connection {
  const connection = new Connection("test", "ab", new Comparison(false));
  connection.hello();
  connection.receive(say(WELCOME), 0);
  connection.receive(
    say({ type: "Snapshot", opened: opened(), report: report({ beacon: 3 }), last_sequence: 0 }),
    5 * MS,
  );
  return connection;
}

const KEYS: Keys = { name: "k", words: ["a", "b", "c", "d"], isMatched: true, isKnown: false };

function withKeys(): Connection {
  const connection = joined();
  connection.comparison.done({ reply: null, keys: KEYS, isRefused: false }, 0);
  return connection;
}

describe("hello", () => {
  it("says who it is, and forgets the connection before", () => {
    const connection = joined();
    connection.receive(say(HEADSET), 0);
    expect(connection.hello()).toMatchObject({ type: "Hello", role: "therapist", protocol: [2, 2], capabilities: [] });
    expect([connection.welcome, connection.headset]).toEqual([null, null]);
  });

  it("asks only to look on after another console took the lead", () => {
    const connection = joined();
    connection.receive(say({ type: "Turned", code: "replaced", message: "elsewhere" }), 0);
    expect(connection.leads).toBe(false);
    expect((connection.hello() as Hello).capabilities).toEqual(["watch"]);
  });
});

describe("what the person wears", () => {
  it("is what the newest report says, and unknown from a program that does not say", () => {
    const connection = joined();
    expect(connection.device).toBeNull();
    const device = { headset: "Quest 3", runtime: "SteamVR 2.7.4" };
    connection.receive(say({ type: "ReportMessage", report: report({}), device }), 0);
    expect(connection.device).toEqual(device);
    expect(checkedText(device)).toContain("was not checked before");
    const checked = { unix_ms: 1_795_262_400_000, program: "vret", bad: ["sound", "sound"], noted: ["line"] };
    expect(checkedText({ checked })).toContain("was checked on 21 November 2026: sound must be mended.");
    expect(checkedText({ checked: { ...checked, bad: [] } })).toContain("it works; noted: line.");
    expect(checkedText({ checked: { ...checked, bad: [], noted: [] } })).toContain("all is well.");
    expect(deviceText(connection.device)).toBe("Quest 3 · SteamVR 2.7.4");
    expect(powerText(connection.device)).toBeNull();
    connection.receive(say({ type: "ReportMessage", report: report({}) }), 0);
    expect(connection.device).toBeNull();
    expect(deviceText(connection.device)).toBe("");
  });
});

describe("a battery", () => {
  const computer = (percent: number, is_charging: boolean) => ({
    batteries: [{ of: "computer" as const, percent, is_charging }],
  });

  it("is named with whose it is", () => {
    expect(deviceText(computer(73, false))).toBe("the person's computer 73 %");
    expect(deviceText({ batteries: [{ of: "controller_left", percent: 5, is_charging: true }] })).toBe(
      "left controller 5 %, plugged in",
    );
  });

  it("of the computer is called low before it ends the session, and a controller's never", () => {
    expect(powerText(computer(21, false))).toBeNull();
    expect(powerText(computer(20, false))).toContain("at 20 %");
    expect(powerText(computer(10, false))).toContain("nearly empty");
    expect(powerText(computer(5, true))).toBeNull();
    expect(powerText({ batteries: [{ of: "controller_left", percent: 5, is_charging: false }] })).toBeNull();
  });
});

describe("the beacon", () => {
  it("is echoed with the time at which it first came", () => {
    const connection = withKeys();
    connection.receive(say({ type: "ReportMessage", report: report({ beacon: 3 }) }), 90 * MS);
    expect(connection.heartbeat(100 * MS)).toEqual({
      type: "Heartbeat",
      sequence: 1,
      beacon: 3,
      beacon_received_ns: 5 * MS,
      sent_ns: 100 * MS,
    });
  });

  it("is not echoed before the first report and the keys, nor without a connection", () => {
    const connection = new Connection("test", "ab", new Comparison(false));
    connection.receive(say(WELCOME), 0);
    expect(connection.heartbeat(0)).toBeNull();
    expect(joined().heartbeat(0)).toBeNull();
    const late = withKeys();
    late.lost();
    expect(late.heartbeat(0)).toBeNull();
  });

  it("comes with a challenge to sign with, also where the words differed, and none in another connection", () => {
    const connection = joined();
    connection.comparison.deny("me");
    connection.receive(say({ type: "Challenge", peer: "another", nonce: "AA==" }), 0);
    expect(connection.nonce).toBe("");
    expect(connection.receive(say({ type: "Challenge", peer: "me", nonce: "AQ==" }), 0).tasks).toEqual([]);
    expect(connection.nonce).toBe("AQ==");
    connection.lost();
    expect(connection.nonce).toBe("");
  });

  it("goes with every command, whose ids never repeat", () => {
    const connection = joined();
    const [one, two] = [connection.command({ type: "Pause" }, 7), connection.command({ type: "Stop" }, 8)];
    expect(one).toMatchObject({ command_id: "ab-1", sequence: 1, beacon: 3, sent_ns: 7, command: { type: "Pause" } });
    expect([two.command_id, two.sequence]).toEqual(["ab-2", 2]);
  });
});

describe("an agreement", () => {
  it("of which nothing comes is begun anew in another connection, unless somebody must look at it", () => {
    const connection = joined();
    expect(connection.isStuck(99e9)).toBe(false);
    connection.receive(say(HEADSET), 10e9);
    expect([connection.isStuck(14.9e9), connection.isStuck(15.1e9)]).toEqual([false, true]);
    connection.comparison.deny("me");
    expect(connection.isStuck(15.1e9)).toBe(false);
    const agreed = withKeys();
    agreed.receive(say(HEADSET), 10e9);
    expect(agreed.isStuck(99e9)).toBe(false);
  });
});

describe("records", () => {
  it("that come before the snapshot of a new connection are not taken for all that was missed", () => {
    const connection = joined();
    const records = [1, 2, 3].map((sequence) => record(sequence, { type: "WaitPressed" }));
    connection.receive(say({ type: "RecordsMessage", records: records.slice(0, 1) }), 0);
    connection.hello();
    connection.receive(say(WELCOME), 0);
    expect(connection.receive(say({ type: "RecordsMessage", records: records.slice(2) }), 0).records).toEqual([]);
    connection.receive(say({ type: "Snapshot", opened: opened(), report: report(), last_sequence: 3 }), 0);
    expect(connection.receive(say({ type: "RecordsMessage", records }), 0).records).toHaveLength(2);
    expect(connection.missed).toBe(0);
  });

  it("are taken once each, and only after a snapshot", () => {
    const connection = new Connection("test", "ab", new Comparison(false));
    const records = [record(1, { type: "WaitPressed" }), record(2, { type: "LessPressed" })];
    const early = connection.receive(say({ type: "RecordsMessage", records }), 0);
    expect(early.records).toEqual([]);
    connection.receive(say({ type: "Snapshot", opened: opened(), report: report(), last_sequence: 0 }), 0);
    expect(connection.receive(say({ type: "RecordsMessage", records }), 0).records).toHaveLength(2);
    expect(connection.receive(say({ type: "RecordsMessage", records }), 0).records).toHaveLength(0);
  });

  it("count what went by, and begin anew with another run of the program", () => {
    const connection = joined();
    connection.receive(
      say({ type: "RecordsMessage", records: [record(1, { type: "Tick" }), record(5, { type: "Tick" })] }),
      0,
    );
    expect(connection.missed).toBe(3);
    connection.receive(say({ type: "Snapshot", opened: opened(99), report: report(), last_sequence: 0 }), 0);
    expect(
      connection.receive(say({ type: "RecordsMessage", records: [record(1, { type: "Tick" })] }), 0).records,
    ).toHaveLength(1);
  });

  it("hold the answers to commands", () => {
    const connection = joined();
    const heard = connection.receive(
      say({
        type: "RecordsMessage",
        records: [
          commandRecord(1, { type: "Pause" }, "me", [{ type: "CommandAccepted", sender: "me", command_id: "ab-1" }]),
          commandRecord(2, { type: "Continue" }, "me", [
            { type: "CommandRefused", sender: "me", command_id: "ab-2", reason: "overtaken" },
          ]),
        ],
      }),
      0,
    );
    expect([...heard.answers]).toEqual([
      ["ab-1", null],
      ["ab-2", "overtaken"],
    ]);
  });

  it("hold the first answer to a command that came twice", () => {
    const pause = { type: "Pause" } as const;
    const records = [
      commandRecord(1, pause, "me", [{ type: "CommandAccepted", sender: "me", command_id: "ab-1" }]),
      commandRecord(2, pause, "me", [
        { type: "CommandRefused", sender: "me", command_id: "ab-1", reason: "already_handled" },
      ]),
    ];
    const heard = joined().receive(say({ type: "RecordsMessage", records }), 0);
    expect([...heard.answers]).toEqual([["ab-1", null]]);
  });
});

describe("what comes", () => {
  it("is passed over when it is newer, and refused when it is no message", () => {
    const connection = joined();
    expect(connection.receive('{"type": "Weather", "sunny": true}', 0).records).toEqual([]);
    for (const text of ["", "{", "[]", "null", '{"kind": "x"}', '{"type": 7}']) {
      expect(() => connection.receive(text, 0)).toThrow(MessageError);
    }
  });

  it("tells who is there", () => {
    const connection = joined();
    connection.receive(say({ ...HEADSET, role: "therapist", peer: "other" }), 0);
    expect(connection.headset).toBeNull();
    connection.receive(say(HEADSET), 0);
    expect(connection.headset?.program).toBe("vret 0.1.0");
    connection.receive(say({ type: "PeerLeft", peer: "headset-1", role: "headset" }), 0);
    expect(connection.headset).toBeNull();
  });

  it("answers a command that was turned away", () => {
    const turned = { type: "Turned", code: "headset_absent", message: "not here", command_id: "ab-1" } as const;
    expect(joined().receive(say(turned), 0).answers.get("ab-1")).toEqual(turned);
  });
});
