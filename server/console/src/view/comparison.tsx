/**
 * The four words: large while they are to be compared, a quiet line afterwards.
 *
 * They come at the top of the middle column, where nothing that steers moves under a hand because of them.
 */

import type { ComponentChildren } from "preact";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { words } from "../words/en";
import { Call } from "./call";

export function Comparing({ live }: { live: Live }) {
  const { stage } = live.room;
  return (
    <>
      <p class="unseen" role="status">
        {stage === "comparing" ? words.comparison.ask : stage === "compared" ? compared(live) : ""}
      </p>
      {stage === "comparing" && <Words live={live} />}
      {stage === "differ" && <Doubt live={live} text={words.comparison.differs} />}
      {stage === "others" && <Doubt live={live} text={words.comparison.others} />}
      {stage === "failed" && <Doubt live={live} text={words.comparison.failed} />}
    </>
  );
}

/** That the keys were compared, and the words once more. */
export function Compared({ live }: { live: Live }) {
  const { stage, keys } = live.room;
  if (stage !== "compared" || keys === null) return null;
  return (
    <details class="panel">
      <summary>{compared(live)}</summary>
      <p class="hint">{keys.isKnown ? words.comparison.knownWhy : words.comparison.only}</p>
      <FourWords keys={keys} />
      <button type="button" class="quiet" onClick={() => live.deny()}>
        {words.comparison.differ}
      </button>
    </details>
  );
}

const compared = ({ room }: Live): string => (room.keys?.isKnown ? words.comparison.known : words.comparison.compared);

function Words({ live }: { live: Live }) {
  const { keys, report } = live.room;
  if (keys === null) return null;
  const hasPersonConfirmed = report?.agreement?.confirmed ?? false;
  return (
    <section class="panel comparing" aria-labelledby="comparing-title">
      <h2 id="comparing-title">{words.comparison.ask}</h2>
      <FourWords keys={keys} />
      <p class="row">
        <button type="button" class="main" aria-pressed={keys.isMatched} onClick={() => live.match()}>
          {words.comparison.same}
        </button>
        <button type="button" onClick={() => live.deny()}>
          {words.comparison.differ}
        </button>
      </p>
      <p class="hint" role="status">
        {keys.isMatched
          ? words.comparison.waits
          : hasPersonConfirmed
            ? words.comparison.waitsForYou
            : words.comparison.why}
      </p>
      {hasPersonConfirmed && !keys.isMatched && <Anew live={live} />}
    </section>
  );
}

function Doubt({ live, text }: { live: Live; text: string }) {
  const contact = memory.contact(live.sessionId);
  return (
    <section class="panel comparing trouble" role="alert">
      <h2>{text}</h2>
      <p>{words.comparison.end}</p>
      {contact !== null && (
        <p class="row">
          <Call number={contact.number} name={words.live.callNow} />
          <Call number={contact.emergency} name={words.live.callEmergency} />
        </p>
      )}
      <p class="hint">{words.comparison.again}</p>
      <Anew live={live} />
    </section>
  );
}

function Anew({ live }: { live: Live }): ComponentChildren {
  return (
    <button type="button" onClick={() => live.agreeAnew()}>
      {words.comparison.anew}
    </button>
  );
}

function FourWords({ keys }: { keys: { words: readonly string[] } }) {
  return (
    <ol class="four-words" aria-label={words.comparison.mine}>
      {keys.words.map((word, place) => (
        <li key={place}>{word}</li>
      ))}
    </ol>
  );
}
