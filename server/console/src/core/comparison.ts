/**
 * The four words: which keys this page shares with the headset, and whether both people have compared their words.
 *
 * WebCrypto does not answer at once, and the core does: it says what is to be done with keys (`Task`), and takes what
 * came of it (`Done`) as one more input. `src/link/keyring.ts` does the tasks, one after the other.
 *
 * The server may say anything in the headset's name. So the words come from this page's own keys alone, and they count
 * as compared only if the therapist said so on this page, whatever a report tells.
 */

import type {
  Challenge,
  Commitment,
  HeadsetHalf,
  Kept,
  Proven,
  Recognised,
  Report,
  Reveal,
  WordsMatch,
} from "../generated/wire";

/** How long reports may tell of the keys before; the core in the headset hears of new ones a little later. */
const REPORTED_MS = 2000;

export type FromKeyring = Challenge | HeadsetHalf | Proven;
export type ToKeyring = Commitment | Reveal | Kept | Recognised | WordsMatch;

/**
 * Keys that both ends have proved, as far as they may be seen. `isMatched`: the therapist found the words the same, or
 * did in an earlier session with this headset, where it `isKnown`.
 */
export interface Keys {
  readonly name: string;
  readonly words: readonly string[];
  readonly isMatched: boolean;
  readonly isKnown: boolean;
}

/** `peer` is this page's name in the connection that it is for. `Match` names the keys whose words were seen. */
export type Task =
  | FromKeyring
  | { type: "Begin"; peer: string }
  | { type: "Match"; peer: string; keys: string }
  | { type: "Forget"; peer: string };

/** `keys` are those that were proved or compared just now; `isRefused`: what came did not fit. */
export interface Done {
  readonly reply: ToKeyring | null;
  readonly keys: Keys | null;
  readonly isRefused: boolean;
}

/**
 * Where the comparing stands.
 *
 * `none`: this headset compares no words. `others`: the headset tells of other keys than this page has. `early`: the
 * person is not asked for the words yet.
 */
export type Stage = "none" | "agreeing" | "failed" | "others" | "differ" | "early" | "comparing" | "compared";

export class Comparison {
  keys: Keys | null = null;
  private hasFailed = false;
  private provedMs = 0;
  private mayBeginAnew = true;

  /** `isDenied`: the therapist said that the words differ, and has not asked for others since. */
  constructor(public isDenied: boolean) {}

  /** Whether keys are being agreed on, and nobody said anything against it. */
  get isAgreeing(): boolean {
    return this.keys === null && !this.isDenied && !this.hasFailed;
  }

  /** The connection was lost; with the next one the headset asks for the keys anew. */
  lost(): void {
    this.forget();
    this.mayBeginAnew = true;
  }

  /** A headset is there, perhaps another run of its program, which knows no keys. */
  headsetJoined(): void {
    this.mayBeginAnew = true;
  }

  /** A message for this page. Where the words differed, nothing is agreed on before the therapist wants it. */
  hear(message: FromKeyring): Task[] {
    if (this.isDenied) return [];
    if (message.type === "Challenge") this.forget();
    return [message];
  }

  /** The headset turned our keys away. Once a connection that is no wonder: its program may have begun anew. */
  turned(peer: string): Task[] {
    if (this.isDenied) return [];
    this.keys = null;
    this.hasFailed = !this.mayBeginAnew;
    if (this.hasFailed) return [];
    this.mayBeginAnew = false;
    return [{ type: "Begin", peer }];
  }

  done({ keys, isRefused }: Done, tMs: number): void {
    if (keys !== null && keys.name !== this.keys?.name) this.provedMs = tMs;
    if (keys !== null || isRefused) this.keys = keys;
    this.hasFailed = isRefused;
  }

  /** The therapist heard the very words that this page shows. */
  match(peer: string): Task | null {
    return this.keys && { type: "Match", peer, keys: this.keys.name };
  }

  /** The therapist heard other words: these keys are worth nothing. */
  deny(peer: string): Task {
    this.isDenied = true;
    this.forget();
    return { type: "Forget", peer };
  }

  /** With new words. */
  beginAnew(peer: string): Task {
    this.isDenied = false;
    this.forget();
    return { type: "Begin", peer };
  }

  stage(report: Report | null, reportedMs: number, isAsked: boolean): Stage {
    if (this.isDenied) return "differ";
    if (this.hasFailed) return "failed";
    if (this.keys === null) return isAsked ? "agreeing" : "none";
    const told = report?.agreement;
    if (told == null) return "agreeing";
    if (told.keys !== this.keys.name) return reportedMs < this.provedMs + REPORTED_MS ? "agreeing" : "others";
    if (this.keys.isMatched && told.matched && told.confirmed) return "compared";
    return told.confirmed || (report?.words_asked ?? []).length > 0 ? "comparing" : "early";
  }

  private forget(): void {
    this.keys = null;
    this.hasFailed = false;
  }
}
