import { describe, expect, it } from "vitest";
import type { Done, Keys, Stage, Task } from "../src/core/comparison";
import { obstacles } from "../src/core/obstacles";
import { Room } from "../src/core/room";
import type { Agreement, Report, ToTherapist } from "../src/generated/wire";
import { rungRise } from "../src/words/preview";
import { HEADSET, SCENE, WELCOME, opened, report, say } from "./made";

const KEYS: Keys = { name: "ours", words: ["acorn", "lotus", "cymbal", "acorn"], isMatched: false, isKnown: false };
const CHALLENGE = { type: "Challenge", peer: "me", nonce: "" } as const;
const DIFFER = { type: "Turned", code: "keys_differ", message: "The headset does not know these keys." } as const;
const BEGIN: Task = { type: "Begin", peer: "me" };
const LATER_MS = 10_000;

function room(shown: Report = report(), isAsked = true): Room {
  const made = new Room("test", "ab");
  made.hello();
  made.hear(say(WELCOME), 0);
  made.hear(say(HEADSET), 0);
  const begun = { ...opened(), compares_words: isAsked };
  made.hear(say({ type: "Snapshot", opened: begun, report: shown, last_sequence: 0 }), 0);
  return made;
}

const done = (keys: Keys | null, changes: Partial<Done> = {}): Done => ({
  reply: null,
  keys,
  isRefused: false,
  ...changes,
});

function keyed(keys: Keys = KEYS): Room {
  const made = room();
  made.keyed(CHALLENGE, done(keys), 0);
  return made;
}

const tells = (made: Room, message: ToTherapist, tMs = 1) => made.hear(say(message), tMs).tasks;

function reports(made: Room, agreement: Partial<Agreement> | null, changes: Partial<Report> = {}, tMs = LATER_MS) {
  const told = agreement && { sender: "me", keys: "ours", words: ["forged"], ...agreement };
  made.hear(say({ type: "ReportMessage", report: report({ agreement: told, ...changes }) }), tMs);
  return made.stage;
}

describe("a message for the keyring", () => {
  it("is passed on when it is for this page and this page leads", () => {
    expect(tells(room(), CHALLENGE)).toEqual([CHALLENGE]);
    expect(tells(room(), { ...CHALLENGE, peer: "other" })).toEqual([]);
    const watching = room();
    watching.hear(say({ type: "Turned", code: "replaced", message: "" }), 0);
    expect(tells(watching, CHALLENGE)).toEqual([]);
    expect(tells(watching, DIFFER)).toEqual([]);
  });

  it("is one thing and what is said in the call is another, for the same page", () => {
    const signal = { type: "HeadsetSignal", peer: "me", content: "{}", mac: "" } as const;
    const hears = (made: Room, message: ToTherapist) => made.hear(say(message), 1).signal;
    expect(hears(room(), signal)).toEqual(signal);
    expect(hears(room(), { ...signal, peer: "other" })).toBeNull();
    expect(hears(room(), CHALLENGE)).toBeNull();
    const watching = room();
    watching.hear(say({ type: "Turned", code: "replaced", message: "" }), 0);
    expect(hears(watching, signal)).toBeNull();
  });

  it("that asks for the keys leaves none before they are proved again", () => {
    const made = keyed();
    tells(made, CHALLENGE);
    expect([made.keys, made.stage]).toEqual([null, "agreeing"]);
  });

  it("is answered in the connection that it came in, and only by a page that leads", () => {
    const reply = { type: "Commitment", digest: "x" } as const;
    expect(room().keyed(CHALLENGE, done(null, { reply }), 1)).toBe(JSON.stringify(reply));
    const again = room();
    again.lost();
    again.hear(say({ ...WELCOME, peer: "me-2" }), 1);
    expect(again.keyed(CHALLENGE, done(KEYS, { reply }), 1)).toBeNull();
    expect(again.keys).toBeNull();
    const watching = room();
    watching.hear(say({ type: "Turned", code: "replaced", message: "" }), 0);
    expect(watching.keyed(CHALLENGE, done(null, { reply }), 1)).toBeNull();
  });
});

it("the call goes by the lead, the keys, and whether the words are in doubt", () => {
  const made = keyed();
  expect(made.standing).toEqual({ leads: true, isTrusted: true, isReached: true, keys: "ours" });
  made.deny();
  expect(made.standing).toMatchObject({ isTrusted: false, keys: null });
  made.agreeAnew();
  expect(made.standing).toMatchObject({ isTrusted: true, keys: null });
  made.lost();
  expect(made.standing.isReached).toBe(false);
});

describe("keys that the headset does not know", () => {
  it("are agreed on anew, once; then it is told", () => {
    const made = keyed();
    const heard = made.hear(say(DIFFER), 1);
    expect([heard.tasks, heard.turned]).toEqual([[BEGIN], null]);
    expect([made.keys, made.stage]).toEqual([null, "agreeing"]);
    expect(tells(made, DIFFER)).toEqual([]);
    expect(made.stage).toBe("failed");
  });

  it("are agreed on anew once more in another connection, of this page or of the headset", () => {
    const [page, headset] = [keyed(), keyed()];
    tells(page, DIFFER);
    page.lost();
    page.hear(say(WELCOME), 2);
    expect(tells(page, DIFFER)).toEqual([BEGIN]);
    tells(headset, DIFFER);
    headset.hear(say(HEADSET), 2);
    expect(tells(headset, DIFFER)).toEqual([BEGIN]);
  });

  it("or that did not fit here are no keys", () => {
    const made = keyed();
    made.keyed(CHALLENGE, done(null, { isRefused: true }), 1);
    expect([made.keys, made.stage]).toEqual([null, "failed"]);
    made.keyed(made.agreeAnew(), done(null), 2);
    expect(made.stage).toBe("agreeing");
  });
});

describe("the words", () => {
  it.each([
    ["none", null, null, {}, false],
    ["agreeing", null, null, {}, true],
    ["agreeing", KEYS, null, {}, true],
    ["early", KEYS, {}, {}, true],
    ["comparing", KEYS, {}, { words_asked: ["forged"] }, true],
    ["comparing", KEYS, { confirmed: true }, {}, true],
    ["comparing", KEYS, { matched: true, confirmed: true }, {}, true],
    ["early", { ...KEYS, isMatched: true }, { matched: true }, {}, true],
    ["comparing", { ...KEYS, isMatched: true }, { confirmed: true }, {}, true],
    ["compared", { ...KEYS, isMatched: true }, { matched: true, confirmed: true }, {}, true],
    ["others", { ...KEYS, isMatched: true }, { keys: "theirs", matched: true, confirmed: true }, {}, true],
  ] as [Stage, Keys | null, Partial<Agreement> | null, Partial<Report>, boolean][])(
    "are at %s with %j and %j",
    (stage, keys, agreement, changes, isAsked) => {
      const made = room(report(), isAsked);
      if (keys !== null) made.keyed(CHALLENGE, done(keys), 0);
      expect(reports(made, agreement, changes)).toBe(stage);
      const isIn = obstacles(made, LATER_MS).some((obstacle) => obstacle === stage);
      expect(isIn).toBe(stage !== "none" && stage !== "compared");
      expect(made.keys?.words ?? KEYS.words).toEqual(KEYS.words);
    },
  );

  it("of a report that is older than the keys are no alarm", () => {
    expect(reports(keyed(), { keys: "before" }, {}, 1999)).toBe("agreeing");
    expect(reports(keyed(), { keys: "before" }, {}, 2000)).toBe("others");
  });

  it("stay compared when the server says welcome once more, and not without a connection", () => {
    const made = keyed({ ...KEYS, isMatched: true });
    reports(made, { matched: true, confirmed: true });
    made.hear(say(WELCOME), LATER_MS);
    expect(made.stage).toBe("compared");
    made.lost();
    expect([made.keys, made.stage]).toEqual([null, "agreeing"]);
  });

  it("are said to match by the name of the keys that were shown", () => {
    expect(keyed().match()).toEqual({ type: "Match", peer: "me", keys: "ours" });
    expect(room().match()).toBeNull();
  });
});

describe("words that differ", () => {
  function denied(): Room {
    const made = keyed();
    reports(made, { matched: true, confirmed: true });
    made.arm(rungRise(SCENE, 0, made.report!, true), { by: "pointer", count: 1 }, 0);
    expect(made.arming.rise).not.toBeNull();
    expect(made.deny()).toEqual({ type: "Forget", peer: "me" });
    return made;
  }

  it("forbid every rise, whatever the headset would do", () => {
    const made = denied();
    expect([made.stage, made.mayRise(true), made.arming.rise]).toEqual(["differ", false, null]);
    made.arm(rungRise(SCENE, 0, made.report!, true), { by: "pointer", count: 1 }, 0);
    expect(made.confirm({ by: "pointer", count: 1 }, LATER_MS)).toBeNull();
    expect(obstacles(made, LATER_MS)).toEqual(["differ"]);
  });

  it("are not replaced before the therapist wants it, over a reload too", () => {
    const before = denied();
    before.keyed(CHALLENGE, done(KEYS), 1);
    expect([before.keys, before.stage]).toEqual([null, "differ"]);
    const made = new Room("test", "ab", before.kept());
    made.hear(say(WELCOME), 0);
    expect(tells(made, CHALLENGE)).toEqual([]);
    expect(tells(made, DIFFER)).toEqual([]);
    expect(made.stage).toBe("differ");
    expect(made.agreeAnew()).toEqual(BEGIN);
    expect(tells(made, CHALLENGE)).toEqual([CHALLENGE]);
    expect(new Room("test", "ab", made.kept()).stage).toBe("none");
  });
});
