/** A room with a socket, a clock, a speaker, a memory and a call: what the pages show and steer. */

import type { Press, Rise } from "../core/arming";
import type { PressKind } from "../core/story";
import { isLoud, type Alarm } from "../core/care";
import type { Task } from "../core/comparison";
import type { Line as Said } from "../core/conversation";
import { wish } from "../core/recording";
import { Room, type News } from "../core/room";
import { LOWERING as LOWERING_COMMANDS } from "../generated/core";
import type { Command, Phrase, Turned } from "../generated/wire";
import { Voice } from "./call";
import { nowMs } from "./clock";
import { forgetKeys, keychain } from "./keychain";
import { Line } from "./line";
import { memory } from "./memory";
import { Recorder } from "./recorder";
import { words } from "../words/en";
import { play } from "./sound";
import { version } from "../../package.json";

const KEEP_MS = 1000;
const LOST_MS = 3000;
/** A headset that is there and says nothing for so long is asked for by another connection; then after twice as long. */
const DEAF_MS = 5000;
const DRAW_MS = 200;
const REDIAL_MS = 1000;
/** A recording that was ended here, and of which the headset still tells, is ended again. */
const END_AGAIN_MS = 2000;
/** What happened longer ago comes again with a new connection and is no news. */
const FRESH_NS = 5e9;
/** What the person wrote while the line was cut is news for longer: nobody has answered it. */
const FRESH_LINE_MS = 60_000;
/** What must be known and was not seen yet is heard so often. */
const ALARM_MS = 5000;
const LOWERING = new Set<string>(LOWERING_COMMANDS);
/** What asks for something now. */
const CALLS = new Set<Phrase>(["cannot_hear", "please_talk", "slower"]);
/** The server says why it refuses a session; it will not change its mind. */
const FINAL = new Set<string>([
  "session_over",
  "no_such_session",
  "not_allowed",
  "bad_origin",
] satisfies Turned["code"][]);

/** The person's newest press, which stays in view until it is seen. */
export interface Alert {
  kind: PressKind;
  atMs: number;
}

export class Live {
  readonly room: Room;
  readonly voice: Voice;
  readonly recorder: Recorder;
  alert: Alert | null = null;
  /** What the person says they need, which stays in view until it is seen. */
  phrase: Said | null = null;
  /** Why the server turned this console out, or refuses its messages. */
  turned: Turned | null = null;
  /** Since when nothing was heard from the headset; null while it is heard. */
  silentSinceMs: number | null = null;
  private deafMs = DEAF_MS;
  changed = 0;
  /** The recording that was ended here, whatever the headset still tells, and when it was told so last. */
  private endedRecording: number;
  private endedToldMs = -Infinity;
  private readonly line: Line;
  private readonly keychain: ReturnType<typeof keychain>;
  /** A stop goes out even when the worker has failed: the line is made anew without it. */
  private readonly redial: ReturnType<typeof setInterval>;
  private readonly pulse = new Worker(new URL("./pulse.ts", import.meta.url), { type: "module" });
  private readonly watchers = new Set<() => void>();
  private keptMs = 0;
  private alarmedMs = -Infinity;
  private keptState = "";
  private shownTitle = document.title;
  private scheduled = 0;
  private drawnMs = 0;
  private letGo: () => void = () => undefined;

  constructor(readonly sessionId: string) {
    this.room = new Room(`vret console ${version}`, crypto.randomUUID().slice(0, 8), memory.room(sessionId));
    this.keychain = keychain(sessionId);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.line = new Line(`${scheme}://${location.host}/ws/therapist/${encodeURIComponent(sessionId)}`, {
      opened: (send) => send(this.room.hello()),
      text: (text) => this.hear(text),
      batch: (batch) => {
        this.room.see(batch, nowMs());
        this.tell(false);
      },
      closed: () => {
        this.room.lost();
        this.voice.stands(this.room.standing);
        this.tell();
      },
    });
    this.voice = new Voice(
      sessionId,
      this.keychain,
      (text) => this.line.send(text),
      (isUrgent) => this.tell(isUrgent),
    );
    this.endedRecording = memory.endedRecording(sessionId);
    this.recorder = new Recorder(sessionId, () => this.tell());
    this.pulse.onmessage = () => this.beat();
    this.redial = setInterval(() => this.line.tick(), REDIAL_MS);
    document.addEventListener("visibilitychange", this.look);
    addEventListener("online", this.comeOnline);
    this.look();
    this.stayAwake();
  }

  /** Whether the server will not let this page in again as it is. */
  get isOut(): boolean {
    return this.line.isClosed;
  }

  get isConnected(): boolean {
    return this.room.welcome !== null;
  }

  /** Called after every change, at most once a picture. Returns how to stop that. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  close(): void {
    this.recorder.stands("off", []);
    this.voice.close();
    this.line.close();
    this.pulse.terminate();
    clearInterval(this.redial);
    document.removeEventListener("visibilitychange", this.look);
    removeEventListener("online", this.comeOnline);
    this.letGo();
    this.keep();
  }

  /** Write to the person. False when too much waits to be delivered already. */
  write(text: string): boolean {
    const isTaken = this.room.write(text, nowMs());
    this.deliver();
    this.keep();
    this.tell();
    return isTaken;
  }

  /** A text that was refused is of no use any more. */
  dropText(id: string): void {
    this.room.conversation.drop(id);
    this.keep();
    this.tell();
  }

  /** What the person wrote is in view. */
  readConversation(): void {
    this.room.conversation.markRead();
    this.tell();
  }

  /** What lowers goes out at once: it is obeyed unsigned. The rest is answered without keys too, by a refusal. */
  order(control: string, command: Command): void {
    const text = this.room.order(control, command, nowMs());
    if (text !== null && LOWERING.has(command.type)) this.line.send(text);
    else this.sign(text, text);
    this.tell();
  }

  /** At once, whether or not anybody can be reached. */
  endRecording(): void {
    this.endedRecording = Math.max(this.endedRecording, this.room.report?.recording?.number ?? 0);
    memory.keepEndedRecording(this.sessionId, this.endedRecording);
    this.tellEnded();
    this.record();
  }

  arm(rise: Rise, press: Press): void {
    this.room.arm(rise, press, nowMs());
    this.tell();
  }

  disarm(): void {
    this.room.disarm();
    this.tell();
  }

  confirm(press: Press): void {
    const text = this.room.confirm(press, nowMs());
    this.sign(text, text);
    this.tell();
  }

  /** Take the session over from the console that leads now. */
  lead(): void {
    this.room.takeLead();
    this.line.reopen();
    this.tell();
  }

  /** The words are the same as the person's. */
  match(): void {
    this.turnKeys(this.room.match());
  }

  /** They are not. */
  deny(): void {
    this.turnKeys(this.room.deny());
    this.keep();
  }

  agreeAnew(): void {
    this.turnKeys(this.room.agreeAnew());
    this.keep();
  }

  seenPhrase(): void {
    this.phrase = null;
    this.tell();
  }

  seen(): void {
    this.alert = null;
    this.tell();
  }

  seenAlarm(alarm: Alarm): void {
    this.room.seeAlarm(alarm);
    this.keep();
    this.tell();
  }

  /** What went on while this page was hidden or stood still was read. */
  seenAway(): void {
    this.room.presence.seen();
    this.tell();
  }

  /** Remember for a reload, and for the page after the session until the finished log is there. */
  keep(): void {
    this.keptMs = nowMs();
    const kept = this.room.kept();
    const { changed } = this.room.conversation;
    const state = `${kept.openedNs} ${kept.records.length} ${kept.newStepMs} ${kept.peers.length} ${kept.wordsDiffer} ${changed} ${JSON.stringify(kept.seen)}`;
    if ((kept.openedNs === null && changed === 0) || state === this.keptState) return;
    this.keptState = state;
    memory.keepRoom(this.sessionId, kept);
  }

  /** The oldest text that was not delivered yet, unless it is on its way. */
  private deliver(): void {
    this.sign(this.room.nextText(nowMs()));
  }

  private sign(text: string | null, unsigned: string | null = null): void {
    if (text === null) return;
    const { nonce } = this.room;
    void this.keychain
      .then(({ keyring }) => keyring.sign(text, nonce))
      .then((signed) => {
        const said = signed === null ? unsigned : JSON.stringify(signed);
        if (said !== null) this.line.send(said);
      });
  }

  private hear(text: string): void {
    const wasConnected = this.isConnected;
    const heard = this.room.hear(text, nowMs());
    if (!wasConnected && this.isConnected) this.turned = null;
    if (heard.again !== null) this.line.send(heard.again);
    this.deliver();
    const hadKeys = this.room.keys !== null;
    for (const task of heard.tasks) this.turnKeys(task);
    if (heard.signal !== null) this.voice.hear(heard.signal, hadKeys);
    this.voice.stands(this.room.standing);
    if (heard.turned !== null && heard.turned.command_id == null) this.turnOut(heard.turned);
    for (const news of heard.news) this.announce(news);
    this.record();
    this.tell(heard.isMoved || heard.news.length > 0 || heard.answered.length > 0 || heard.turned !== null);
  }

  /** What is asked of the keyring in this order is answered in it, so that what is sent keeps it too. */
  private turnKeys(task: Task | null): void {
    this.voice.stands(this.room.standing);
    this.tell();
    if (task === null) return;
    void this.keychain
      .then(({ keyring }) => keyring.do(task))
      .then((done) => {
        const text = this.room.keyed(task, done, nowMs());
        if (text !== null) this.line.send(text);
        this.deliver();
        this.voice.stands(this.room.standing);
        this.tell();
      });
  }

  private turnOut(turned: Turned): void {
    this.turned = turned;
    const isFinal = turned.code === "session_over" || (!this.isConnected && FINAL.has(turned.code));
    if (isFinal) {
      this.voice.close();
      this.line.close();
    }
    if (turned.code === "session_over") void forgetKeys(this.sessionId);
  }

  private announce(news: News): void {
    if (news.kind === "RatingRecorded") return;
    if (news.kind === "Line") {
      this.announceLine(news.line);
      return;
    }
    const now = this.room.report?.t_ns ?? news.tNs;
    if (now - news.tNs > FRESH_NS) return;
    const hidesStop = this.alert?.kind === "StopPressed" && this.room.report?.state === "stopped";
    if (hidesStop && news.kind !== "StopPressed") return;
    this.alert = { kind: news.kind, atMs: nowMs() };
    play(news.kind);
  }

  private announceLine(line: Said): void {
    if (nowMs() - line.atMs > FRESH_LINE_MS) return;
    if (line.phrase !== null && CALLS.has(line.phrase)) this.phrase = line;
    play("line");
  }

  private beat(): void {
    const now = nowMs();
    this.line.tick();
    this.sign(this.room.heartbeat(now));
    this.pulse.postMessage(null);
    this.room.age(now);
    this.deliver();
    this.listen(now);
    this.alarm(now);
    this.voice.tick();
    this.record();
    this.entitle();
    if (now - this.keptMs > KEEP_MS) this.keep();
    this.tell(false);
  }

  /** What is recorded follows the consents at once. A page that cannot go on says so to the person: their sign goes. */
  private record(): void {
    const { report, leads } = this.room;
    this.recorder.stands(wish(report, this.room.reportAgeMs(nowMs()), leads, this.endedRecording), this.voice.voices);
    if (this.recorder.stage === "failed" || this.recorder.stage === "unable") this.endRecording();
    const isToldOtherwise = report?.recording != null && report.recording.number <= this.endedRecording;
    if (isToldOtherwise && leads && this.isConnected && nowMs() - this.endedToldMs > END_AGAIN_MS) this.tellEnded();
  }

  private tellEnded(): void {
    this.endedToldMs = nowMs();
    this.order("recording", { type: "EndRecording" });
  }

  /** Whether a headset that was heard has fallen silent, or does not get to keys. */
  private listen(now: number): void {
    if (this.room.isStuck(now)) this.line.reopen();
    const age = this.room.reportAgeMs(now);
    const isSilent = age !== null && age > LOST_MS && this.room.report?.state !== "ended";
    if (isSilent && this.silentSinceMs === null) play("lost");
    this.silentSinceMs = isSilent ? (this.silentSinceMs ?? now - age) : null;
    if (!isSilent) this.deafMs = DEAF_MS;
    if (!isSilent || age < this.deafMs || this.room.headset === null) return;
    this.deafMs *= 2;
    this.line.reopen();
  }

  private alarm(now: number): void {
    if (now - this.alarmedMs < ALARM_MS || this.room.report?.state === "ended" || !isLoud(this.room.alarms)) return;
    this.alarmedMs = now;
    play("alarm");
  }

  private comeOnline = () => this.line.reopen();

  private look = () => {
    const isHidden = document.visibilityState === "hidden";
    if (isHidden && !this.room.isHidden) this.shownTitle = document.title;
    if (!isHidden && this.room.isHidden) document.title = this.shownTitle;
    this.room.hide(isHidden, nowMs());
    this.entitle();
    this.tell();
  };

  /** While the page is hidden its title is all that can be seen of it. */
  private entitle(): void {
    if (!this.room.isHidden) return;
    const { report } = this.room;
    const isCalm = report === null || report.state === "exposed" || report.state === "calm";
    const news = this.silentSinceMs !== null ? [words.live.hiddenSilent] : isCalm ? [] : [words.states[report.state]];
    const title = [...news, words.live.hiddenTitle, this.shownTitle].join(" · ");
    if (document.title !== title) document.title = title;
  }

  /** A page that holds a lock is not frozen in the background by Chromium. */
  private stayAwake(): void {
    void navigator.locks?.request(
      `vret.session.${this.sessionId}`,
      { mode: "shared" },
      () => new Promise<void>((resolve) => (this.letGo = resolve)),
    );
  }

  /** Figures that move all the time are drawn five times a second; what was asked for and what came of it at once. */
  private tell(isUrgent = true): void {
    this.changed += 1;
    if (this.scheduled !== 0 || (!isUrgent && performance.now() - this.drawnMs < DRAW_MS)) return;
    this.scheduled = requestAnimationFrame(() => {
      this.scheduled = 0;
      this.drawnMs = performance.now();
      for (const watcher of this.watchers) watcher();
    });
  }
}
