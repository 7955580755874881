import { describe, expect, it } from "vitest";
import { Conversation, UNSAID_MAX, hasUnknownLetters, plainText } from "../src/core/conversation";
import { Room, type Kept } from "../src/core/room";
import type { CommandMessage, Effect, Record, ToTherapist } from "../src/generated/wire";
import { HEADSET, WELCOME, opened, record, report, say } from "./made";

/** The headset as the core is: it takes an id once, answers everything, and its log is the conversation. */
class Headset {
  readonly log: Record[] = [];

  constructor(readonly tNs = 1) {}

  take(text: string): void {
    const { command_id, command } = JSON.parse(text) as CommandMessage;
    const isKnown = this.lines.some(({ event }) => event.type === "CommandReceived" && event.command_id === command_id);
    const answer: Effect = isKnown
      ? { type: "CommandRefused", sender: "me", command_id, reason: "already_handled" }
      : { type: "CommandAccepted", sender: "me", command_id };
    const event = { type: "CommandReceived", sender: "me", command_id, sequence: 1, beacon: 1, command } as const;
    this.log.push(record(this.log.length + 1, event, [answer]));
  }

  says(phrase: "yes" | "slower"): void {
    this.log.push(record(this.log.length + 1, { type: "PhraseSaid", input: "keyboard", phrase }));
  }

  get lines(): Record[] {
    return this.log.filter(({ effects }) => effects.every(({ type }) => type !== "CommandRefused"));
  }

  snapshot(): ToTherapist {
    const shown = { opened: opened(this.tNs), report: report({ t_ns: 60e9 }) };
    return { type: "Snapshot", ...shown, last_sequence: this.log.length, conversation: this.lines };
  }
}

function joined(headset: Headset, kept: Kept | null = null, prefix = "ab"): Room {
  const made = new Room("test", prefix, kept === null ? null : (JSON.parse(JSON.stringify(kept)) as Kept));
  join(made, headset);
  return made;
}

function join(room: Room, headset: Headset): void {
  room.hello();
  for (const message of [WELCOME, HEADSET, headset.snapshot()]) room.hear(say(message), 60_000);
  expect(room.nextText(60_000)).toBeNull();
  const keys = { name: "k", words: ["a", "b", "c", "d"], isMatched: true, isKnown: false };
  room.keyed({ type: "Begin", peer: "me" }, { reply: null, keys, isRefused: false }, 60_000);
}

const answers = (room: Room, headset: Headset, tMs = 60_000) =>
  room.hear(say({ type: "RecordsMessage", records: headset.log }), tMs);
const texts = (room: Room) => room.conversation.lines.map(({ text, phrase }) => phrase ?? text);
const waiting = (room: Room) => room.conversation.unsaid.map(({ text }) => text);

describe("a text", () => {
  it("waits until its record comes, and the next goes after it", () => {
    const headset = new Headset();
    const room = joined(headset);
    room.write("one", 60_000);
    room.write("two", 60_001);
    headset.take(room.nextText(60_002)!);
    expect(room.nextText(60_003)).toBeNull();
    expect([texts(room), waiting(room)]).toEqual([[], ["one", "two"]]);
    answers(room, headset);
    expect([texts(room), waiting(room)]).toEqual([["one"], ["two"]]);
    headset.take(room.nextText(60_004)!);
    answers(room, headset);
    expect([texts(room), waiting(room)]).toEqual([["one", "two"], []]);
  });

  it.each(["before it arrives", "with its answer"])("is there once when the line is cut %s", (cut) => {
    const headset = new Headset();
    const room = joined(headset);
    room.write("one", 60_000);
    room.write("two", 60_000);
    const sent = room.nextText(60_001)!;
    if (cut === "with its answer") headset.take(sent);
    room.lost();
    expect(room.nextText(60_002)).toBeNull();
    join(room, headset);
    for (let text = room.nextText(60_003); text !== null; text = room.nextText(60_004)) {
      headset.take(text);
      answers(room, headset);
    }
    expect([texts(room), waiting(room)]).toEqual([["one", "two"], []]);
    expect(headset.lines).toHaveLength(2);
  });

  it("goes again, under its id, when only the headset's line was cut and nobody answers", () => {
    const room = joined(new Headset());
    room.write("one", 60_000);
    const first = JSON.parse(room.nextText(60_000)!) as CommandMessage;
    expect(room.nextText(62_999)).toBeNull();
    const again = JSON.parse(room.nextText(63_000)!) as CommandMessage;
    expect([again.command_id, again.sequence]).toEqual([first.command_id, first.sequence + 1]);
  });

  it("survives a reload, delivered or not", () => {
    const headset = new Headset();
    const room = joined(headset);
    room.write("one", 60_000);
    room.write("two", 60_000);
    headset.take(room.nextText(60_001)!);
    const again = joined(headset, room.kept(), "cd");
    expect([texts(again), waiting(again)]).toEqual([["one"], ["two"]]);
    expect(JSON.parse(again.nextText(60_002)!)).toMatchObject({ command_id: "ab-t2", command: { text: "two" } });
  });

  it("waits while nobody can be reached or another page leads, and is told when it is refused", () => {
    const room = joined(new Headset());
    room.write("one", 60_000);
    const id = room.conversation.unsaid[0]!.id;
    for (const code of ["headset_absent", "not_admitted", "not_proven"] as const) {
      room.hear(say({ type: "Turned", code, message: "", command_id: id }), 60_001);
      expect(room.conversation.unsaid[0]!.answer).toBeNull();
    }
    room.conversation.answered(id, "overtaken");
    expect(room.conversation.unsaid[0]!.answer, "held back on the way; it goes again").toBeNull();
    room.conversation.drop(id);
    expect(waiting(room)).toEqual(["one"]);
    room.hear(say({ type: "Turned", code: "bad_message", message: "?", command_id: id }), 60_001);
    expect(room.conversation.unsaid[0]!.answer).not.toBeNull();
    expect(room.nextText(90_000)).toBeNull();
    room.conversation.drop(id);
    expect(waiting(room)).toEqual([]);
    room.hear(say({ type: "Turned", code: "replaced", message: "" }), 60_002);
    room.write("two", 60_003);
    expect(room.nextText(60_004)).toBeNull();
  });

  it("is not taken when as many wait as the headset is sure to know again", () => {
    const conversation = new Conversation();
    for (let count = 0; count < UNSAID_MAX; count++) expect(conversation.write(`${count}`, "x", 0)).toBe(true);
    expect(conversation.write("more", "x", 0)).toBe(false);
  });
});

describe("what the person says", () => {
  it("is news once, counts as unread until it is read, and comes to a page that opens late", () => {
    const headset = new Headset();
    const room = joined(headset);
    headset.says("slower");
    const line = { by: "person", phrase: "slower", sequence: 1, atMs: 60_000 - 59_000 };
    expect(answers(room, headset).news).toMatchObject([{ kind: "Line", line }]);
    expect(answers(room, headset).news).toEqual([]);
    expect(room.conversation.unread).toBe(1);
    room.conversation.markRead();
    expect(room.conversation.unread).toBe(0);
    expect(joined(headset, room.kept()).conversation.unread).toBe(0);
    const elsewhere = joined(headset);
    expect(texts(elsewhere)).toEqual(["slower"]);
    expect(elsewhere.conversation.unread).toBe(1);
  });

  it("stays when the headset's program is started anew", () => {
    const [before, after] = [new Headset(1), new Headset(70e9)];
    before.says("slower");
    const room = joined(before);
    after.says("yes");
    join(room, after);
    expect(texts(room)).toEqual(["slower", "yes"]);
    expect(room.records.map(({ sequence }) => sequence)).toEqual([]);
  });
});

it("a text is sent in one form and without what only steers", () => {
  expect(plainText("  cafe\u0301\r\nya\u202e\t\u0007x\ud800 ")).toBe("café\nya x");
  expect([...plainText("😀".repeat(600))]).toHaveLength(500);
  expect(hasUnknownLetters("Schön – „so“…\nŻółw")).toBe(false);
  expect(hasUnknownLetters("нет")).toBe(true);
});
