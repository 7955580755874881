/**
 * The console's end of the wire, without a socket: what it knows of the session, and what it sends.
 *
 * The same as `vret/link/console.py`, rule by rule. Times are nanoseconds of one monotonic clock of this page, which
 * the caller reads. Text messages go in, messages to send come out.
 */

import { AXIS_VOCABULARY_VERSION, PROTOCOL, WATCH } from "../generated/core";
import type {
  Command,
  CommandMessage,
  Device,
  HeadsetSignal,
  Heartbeat,
  Hello,
  Homework,
  HomeworkDone,
  PeerJoined,
  Record,
  Refusal,
  Report,
  SessionOpened,
  Snapshot,
  ToTherapist,
  Turned,
  Welcome,
} from "../generated/wire";
import { Comparison, type FromKeyring, type Task } from "./comparison";
import { keptAfter } from "./homework";

/** What a command came to: null when the core accepted it. */
export type Answer = Refusal | Turned | null;

/**
 * What followed from a message: new records, answers by command id, a refusal by the server or the headset, what is to
 * be done with keys, in this order, and what was said in the call.
 */
export interface Heard {
  records: Record[];
  /** The records of the conversation so far, which may be known already. */
  conversation: Record[];
  answers: Map<string, Answer>;
  turned: Turned | null;
  tasks: Task[];
  signal: HeadsetSignal | null;
}

/** What came is no message of this protocol. */
export class MessageError extends Error {}

/** So long agreeing on keys may take; most of it is the way of five messages. */
const STUCK_NS = 5e9;

const KNOWN = new Set<string>([
  "Welcome",
  "Turned",
  "PeerJoined",
  "PeerLeft",
  "ReportMessage",
  "RecordsMessage",
  "Snapshot",
  "Challenge",
  "HeadsetHalf",
  "Proven",
  "HeadsetSignal",
] satisfies ToTherapist["type"][]);

/**
 * One console across its connections. `missed` counts records that went by while it was away for too long.
 *
 * It leads until another one does; then it `leads` no more, looks on, and when its connection is lost comes back to
 * look on.
 */
export class Connection {
  welcome: Welcome | null = null;
  report: Report | null = null;
  opened: SessionOpened | null = null;
  headset: PeerJoined | null = null;
  /** What the person wears; null before the first report, and from older programs. */
  device: Device | null = null;
  /** What the headset keeps for the person to do alone, and what was done of it since the last contact. */
  homework: Homework | null = null;
  homeworkDone: HomeworkDone[] = [];
  lastSequence = 0;
  missed = 0;
  leads = true;
  reportReceivedNs = 0;
  /** The headset's challenge for this connection: what is asked for is signed with it. */
  nonce = "";
  private isCaughtUp = false;
  private joinedNs = 0;
  private sequence = 0;
  private beats = 0;
  private beacon = 0;
  private beaconReceivedNs = 0;

  /** `prefix` makes the ids of this page's commands its own; nobody else in the session may have it. */
  constructor(
    private readonly program: string,
    private readonly prefix: string,
    readonly comparison: Comparison,
  ) {}

  /** The first message of a new connection. */
  hello(): Hello {
    this.lost();
    return {
      type: "Hello",
      role: "therapist",
      protocol: [...PROTOCOL],
      axis_vocabulary: AXIS_VOCABULARY_VERSION,
      program: this.program,
      capabilities: this.leads ? [] : [WATCH],
    };
  }

  lost(): void {
    this.welcome = null;
    this.headset = null;
    this.nonce = "";
    this.isCaughtUp = false;
    this.comparison.lost();
  }

  /** Echo the newest beacon; null before the first report of a headset, and before there are keys to sign it with. */
  heartbeat(tNs: number): Heartbeat | null {
    if (this.welcome === null || this.beacon === 0 || this.comparison.keys === null) return null;
    this.beats += 1;
    return {
      type: "Heartbeat",
      sequence: this.beats,
      beacon: this.beacon,
      beacon_received_ns: this.beaconReceivedNs,
      sent_ns: tNs,
    };
  }

  /** A text that is sent again has its old id. */
  command(command: Command, tNs: number, id: string | null = null): CommandMessage {
    this.sequence += 1;
    return {
      type: "CommandMessage",
      command_id: id ?? `${this.prefix}-${this.sequence}`,
      sequence: this.sequence,
      beacon: this.beacon,
      sent_ns: tNs,
      command,
    };
  }

  /** Whether a headset is there and nothing came of the agreement; another connection begins it anew. */
  isStuck(tNs: number): boolean {
    return this.leads && this.headset !== null && this.comparison.isAgreeing && tNs - this.joinedNs > STUCK_NS;
  }

  /** Take in one text message that came at `tNs`. Throws MessageError for what is no message; newer types are passed over. */
  receive(text: string, tNs: number): Heard {
    const heard: Heard = { records: [], conversation: [], answers: new Map(), turned: null, tasks: [], signal: null };
    const message = read(text);
    switch (message?.type) {
      case "Welcome":
        this.welcome = message;
        this.leads = message.leads ?? true;
        break;
      case "Turned":
        heard.turned = message.code === "keys_differ" ? null : message;
        if (message.code === "keys_differ") heard.tasks = this.turnedKeys();
        if (message.code === "replaced") this.leads = false;
        if (message.command_id != null) heard.answers.set(message.command_id, message);
        break;
      case "PeerJoined":
        if (message.role !== "headset") break;
        this.headset = message;
        this.joinedNs = tNs;
        this.comparison.headsetJoined();
        break;
      case "PeerLeft":
        if (message.role === "headset") this.headset = null;
        break;
      case "ReportMessage":
        this.takeReport(message.report, tNs);
        this.device = message.device ?? null;
        break;
      case "Snapshot":
        this.takeSnapshot(message, tNs);
        heard.conversation = message.conversation ?? [];
        break;
      case "RecordsMessage":
        this.takeRecords(message.records, heard);
        break;
      case "Challenge":
        if (this.isForThis(message)) this.nonce = message.nonce;
        heard.tasks = this.takeKeys(message);
        break;
      case "HeadsetHalf":
      case "Proven":
        heard.tasks = this.takeKeys(message);
        break;
      case "HeadsetSignal":
        if (this.isForThis(message)) heard.signal = message;
        break;
    }
    return heard;
  }

  private takeKeys(message: FromKeyring): Task[] {
    return this.isForThis(message) ? this.comparison.hear(message) : [];
  }

  /** All consoles hear what is for one of them; who only looks on needs no keys and has no call. */
  private isForThis({ peer }: { peer: string }): boolean {
    return this.leads && peer === this.welcome?.peer;
  }

  private turnedKeys(): Task[] {
    return this.leads && this.welcome !== null ? this.comparison.turned(this.welcome.peer) : [];
  }

  private takeReport(report: Report, tNs: number): void {
    this.report = report;
    this.reportReceivedNs = tNs;
    if (report.beacon !== this.beacon) {
      this.beacon = report.beacon;
      this.beaconReceivedNs = tNs;
    }
  }

  /** Another opening is another run of the program: its records count from 1 again. */
  private takeSnapshot(snapshot: Snapshot, tNs: number): void {
    if (this.opened === null || this.opened.t_ns !== snapshot.opened.t_ns) this.lastSequence = 0;
    this.opened = snapshot.opened;
    this.homework = snapshot.homework ?? null;
    this.homeworkDone = snapshot.homework_done ?? [];
    this.isCaughtUp = true;
    this.takeReport(snapshot.report, tNs);
  }

  /** New records only. What comes before a connection's snapshot comes again after it, with what was missed. */
  private takeRecords(records: Record[], heard: Heard): void {
    if (!this.isCaughtUp) return;
    heard.records = records.filter((record) => record.sequence > this.lastSequence);
    for (const record of heard.records) {
      if (this.lastSequence > 0) this.missed += record.sequence - this.lastSequence - 1;
      this.lastSequence = record.sequence;
      this.homework = keptAfter(this.homework, record);
      for (const effect of record.effects) {
        if (effect.type === "CommandAccepted") answer(heard, effect.command_id, null);
        else if (effect.type === "CommandRefused") answer(heard, effect.command_id, effect.reason);
      }
    }
  }
}

/** The first answer stands: a command that came twice on its way is refused the second time. */
function answer(heard: Heard, id: string, said: Answer): void {
  if (!heard.answers.has(id)) heard.answers.set(id, said);
}

function read(text: string): ToTherapist | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new MessageError("a message is not JSON");
  }
  const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  if (typeof type !== "string") throw new MessageError("a message has no type");
  return KNOWN.has(type) ? (message as ToTherapist) : null;
}
