/**
 * What therapist and person write to each other, as this page has it: the lines that are in the headset's log, and the
 * texts that wait for their answer. Sans-I/O.
 *
 * A line is shown because its record came, so it stands there once and in its place. Of the texts that wait the oldest
 * goes first and alone, so that their order is kept; it goes again under the same id until it is answered, and the
 * headset takes an id once. Both outlive a reload of the page.
 */

import { SAY_MAX } from "../generated/core";
import type { Command, Phrase, Record } from "../generated/wire";
import type { Answer } from "./connection";

const AGAIN_MS = 3000;
const LINES_MAX = 500;
/** The headset knows more ids than that again. */
export const UNSAID_MAX = 16;
/** Times are of this page's clock, milliseconds; `run` is the opening that `sequence` counts in. */
export interface Line {
  run: number;
  sequence: number;
  atMs: number;
  by: "therapist" | "person";
  text: string;
  phrase: Phrase | null;
  isHere: boolean;
}

/** `answer` is why it will not be delivered; null while it waits. */
export interface Unsaid {
  id: string;
  text: string;
  atMs: number;
  answer: Exclude<Answer, null> | null;
}

export interface KeptConversation {
  lines: Line[];
  unsaid: Unsaid[];
  read: number;
}

/** Refusals by the way there, not by the headset: it may be let through later. */
const PASSING = new Set<string>(["headset_absent", "not_admitted", "not_allowed", "not_proven", "too_many_requests"]);

export class Conversation {
  lines: Line[];
  unsaid: Unsaid[];
  /** Grows with every change. */
  changed = 0;
  private read: number;
  private flight: { id: string; sentMs: number } | null = null;

  constructor(kept: KeptConversation | null = null) {
    this.lines = kept?.lines ?? [];
    this.unsaid = kept?.unsaid ?? [];
    this.read = kept?.read ?? 0;
  }

  /** How many of the person's lines nobody has looked at here. */
  get unread(): number {
    return this.saidByPerson() - this.read;
  }

  kept(): KeptConversation {
    return { lines: this.lines, unsaid: this.unsaid, read: this.read };
  }

  /** A text to be delivered. False when too many wait already. */
  write(id: string, text: string, tMs: number): boolean {
    if (this.unsaid.length >= UNSAID_MAX) return false;
    this.unsaid = [...this.unsaid, { id, text, atMs: tMs, answer: null }];
    this.changed += 1;
    return true;
  }

  /** Give up a text that was refused. One that waits may be on its way. */
  drop(id: string): void {
    this.unsaid = this.unsaid.filter((entry) => entry.id !== id || entry.answer === null);
    this.changed += 1;
  }

  markRead(): void {
    if (this.unread === 0) return;
    this.read = this.saidByPerson();
    this.changed += 1;
  }

  /** The text that is to be sent now; null while none waits or the oldest is on its way. */
  next(tMs: number): Unsaid | null {
    const oldest = this.unsaid.find(({ answer }) => answer === null);
    if (oldest === undefined) return null;
    if (this.flight?.id === oldest.id && tMs - this.flight.sentMs < AGAIN_MS) return null;
    this.flight = { id: oldest.id, sentMs: tMs };
    return oldest;
  }

  /** The way to the headset is gone, and with it perhaps what was on it. */
  lost(): void {
    this.flight = null;
  }

  answered(id: string, answer: Answer): void {
    const entry = this.unsaid.find((other) => other.id === id);
    if (entry === undefined) return;
    if (answer === null || answer === "already_handled") this.deliver(id);
    else if (answer !== "overtaken" && (typeof answer === "string" || !PASSING.has(answer.code))) {
      this.unsaid = this.unsaid.map((other) => (other === entry ? { ...entry, answer } : other));
      this.changed += 1;
    }
  }

  /** Take in a record of the run; `atMs` is when it happened. The line that it added, if it was not known. */
  take(record: Record, run: number, atMs: number): Line | null {
    const line = lineOf(record, run, atMs);
    if (line === null) return null;
    if (record.event.type === "CommandReceived") this.deliver(record.event.command_id);
    const after = this.lines.findLastIndex((other) => other.run !== run || other.sequence <= line.sequence);
    const before = this.lines[after];
    if (before !== undefined && before.run === run && before.sequence === line.sequence) return null;
    this.lines = this.lines.toSpliced(after + 1, 0, line);
    if (this.lines.length > LINES_MAX) {
      if (this.lines[0]!.by === "person") this.read = Math.max(0, this.read - 1);
      this.lines = this.lines.slice(1);
    }
    this.changed += 1;
    return line;
  }

  private deliver(id: string): void {
    const left = this.unsaid.filter((entry) => entry.id !== id);
    if (left.length === this.unsaid.length) return;
    this.unsaid = left;
    this.changed += 1;
  }

  private saidByPerson(): number {
    return this.lines.filter(({ by }) => by === "person").length;
  }
}

/** What can be sent of what was typed: in one form, without what only steers how text is shown. */
export function plainText(typed: string): string {
  const known = typed.normalize("NFC").replace(/\r\n?/g, "\n").replace(/\t/g, " ");
  return [...known.replace(STEERING, "").trim()].slice(0, SAY_MAX).join("");
}

/** Whether the headset's panel has no letters for some of it and shows question marks. */
export function hasUnknownLetters(text: string): boolean {
  return UNKNOWN.test(text);
}

export function sayCommand(text: string): Command {
  return { type: "Say", text };
}

/** `vret.core.conversation` refuses these. */
// eslint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;
const UNKNOWN = /[^\n -\u017f‘’“”„‚…–—−€]/u;

function lineOf({ sequence, event, effects }: Record, run: number, atMs: number): Line | null {
  const person = { run, sequence, atMs, by: "person", text: "", phrase: null, isHere: false } as const;
  if (event.type === "PhraseSaid") return { ...person, phrase: event.phrase };
  if (event.type === "Wrote") return { ...person, text: event.text };
  if (event.type !== "CommandReceived" || !effects.some(({ type }) => type === "CommandAccepted")) return null;
  const therapist = { ...person, by: "therapist" } as const;
  if (event.command.type === "Say") return { ...therapist, text: event.command.text };
  return event.command.type === "SayHere" ? { ...therapist, isHere: true } : null;
}
