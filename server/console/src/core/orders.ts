/**
 * What was asked for, and what came of it. Every control shows its newest order: waiting, applied with its delay,
 * refused with the reason, or not confirmed.
 */

import type { CommandMessage } from "../generated/wire";
import type { Answer } from "./connection";

const UNCONFIRMED_MS = 1000;
const RESEND_MS = 60_000;
const KEPT = 200;

export type Outcome =
  | { kind: "waiting" }
  | { kind: "unsent" }
  | { kind: "unconfirmed" }
  | { kind: "applied"; delayMs: number }
  | { kind: "refused"; answer: Exclude<Answer, null> };

export interface Order {
  control: string;
  message: CommandMessage;
  sentMs: number;
  outcome: Outcome;
}

export class Orders {
  /** The newest order of each control. */
  readonly newest = new Map<string, Order>();
  private readonly byId = new Map<string, Order>();

  /** `isSent` is false where there was no connection to send it on. */
  add(control: string, message: CommandMessage, isSent: boolean, tMs: number): Order {
    const order: Order = { control, message, sentMs: tMs, outcome: { kind: isSent ? "waiting" : "unsent" } };
    this.byId.set(message.command_id, order);
    this.newest.set(control, order);
    for (const id of this.byId.keys()) {
      if (this.byId.size <= KEPT) break;
      this.byId.delete(id);
    }
    return order;
  }

  /** The order that was answered; null for an answer to somebody else's, or one that was answered before. */
  answered(id: string, answer: Answer, tMs: number): Order | null {
    const order = this.byId.get(id);
    if (order === undefined || order.outcome.kind === "applied" || order.outcome.kind === "refused") return null;
    if (answer === null) order.outcome = { kind: "applied", delayMs: tMs - order.sentMs };
    else if (order.control === "stop" && isAbsence(answer)) order.outcome = { kind: "unsent" };
    else order.outcome = { kind: "refused", answer };
    return order;
  }

  /** Say of what has waited too long that it is not confirmed. Whether anything changed. */
  age(tMs: number): boolean {
    let changed = false;
    for (const order of this.byId.values()) {
      if (order.outcome.kind === "waiting" && tMs - order.sentMs >= UNCONFIRMED_MS) {
        order.outcome = { kind: "unconfirmed" };
        changed = true;
      }
    }
    return changed;
  }

  /** A stop that nobody confirmed, to be sent when a headset is there again: a stop is obeyed late and twice. */
  unansweredStop(tMs: number): Order | null {
    const order = this.newest.get("stop");
    const isOpen = order !== undefined && order.outcome.kind !== "applied" && order.outcome.kind !== "refused";
    return isOpen && tMs - order.sentMs < RESEND_MS ? order : null;
  }
}

/** There was no headset to pass it on to. */
function isAbsence(answer: Exclude<Answer, null>): boolean {
  return typeof answer !== "string" && answer.code === "headset_absent";
}
