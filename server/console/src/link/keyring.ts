/**
 * The page's keyring: the messages of an agreement, the keys that came of it, and what is said in the call with them.
 * The same as `ConsoleKeyring` in `vret/link/keyring.py` and `vret/link/signalling.py`, rule by rule.
 */

import type { Done, Keys, Task, ToKeyring } from "../core/comparison";
import type {
  HeadsetSaysInCall,
  HeadsetSignal,
  PageSaysInCall,
  PageSignal,
  Signed,
  WordsMatch,
} from "../generated/wire";
import { recognise, remember, type Acquaintances } from "./acquaintance";
import {
  AgreementError,
  KEYS_KEPT,
  ORDERED,
  PageSide,
  SAID_IN_CALL,
  WORDS_MATCH,
  macOf,
  utf8,
  verify,
  type Agreed,
  type Bytes,
} from "./agreement";
import { base64, unbase64 } from "./base64";

/** Keys that were proved, and whether the therapist found their words the same, or those of the keys `known` before. */
export interface Held {
  readonly agreed: Agreed;
  readonly isMatched: boolean;
  readonly known: string | null;
}

/** Of one session, across the page's connections. `keep` is told of every change of what is held. */
export class Keyring {
  private side: PageSide | null = null;
  private unproven: Held | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly sessionId: string,
    private readonly certificate: Bytes,
    private held: Held | null,
    private readonly keep: (held: Held | null) => Promise<void>,
    private readonly met: Acquaintances,
  ) {}

  /** Does a task once those before it are done. */
  do(task: Task): Promise<Done> {
    return this.inOrder(() => this.attempt(task));
  }

  /** What the page asks for, as text, for the connection with this challenge alone; null without keys. */
  sign(content: string, nonce: string): Promise<Signed | null> {
    return this.inOrder(async () => {
      if (this.held === null) return null;
      const said = new Uint8Array([...unbase64(nonce), ...utf8(content)]);
      return { type: "Signed", content, mac: base64(await macOf(this.held.agreed.commandsKey, ORDERED, said)) };
    });
  }

  /** What the page says in the call, under its key; null without keys. */
  signal(said: PageSaysInCall): Promise<PageSignal | null> {
    return this.inOrder(async () => {
      if (this.held === null) return null;
      const content = JSON.stringify(said);
      const mac = await macOf(this.held.agreed.commandsKey, SAID_IN_CALL, utf8(content));
      return { type: "PageSignal", content, mac: base64(mac) };
    });
  }

  /** What the headset says in the call, newer words too; null when its MAC does not fit, and without keys. */
  open({ content, mac }: HeadsetSignal): Promise<HeadsetSaysInCall | null> {
    return this.inOrder(async () => {
      if (this.held === null) return null;
      const expected = await macOf(this.held.agreed.reportsKey, SAID_IN_CALL, utf8(content));
      try {
        verify(expected, unbase64(mac));
      } catch (error) {
        if (!(error instanceof AgreementError)) throw error;
        return null;
      }
      return JSON.parse(content) as HeadsetSaysInCall;
    });
  }

  private inOrder<T>(act: () => Promise<T>): Promise<T> {
    const done = this.last.then(act);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async attempt(task: Task): Promise<Done> {
    try {
      return await this.take(task);
    } catch (error) {
      if (!(error instanceof AgreementError)) throw error;
      return { ...NOTHING, isRefused: true };
    }
  }

  private async take(task: Task): Promise<Done> {
    switch (task.type) {
      case "Challenge":
        if (this.held === null) return this.begin();
        this.unproven = this.held;
        return answer({
          type: "Kept",
          mac: base64(await macOf(this.held.agreed.commandsKey, KEYS_KEPT, unbase64(task.nonce))),
        });
      case "Begin":
        return this.begin();
      case "HeadsetHalf": {
        if (this.side === null) {
          throw new AgreementError("The headset sent a key that nobody asked for: somebody may be in between.");
        }
        const { half, agreed } = await this.side.reveal({
          key: unbase64(task.key),
          certificate: unbase64(task.certificate),
        });
        this.unproven = { agreed, isMatched: false, known: null };
        const [key, certificate, proof] = [half.key, half.certificate, agreed.proofOfPage].map(base64);
        return answer({ type: "Reveal", key: key!, certificate: certificate!, proof: proof! });
      }
      case "Proven": {
        if (this.unproven === null) {
          throw new AgreementError("The headset proved what nobody asked for: somebody may be in between.");
        }
        const { agreed } = this.unproven;
        verify(agreed.proofOfHeadset, unbase64(task.proof));
        const met = await recognise(this.met, task.met ?? [], agreed);
        await this.hold(met === null ? this.unproven : { agreed, isMatched: true, known: met.name });
        this.unproven = this.side = null;
        const told = await this.told();
        return met === null ? told : { ...told, reply: { type: "Recognised", met } };
      }
      case "Match":
        if (this.held?.agreed.name !== task.keys) return NOTHING;
        await remember(this.met, task.keys, this.held.agreed.acquaintanceKey);
        await this.hold({ ...this.held, isMatched: true });
        return this.told();
      case "Forget":
        await this.forgetMet();
        await this.hold(null);
        this.unproven = this.side = null;
        return NOTHING;
    }
  }

  /** Agree anew, with a new pair. */
  private async begin(): Promise<Done> {
    await this.hold(null);
    this.unproven = null;
    this.side = await PageSide.begin(this.sessionId, this.certificate);
    return answer({ type: "Commitment", digest: base64(this.side.commitment) });
  }

  private async hold(held: Held | null): Promise<void> {
    this.held = held;
    await this.keep(held);
  }

  /** Words that differ leave nothing of what was believed before. */
  private async forgetMet(): Promise<void> {
    if (this.held === null) return;
    await this.met.forget(this.held.agreed.name);
    if (this.held.known !== null) await this.met.forget(this.held.known);
  }

  /** What is held; that its words match is said again after every loss, since it may have been lost too. */
  private async told(): Promise<Done> {
    const { agreed, isMatched, known } = this.held!;
    const keys: Keys = { name: agreed.name, words: agreed.phrase, isMatched, isKnown: known !== null };
    const reply: WordsMatch | null = isMatched
      ? { type: "WordsMatch", mac: base64(await macOf(agreed.commandsKey, WORDS_MATCH)) }
      : null;
    return { reply, keys, isRefused: false };
  }
}

const NOTHING: Done = { reply: null, keys: null, isRefused: false };
const answer = (reply: ToKeyring): Done => ({ ...NOTHING, reply });
