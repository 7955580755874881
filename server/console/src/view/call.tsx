/** Whom to call, from what the safety check holds; kept in the tab, so it is here without a connection too. */

import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { words } from "../words/en";

/** Nothing where there is no number: a tab may have kept what an older page knew. */
export function Call({ number, name }: { number: string | undefined; name: string }) {
  if (!number) return null;
  return (
    <a class="call" href={`tel:${number.replace(/[^+\d]/g, "")}`}>
      {name}: <bdi>{number}</bdi>
    </a>
  );
}

export function WhomToCall({ live }: { live: Live }) {
  const contact = memory.contact(live.sessionId);
  if (contact === null) return null;
  return (
    <details class="panel">
      <summary>{words.live.callTitle}</summary>
      <p class="row">
        <Call number={contact.number} name={words.live.callBack} />
        <Call number={contact.emergency} name={words.live.callEmergency} />
      </p>
      <p>
        <span class="hint">{words.live.callAt}</span> <bdi>{contact.address}</bdi>
      </p>
    </details>
  );
}
