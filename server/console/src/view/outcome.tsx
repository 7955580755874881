/** What came of a control's newest order. */

import type { Order, Outcome as Result } from "../core/orders";
import type { Turned } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";

export function Outcome(props: { live: Live; control: string }) {
  const order = props.live.room.orders.newest.get(props.control);
  return (
    <span class={`outcome ${order?.outcome.kind ?? ""}`} role="status">
      {order === undefined ? "" : outcomeText(order)}
    </span>
  );
}

function outcomeText(order: Order): string {
  const { outcome, control } = order;
  switch (outcome.kind) {
    case "waiting":
      return words.outcome.waiting;
    case "unsent":
      return control === "stop" ? words.outcome.unsentStop : words.outcome.unsent;
    case "unconfirmed":
      return words.outcome.unconfirmed;
    case "applied":
      return words.outcome.applied(Math.round(outcome.delayMs));
    case "refused":
      return words.outcome.refused(answerText(outcome.answer));
  }
}

export function answerText(answer: Extract<Result, { kind: "refused" }>["answer"]): string {
  return typeof answer === "string" ? words.refusals[answer] : turnedText(answer);
}

export function turnedText(turned: Pick<Turned, "message"> & { code: string }): string {
  return (words.turned as { [code: string]: string })[turned.code] ?? turned.message;
}
