/**
 * Rooms for whoever speaks no TypeScript: numbers, texts and JSON go in, JSON comes out. `tests/simulation/page.py` runs
 * this in QuickJS, and does what the page does around its core (`src/link/live.ts`): time, lines and keys.
 */

import { SETTLE_MS, type Press } from "../src/core/arming";
import type { Done, Task } from "../src/core/comparison";
import { Room, type Kept } from "../src/core/room";
import type { Command } from "../src/generated/wire";

const CLICK: Press = { by: "pointer", count: 1 };

const rooms = new Map<number, Room>();
let opened = 0;

function of(id: number): Room {
  const room = rooms.get(id);
  if (room === undefined) throw new Error(`there is no room ${id}`);
  return room;
}

const page = {
  SETTLE_MS,

  /** `kept` is what a reload leaves, as `kept` told it; empty for a new page. */
  open(program: string, prefix: string, kept: string): number {
    opened += 1;
    rooms.set(opened, new Room(program, prefix, kept === "" ? null : (JSON.parse(kept) as Kept)));
    return opened;
  },

  close: (id: number) => void rooms.delete(id),
  nonce: (id: number) => of(id).nonce,
  kept: (id: number) => JSON.stringify(of(id).kept()),
  takeLead: (id: number) => of(id).takeLead(),
  hello: (id: number) => of(id).hello(),
  lost: (id: number) => of(id).lost(),

  /** What follows from a message. */
  hear(id: number, text: string, tMs: number): string {
    const room = of(id);
    const { tasks, again } = room.hear(text, tMs);
    return JSON.stringify({ tasks, again, missed: room.missed, text: room.nextText(tMs) });
  },

  /** What is to be sent with the clock's beat, and where the page stands. */
  beat(id: number, tMs: number): string {
    const room = of(id);
    const heartbeat = room.heartbeat(tMs);
    room.age(tMs);
    return JSON.stringify({ heartbeat, text: room.nextText(tMs), isStuck: room.isStuck(tMs), stage: room.stage });
  },

  text: (id: number, tMs: number) => of(id).nextText(tMs) ?? "",
  write: (id: number, text: string, tMs: number) => of(id).write(text, tMs),

  keyed(id: number, task: string, done: string, tMs: number): string {
    return of(id).keyed(JSON.parse(task) as Task, JSON.parse(done) as Done, tMs) ?? "";
  },

  match: (id: number) => JSON.stringify(of(id).match()),
  agreeAnew: (id: number) => JSON.stringify(of(id).agreeAnew()),

  order(id: number, command: string, tMs: number): string {
    const asked = JSON.parse(command) as Command;
    return of(id).order(asked.type === "Stop" ? "stop" : asked.type, asked, tMs) ?? "";
  },

  arm(id: number, command: string, tMs: number): void {
    const rise = { control: "rise", command: JSON.parse(command) as Command, title: "", preview: [], isNew: false };
    of(id).arm(rise, CLICK, tMs);
  },

  confirm: (id: number, tMs: number) => of(id).confirm(CLICK, tMs) ?? "",

  /** What the therapist can read of the past: the records' numbers and the lines, oldest first. */
  past(id: number): string {
    const { records, conversation } = of(id);
    return JSON.stringify({
      records: records.map(({ sequence }) => sequence),
      lines: conversation.lines.map(({ sequence }) => sequence),
    });
  },

  /** What the therapist sees now. */
  look(id: number): string {
    const { leads, welcome, headset, report, conversation } = of(id);
    return JSON.stringify({
      leads,
      isReached: welcome !== null && headset !== null,
      report: report && { state: report.state, step: report.step_index, beacon: report.beacon },
      waiting: conversation.unsaid.map(({ text }) => text),
      refused: conversation.unsaid.flatMap(({ answer }) => (answer === null ? [] : [answer])),
    });
  },
};

Object.assign(globalThis, { page });
