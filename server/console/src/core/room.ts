/**
 * One session as this console knows it: the connection, what was asked for, what is armed, what happened.
 *
 * Sans-I/O: texts, batches, presses and times (milliseconds of one monotonic clock) go in; messages to send and news
 * for eyes and ears come out. `src/link/live.ts` owns the socket, the clock and the speaker.
 */

import type { Command, HeadsetSignal, Record, SceneRules, Turned } from "../generated/wire";
import * as Arming from "./arming";
import { alarms, see, type Alarm, type Seen } from "./care";
import type { Standing } from "./call";
import { Comparison, type Done, type Stage, type Task } from "./comparison";
import { Connection, type Answer } from "./connection";
import { Conversation, sayCommand, type KeptConversation, type Line } from "./conversation";
import { gaze, type Gaze } from "./head";
import { since, type Since } from "./homework";
import { looked, type Look } from "./look";
import { Orders, type Order } from "./orders";
import { Presence, type Place } from "./presence";
import { isNoteworthy, isPress, reached, steps, type Press } from "./story";
import { unpack, type Row } from "./telemetry";

const OTHER_CONSOLE_MS = 2000;
const TRAIL = 240;
const RATE_MS = 2000;

/** What must be seen and heard at once. */
export type News =
  | { kind: Press["kind"]; tNs: number }
  | { kind: "RatingRecorded"; suds: number; tNs: number }
  | { kind: "Line"; line: Line; tNs: number };

export interface Heard {
  /** Whether the state, the step or the variant changed. */
  isMoved: boolean;
  news: News[];
  /** Commands that were turned away, refused or accepted just now. */
  answered: Order[];
  /** What the server turned away, the connection itself if it names no command. */
  turned: Turned | null;
  /** A stop that was pressed while nobody could be reached, to be sent now. */
  again: string | null;
  /** What is to be done with keys, in this order; `keyed` takes what came of each. */
  tasks: Task[];
  /** What the headset says in the call. */
  signal: HeadsetSignal | null;
}

/** What outlives a reload of the page. */
export interface Kept {
  openedNs: number | null;
  records: Record[];
  peers: string[];
  newStepMs: number | null;
  wordsDiffer?: boolean;
  conversation?: KeptConversation;
  seen?: Seen;
}

export class Room {
  readonly orders = new Orders();
  readonly presence = new Presence();
  readonly conversation: Conversation;
  arming: Arming.Arming = Arming.UNARMED;
  records: Record[] = [];
  /** Head positions of the last seconds, newest last. */
  trail: Row[] = [];
  telemetryMs = 0;
  /** What the head is turned to; null before the first telemetry. */
  look: Look | null = null;
  private readonly connection: Connection;
  private readonly peers = new Set<string>();
  private others = new Map<string, number>();
  private openedNs: number | null = null;
  private reached = new Set<string>();
  private arrivals: { ms: number; frame: number; tNs: number }[] = [];

  private texts = 0;
  private seen: Seen = {};

  /** `prefix` is nobody else's in the session (see `Connection`). */
  constructor(
    program: string,
    private readonly prefix: string,
    kept: Kept | null = null,
  ) {
    this.conversation = new Conversation(kept?.conversation ?? null);
    this.connection = new Connection(program, prefix, new Comparison(kept?.wordsDiffer ?? false));
    if (kept !== null) {
      this.openedNs = kept.openedNs;
      this.records = kept.records;
      this.reached = reached(kept.records);
      this.seen = kept.seen ?? {};
      this.arming = { ...Arming.UNARMED, newStepMs: kept.newStepMs };
      for (const peer of kept.peers) this.peers.add(peer);
    }
  }

  get isHidden() {
    return this.presence.isHidden;
  }

  get welcome() {
    return this.connection.welcome;
  }

  get report() {
    return this.connection.report;
  }

  get opened() {
    return this.connection.opened;
  }

  get headset() {
    return this.connection.headset;
  }

  get device() {
    return this.connection.device;
  }

  get missed() {
    return this.connection.missed;
  }

  /** What the headset keeps for the person to do alone. */
  get homework() {
    return this.connection.homework;
  }

  /** What was done of it since the last contact; null where there is nothing to tell. */
  get homeworkSince(): Since | null {
    return since(this.connection.homework, this.connection.homeworkDone, this.records);
  }

  /** What is asked for in this connection is signed with it. */
  get nonce() {
    return this.connection.nonce;
  }

  /** Whether this console leads; one that looks on can lower and stop. */
  get leads() {
    return this.connection.leads;
  }

  /** Whether a rise of this kind can be asked for: into a scene from the calm room, else only while in the scene. */
  mayRise(isRung: boolean): boolean {
    const state = this.report?.state;
    if (this.comparison.isDenied) return false;
    return this.leads && this.canReach && (state === "exposed" || (isRung && state === "calm"));
  }

  /** Whether nothing came of the agreement on keys; another connection begins it anew. */
  isStuck(tMs: number): boolean {
    return this.connection.isStuck(ns(tMs));
  }

  /** Age of the newest report in milliseconds; null before the first. */
  reportAgeMs(tMs: number): number | null {
    return this.report === null ? null : tMs - this.connection.reportReceivedNs / 1e6;
  }

  /** The scene that is shown; null in the calm room. */
  get scene(): SceneRules | null {
    return this.rules(this.report?.scene);
  }

  /** The scene that is shown, or the one that was shown before the calm room. */
  get lastScene(): SceneRules | null {
    return this.scene ?? this.rules(steps(this.records).at(-1)?.scene);
  }

  get gaze(): Gaze | null {
    const newest = this.trail.at(-1);
    return newest === undefined ? null : gaze(newest.rotationInStage);
  }

  /** Frames a second of the headset over the last two seconds of telemetry; null when there is too little. */
  get frameRate(): number | null {
    const [first, last] = [this.arrivals[0], this.arrivals.at(-1)];
    if (first === undefined || last === undefined || last.tNs <= first.tNs) return null;
    return ((last.frame - first.frame) * 1e9) / (last.tNs - first.tNs);
  }

  /** Other consoles that steer this session now, by the server's name for them. */
  otherConsoles(): string[] {
    const now = this.report?.t_ns ?? 0;
    return [...this.others].filter(([, tNs]) => now - tNs < OTHER_CONSOLE_MS * 1e6).map(([peer]) => peer);
  }

  private get comparison() {
    return this.connection.comparison;
  }

  /** The keys that this page shares with the headset; null before both have proved them. */
  get keys() {
    return this.comparison.keys;
  }

  /** Where comparing the words stands; who only looks on compares nothing. */
  get stage(): Stage {
    const isAsked = this.opened?.compares_words ?? false;
    return this.leads ? this.comparison.stage(this.report, this.connection.reportReceivedNs / 1e6, isAsked) : "none";
  }

  /** What the call goes by (`src/core/call.ts`). */
  get standing(): Standing {
    return {
      leads: this.leads,
      isTrusted: !this.comparison.isDenied,
      isReached: this.canReach,
      keys: this.keys?.name ?? null,
    };
  }

  kept(): Kept {
    return {
      openedNs: this.openedNs,
      records: this.records,
      peers: [...this.peers],
      newStepMs: this.arming.newStepMs,
      wordsDiffer: this.comparison.isDenied,
      conversation: this.conversation.kept(),
      seen: this.seen,
    };
  }

  // -- the connection

  /** Say in the next hello that this console leads. */
  takeLead(): void {
    this.connection.leads = true;
  }

  hello(): string {
    return JSON.stringify(this.connection.hello());
  }

  lost(): void {
    this.connection.lost();
    this.conversation.lost();
    this.arming = Arming.disarm(this.arming);
  }

  heartbeat(tMs: number): string | null {
    const beat = this.connection.heartbeat(ns(tMs));
    return beat === null ? null : JSON.stringify(beat);
  }

  /**
   * Take in a text message. Throws MessageError for what is none. What was armed before the person pressed anything, or
   * before the state, the step or the variant changed, would no longer do what its preview says, so it is armed no more.
   */
  hear(text: string, tMs: number): Heard {
    const before = this.report;
    const couldReach = this.canReach;
    const found = this.connection.receive(text, ns(tMs));
    this.noticeRun();
    const isMoved =
      before?.state !== this.report?.state ||
      before?.step_index !== this.report?.step_index ||
      before?.variant !== this.report?.variant;
    if (isMoved || !this.leads) this.disarm();
    if (this.welcome !== null) this.peers.add(this.welcome.peer);
    if (!this.canReach) this.conversation.lost();
    const news = [
      ...found.conversation.flatMap((record) => this.converse(record, tMs)),
      ...found.records.flatMap((record) => [...this.take(record), ...this.converse(record, tMs)]),
    ];
    for (const [id, answer] of found.answers) this.conversation.answered(id, answer);
    const answered = [...found.answers].flatMap(([id, answer]) => this.answer(id, answer, tMs));
    const again = !couldReach && this.canReach ? this.stopToSendAgain(tMs) : null;
    return { isMoved, news, answered, turned: found.turned, again, tasks: found.tasks, signal: found.signal };
  }

  /** Take in what came of a task. The text is to be sent; null when it is for a connection that is no more. */
  keyed({ peer }: Task, done: Done, tMs: number): string | null {
    if (peer !== this.welcome?.peer || !this.leads || this.comparison.isDenied) return null;
    this.comparison.done(done, tMs);
    return done.reply && JSON.stringify(done.reply);
  }

  /** Take in a batch of telemetry. Throws TelemetryError. */
  see(batch: ArrayBuffer, tMs: number): void {
    const rows = unpack(batch);
    const newest = rows.at(-1);
    if (newest === undefined) return;
    this.trail = [...this.trail, ...rows].slice(-TRAIL);
    for (const row of rows) this.look = looked(this.look, row, this.scene);
    this.telemetryMs = tMs;
    this.arrivals = [...this.arrivals, { ms: tMs, frame: newest.frame, tNs: newest.tNs }].filter(
      ({ ms, frame }) => tMs - ms <= RATE_MS && frame <= newest.frame,
    );
  }

  // -- what the therapist asks for

  /** What the therapist must know and has not seen. */
  get alarms(): Alarm[] {
    return alarms(this.records, this.seen);
  }

  seeAlarm(alarm: Alarm): void {
    this.seen = see(this.seen, alarm);
  }

  /** The person read out the words that this page shows. */
  match(): Task | null {
    return this.welcome && this.comparison.match(this.welcome.peer);
  }

  /** The person read out other words. Nothing that was armed rises then. */
  deny(): Task {
    this.disarm();
    return this.comparison.deny(this.welcome?.peer ?? "");
  }

  /** Other keys, other words. */
  agreeAnew(): Task {
    return this.comparison.beginAnew(this.welcome?.peer ?? "");
  }

  /** Makes an order of a command. The text is null when there is nobody to send it to. */
  order(control: string, command: Command, tMs: number): string | null {
    const message = this.connection.command(command, ns(tMs));
    const isConnected = this.welcome !== null;
    this.orders.add(control, message, isConnected, tMs);
    return isConnected ? JSON.stringify(message) : null;
  }

  /** Write to the person. False when too much waits to be delivered already. */
  write(text: string, tMs: number): boolean {
    this.texts += 1;
    return this.conversation.write(`${this.prefix}-t${this.texts}`, text, tMs);
  }

  /** The message of the text that is to be delivered next; null while there is none or nobody to send it to. */
  nextText(tMs: number): string | null {
    if (!this.leads || !this.canReach || this.keys === null) return null;
    const next = this.conversation.next(tMs);
    return next === null ? null : JSON.stringify(this.connection.command(sayCommand(next.text), ns(tMs), next.id));
  }

  /** Arm what the newest report permits; what the page shows may be a picture older. */
  arm(rise: Arming.Rise, press: Arming.Press, tMs: number): void {
    if (!this.mayAskFor(rise.command)) return;
    this.arming = Arming.arm(this.arming, rise, press, this.isHidden, tMs);
  }

  disarm(): void {
    this.arming = Arming.disarm(this.arming);
  }

  /** The message of the confirmed rise, or null when the press does not count or nobody can be reached. */
  confirm(press: Arming.Press, tMs: number): string | null {
    const { arming, rise } = Arming.confirm(this.arming, press, this.isHidden, tMs);
    this.arming = arming;
    return rise === null ? null : this.order(rise.control, rise.command, tMs);
  }

  hide(isHidden: boolean, tMs: number): void {
    this.presence.hide(isHidden, this.place, tMs);
    if (isHidden) this.arming = Arming.disarm(this.arming, this.arming.rise === null ? null : "hidden");
  }

  /** What only needs the clock; with every heartbeat. */
  age(tMs: number): void {
    this.presence.beats(this.place, tMs);
    this.orders.age(tMs);
    if (Arming.hasLapsed(this.arming, tMs)) this.arming = Arming.disarm(this.arming, "lapsed");
  }

  /** Whether this console asked for it. */
  isOwn({ event }: Record): boolean {
    return event.type === "CommandReceived" && this.peers.has(event.sender);
  }

  isReached(scene: string, index: number): boolean {
    return this.reached.has(`${scene}/${index}`);
  }

  /** What the therapist planned; null before the headset told of it. */
  get plan() {
    return this.opened?.plan ?? null;
  }

  private get place(): Place {
    return { openedNs: this.openedNs, sequence: this.records.at(-1)?.sequence ?? 0 };
  }

  private get canReach(): boolean {
    return this.welcome !== null && this.headset !== null;
  }

  private stopToSendAgain(tMs: number): string | null {
    const open = this.orders.unansweredStop(tMs);
    return open === null ? null : JSON.stringify(open.message);
  }

  private mayAskFor({ type }: Command): boolean {
    const state = this.report?.state;
    if (this.comparison.isDenied) return false;
    if (type === "Continue") return this.leads && (state === "held" || state === "paused");
    if (type === "GiveHomework") return this.leads && this.canReach && (state === "calm" || state === "stopped");
    return this.mayRise(type === "SetRung");
  }

  private rules(scene: string | undefined): SceneRules | null {
    return this.opened?.scenes.find(({ name }) => name === scene) ?? null;
  }

  private noticeRun(): void {
    const openedNs = this.opened?.t_ns ?? null;
    if (openedNs !== null && openedNs !== this.openedNs) {
      this.openedNs = openedNs;
      this.records = [];
      this.reached = new Set();
      this.seen = {};
      this.look = null;
    }
  }

  private take(record: Record): News[] {
    const { event } = record;
    if ((event.type === "HeartbeatReceived" || event.type === "CommandReceived") && !this.peers.has(event.sender)) {
      this.others.set(event.sender, event.t_ns);
    }
    const isKnown = record.sequence <= (this.records.at(-1)?.sequence ?? 0);
    if (isKnown || !isNoteworthy(record)) return [];
    this.records.push(record);
    for (const step of reached([record])) this.reached.add(step);
    const pressed: News[] = isPress(event) ? [{ kind: event.type, tNs: event.t_ns }] : [];
    if (pressed.length > 0) this.disarm();
    const rated = record.effects.flatMap((effect): News[] =>
      effect.type === "RatingRecorded" ? [{ kind: effect.type, suds: effect.suds, tNs: event.t_ns }] : [],
    );
    return [...pressed, ...rated];
  }

  private converse(record: Record, tMs: number): News[] {
    if (this.openedNs === null) return [];
    const tNs = record.event.t_ns;
    const atMs = tMs - Math.max(0, (this.report?.t_ns ?? tNs) - tNs) / 1e6;
    const line = this.conversation.take(record, this.openedNs, atMs);
    return line?.by === "person" ? [{ kind: "Line", line, tNs }] : [];
  }

  private answer(id: string, answer: Answer, tMs: number): Order[] {
    const order = this.orders.answered(id, answer, tMs);
    if (order === null) return [];
    const rises = order.message.command.type === "SetRung" || order.message.command.type === "SetLevel";
    if (order.outcome.kind === "refused" && rises) this.arming = Arming.refused(this.arming);
    return [order];
  }
}

function ns(tMs: number): number {
  return Math.round(tMs * 1e6);
}
