/**
 * The call with the person, without a connection: when it is offered, offered anew, and ended.
 *
 * 1. The page alone offers (RFC 8829), so that offers never meet. It does so only while it leads, has proved its keys,
 *    and the headset has said in this connection that it takes offers (`CallReady`).
 * 2. There is one call at a time. It belongs to one life of the headset's voice process (`run`), and to the keys under
 *    which it was offered: with others of either it ends, and another one begins.
 * 3. A call that is lost is offered anew by other ways (ICE restart, RFC 8445 section 9), again and again, and given up
 *    for a new one when that does not help.
 * 4. An offer that nobody answers is said again as it was, so that it does not matter which of the two is answered. Also
 *    when the call seems up meanwhile: with an offer open, this end goes by new ways and the other by old ones.
 * 5. A connection to the server that is lost ends no call: voices go past the server.
 *
 * Sans-I/O: signals, states, presses and times (milliseconds of one monotonic clock) go in, tasks come out, to be done
 * in this order. `src/link/call.ts` does them and tells what came of each offer.
 */

import type { CallCamera, CallCandidate, CallMuted, HeadsetSaysInCall } from "../generated/wire";
import { mayLeave } from "./ways";

/** How this page stands with the headset. `isTrusted`: nobody found the four words to differ. */
export interface Standing {
  readonly leads: boolean;
  readonly isTrusted: boolean;
  readonly isReached: boolean;
  readonly keys: string | null;
}

/**
 * `Offer` makes one, of a new connection or for one that is there; its number is 0 where they are not counted. `Apply`
 * takes an answer, `Reach` an address of the other end. `Close` ends at once, whatever is still to be done; with `isSaid`
 * the other end is told.
 */
export type Task =
  | { type: "Offer"; call: string; number: number }
  | { type: "OfferAgain"; call: string }
  | { type: "Apply"; call: string; sdp: string }
  | { type: "Reach"; call: string; candidate: string; mid: string }
  | { type: "Say"; signal: CallCandidate | CallMuted | CallCamera }
  | { type: "Close"; call: string; isSaid: boolean };

/** Where the browser stands in reaching the other end (W3C RTCIceConnectionState). */
export type Ice = "new" | "checking" | "connected" | "completed" | "disconnected" | "failed" | "closed";

/**
 * What there is to tell of the call.
 *
 * `none`: the headset offers no voice yet. `away`: its voice program is being started again. `refused`: what came did
 * not come from who holds the keys. `noWay`: the clinic has no relay for it. `elsewhere`: another page leads. `lost`: it
 * was up and is to be up again.
 */
export type Stage =
  "none" | "away" | "refused" | "noWay" | "connecting" | "up" | "lost" | "elsewhere" | "distrusted" | "over";

/** How an offer stands; `failed` is one that could not be made. */
type Offer = "making" | "open" | "answered" | "failed" | "noWay";

/**
 * `offers` is how many were made. `offerMs` is when the last came to stand as it does, `madeMs` when its words were new,
 * `upMs` when the call was last up.
 */
interface Living {
  readonly name: string;
  readonly run: string;
  readonly keys: string;
  ice: Ice;
  offer: Offer;
  offers: number;
  offerMs: number;
  madeMs: number;
  isOffered: boolean;
  failures: number;
  answers: number;
  wantsOffer: boolean;
  isAsked: boolean;
  disconnectedMs: number | null;
  upMs: number | null;
  isSilent: boolean;
}

export const AGAIN_MS = 2000;
/** So soon after the last offer the next one may go to a headset that has just said that it takes offers. */
export const SOON_MS = 500;
export const DISCONNECTED_MS = 1000;
/** So long an answered call has to come up. */
export const SETTLE_MS = 5000;
/** An offer that was said again for so long names addresses that are no longer good. */
export const STALE_MS = 15_000;
/** Answered so often without coming up, a call is given up. */
export const ANSWERS_MAX = 4;
const FAILED_LAST_MS = 16_000;

export class Call {
  /** Since when the call is in this stage. */
  sinceMs = 0;
  private living: Living | null = null;
  private standing: Standing = { leads: true, isTrusted: true, isReached: false, keys: null };
  /** What the headset said last of its voice process, when `isReady` in this connection. */
  private run = "";
  private isReady = false;
  /** Whether that program shows the therapist's camera. */
  takesCamera = false;
  /** Whether it says which offer it answers. */
  private countsOffers = false;
  /** Whether pictures of it are sent. */
  isFilming = false;
  /** The network in which the headset was when it said so last. */
  private theirNetwork = 0;
  private refusals = 0;
  /** When an offer was last asked for. */
  private askedMs = -Infinity;
  private isOver = false;
  private told: Stage = "none";

  /** `makeName` makes names that no other call has. `isMuted`: the person hears nothing from here. */
  constructor(
    private readonly makeName: () => string,
    public isMuted: boolean,
  ) {}

  get stage(): Stage {
    const { living } = this;
    if (this.isOver) return "over";
    if (!this.standing.leads) return "elsewhere";
    if (!this.standing.isTrusted) return "distrusted";
    if (living !== null && isUp(living)) return "up";
    if (this.refusals > 0) return "refused";
    if (living === null) return !this.isReady ? "none" : this.run === "" ? "away" : "connecting";
    if (living.offer === "noWay") return "noWay";
    return living.upMs !== null ? "lost" : "connecting";
  }

  // -- what happened

  stands(standing: Standing, tMs: number): Task[] {
    this.standing = standing;
    if (!standing.isReached || standing.keys === null) this.isReady = false;
    if (!standing.isReached) this.refusals = 0;
    return this.turn(tMs);
  }

  /** A signal of the headset under its key. Newer kinds of signals are passed over. */
  hear(signal: HeadsetSaysInCall, tMs: number): Task[] {
    switch (signal.type) {
      case "CallReady":
        this.takesCamera = signal.takes_camera ?? false;
        this.countsOffers = signal.counts_offers ?? false;
        return this.ready(signal.run, signal.network ?? 0, tMs);
      case "CallAnswer":
        return this.answered(signal.call, signal.sdp, signal.number ?? 0, tMs);
      case "CallCandidate": {
        const { call, candidate, mid } = signal;
        return this.living?.name === call ? [{ type: "Reach", call, candidate, mid }] : [];
      }
      default:
        return [];
    }
  }

  /** Something came in the headset's name that was not said with its key. */
  refuse(tMs: number): void {
    this.refusals += 1;
    this.tell(tMs);
  }

  /** An offer was sent. */
  offered(call: string, tMs: number): Task[] {
    const { living } = this;
    if (living?.name !== call) return [];
    const isFirst = !living.isOffered;
    put(living, { offer: "open", offerMs: tMs, madeMs: tMs, isOffered: true, failures: 0 });
    return [
      ...(this.isMuted || !isFirst ? this.sayMuted() : []),
      ...(this.isFilming || !isFirst ? this.sayFilming() : []),
    ];
  }

  /** An offer could not be made; with `noWay` because the clinic has no way for it. */
  failed(call: string, offer: "failed" | "noWay", tMs: number): Task[] {
    const { living } = this;
    if (living?.name !== call) return [];
    put(living, { offer, offerMs: tMs, failures: living.failures + 1 });
    this.tell(tMs);
    return [];
  }

  /** An address at which this end may be reached. One found while nobody can be told stands in the next offer. */
  found(call: string, candidate: string, mid: string, isRelayed: boolean): Task[] {
    if (this.living?.name !== call || !this.mayOffer || !mayLeave(candidate, isRelayed)) return [];
    return [{ type: "Say", signal: { type: "CallCandidate", call, candidate, mid } }];
  }

  ice(call: string, ice: Ice, tMs: number): Task[] {
    const { living } = this;
    if (living?.name !== call) return [];
    if (isUp(living)) living.upMs = tMs;
    living.ice = ice;
    living.disconnectedMs = ice === "disconnected" ? (living.disconnectedMs ?? tMs) : null;
    if (ice === "failed") living.wantsOffer = true;
    if (isUp(living)) {
      put(living, { upMs: tMs, wantsOffer: false, answers: 0 });
      this.refusals = 0;
    }
    return this.turn(tMs);
  }

  /** The two ends reach each other and cannot agree on how to encrypt; other ways would not help. */
  broke(call: string, tMs: number): Task[] {
    if (this.living?.name === call) this.living.answers = ANSWERS_MAX;
    return this.ice(call, "failed", tMs);
  }

  /** Whether anything comes from the person while the call is up. A silence asks once for other ways. */
  hears(isHeard: boolean, tMs: number): Task[] {
    const { living } = this;
    if (living === null || !isUp(living)) return [];
    if (!isHeard && !living.isSilent) living.wantsOffer = true;
    living.isSilent = !isHeard;
    return this.turn(tMs);
  }

  /** This computer is in another network, or, where that is not sure, its line is another one in some way. */
  network(isSure: boolean, tMs: number): Task[] {
    const { living } = this;
    if (living !== null && (isSure || !isUp(living))) living.wantsOffer = true;
    return this.turn(tMs);
  }

  mute(isMuted: boolean): Task[] {
    this.isMuted = isMuted;
    return this.isReady && this.living?.isOffered ? this.sayMuted() : [];
  }

  film(isFilming: boolean): Task[] {
    this.isFilming = isFilming;
    return this.isReady && this.living?.isOffered ? this.sayFilming() : [];
  }

  tick(tMs: number): Task[] {
    const { living } = this;
    if (living?.disconnectedMs != null && tMs - living.disconnectedMs >= DISCONNECTED_MS) {
      living.disconnectedMs = null;
      living.wantsOffer = true;
    }
    return this.turn(tMs);
  }

  /** For good: the session is over, or nobody shows it any more. */
  end(tMs: number): Task[] {
    this.isOver = true;
    return this.turn(tMs);
  }

  // -- what follows

  private get mayOffer(): boolean {
    const { leads, isTrusted, isReached, keys } = this.standing;
    return !this.isOver && leads && isTrusted && isReached && keys !== null && this.isReady;
  }

  private ready(run: string, network: number, tMs: number): Task[] {
    this.run = run;
    const isMoved = network !== this.theirNetwork;
    this.theirNetwork = network;
    this.isReady = true;
    const { living } = this;
    if (living?.run !== run) return this.turn(tMs);
    const told = isUp(living) ? [...this.sayMuted(), ...this.sayFilming()] : [];
    living.wantsOffer ||= isMoved || !isUp(living);
    living.isAsked = true;
    return [...told, ...this.turn(tMs)];
  }

  /** An answer to an earlier offer does not fit the one that is open. */
  private answered(call: string, sdp: string, number: number, tMs: number): Task[] {
    const { living } = this;
    if (living?.name !== call || living.offer !== "open") return [];
    if (number !== 0 && number !== living.offers) return [];
    put(living, { offer: "answered", offerMs: tMs, answers: living.answers + 1 });
    return [{ type: "Apply", call, sdp }];
  }

  private turn(tMs: number): Task[] {
    const tasks = [...this.endWhatIsOver(), ...this.offerWhatIsDue(tMs)];
    this.tell(tMs);
    return tasks;
  }

  private endWhatIsOver(): Task[] {
    const { living, standing } = this;
    if (living === null) return [];
    const hasOtherRun = this.isReady && this.run !== living.run;
    const hasOtherKeys = standing.keys !== null && standing.keys !== living.keys;
    const isOver = this.isOver || !standing.leads || !standing.isTrusted || hasOtherRun || hasOtherKeys;
    return isOver ? this.hangUp(living) : [];
  }

  private offerWhatIsDue(tMs: number): Task[] {
    if (!this.mayOffer || this.run === "") return [];
    const { living } = this;
    if (living === null) return tMs - this.askedMs < AGAIN_MS ? [] : this.begin(this.run, this.standing.keys!, tMs);
    const waitedMs = tMs - living.offerMs;
    if (living.offer === "making" || waitedMs < (living.isAsked ? SOON_MS : AGAIN_MS)) return [];
    if (living.wantsOffer) return this.offer(living, tMs);
    if (isUp(living) && living.offer !== "open") return [];
    switch (living.offer) {
      case "open":
        return tMs - living.madeMs < STALE_MS ? this.offerAgain(living, tMs) : this.offer(living, tMs);
      case "answered":
        return Math.min(waitedMs, tMs - (living.upMs ?? -Infinity)) < SETTLE_MS ? [] : this.offer(living, tMs);
      case "failed":
        return waitedMs < Math.min(AGAIN_MS * 2 ** (living.failures - 1), FAILED_LAST_MS)
          ? []
          : this.offer(living, tMs);
      case "noWay":
        return [];
    }
  }

  private begin(run: string, keys: string, tMs: number): Task[] {
    this.askedMs = tMs;
    this.living = {
      name: this.makeName(),
      run,
      keys,
      ice: "new",
      offer: "making",
      offers: 1,
      offerMs: tMs,
      madeMs: tMs,
      isOffered: false,
      failures: 0,
      answers: 0,
      wantsOffer: false,
      isAsked: false,
      disconnectedMs: null,
      upMs: null,
      isSilent: false,
    };
    return [this.asked(this.living)];
  }

  /** What was answered often enough without coming up makes place for a new call. */
  private offer(living: Living, tMs: number): Task[] {
    if (living.answers >= ANSWERS_MAX && !isUp(living)) return this.hangUp(living);
    this.askedMs = tMs;
    put(living, { offer: "making", offers: living.offers + 1, offerMs: tMs, wantsOffer: false, isAsked: false });
    return [this.asked(living)];
  }

  private asked({ name, offers }: Living): Task {
    return { type: "Offer", call: name, number: this.countsOffers ? offers : 0 };
  }

  private offerAgain(living: Living, tMs: number): Task[] {
    this.askedMs = tMs;
    put(living, { offerMs: tMs, isAsked: false });
    return [{ type: "OfferAgain", call: living.name }];
  }

  private hangUp({ name, keys, isOffered }: Living): Task[] {
    this.living = null;
    return [{ type: "Close", call: name, isSaid: this.isReady && isOffered && keys === this.standing.keys }];
  }

  private sayMuted(): Task[] {
    if (this.living === null) return [];
    return [{ type: "Say", signal: { type: "CallMuted", call: this.living.name, is_muted: this.isMuted } }];
  }

  private sayFilming(): Task[] {
    if (this.living === null || !this.takesCamera) return [];
    return [{ type: "Say", signal: { type: "CallCamera", call: this.living.name, is_on: this.isFilming } }];
  }

  private tell(tMs: number): void {
    if (this.stage === this.told) return;
    this.told = this.stage;
    this.sinceMs = tMs;
  }
}

function isUp({ ice }: Living): boolean {
  return ice === "connected" || ice === "completed";
}

function put(living: Living, changes: Partial<Living>): void {
  Object.assign(living, changes);
}
