/** The person's heart, and what helps where people faint: who sits, and the exercise. */

import { FAINTING_RISK } from "../generated/core";
import type { HeartReport, SceneRules } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { Outcome } from "./outcome";

export function Heart({ live }: { live: Live }) {
  const { report, opened } = live.room;
  const heart = report?.heart ?? null;
  const faints = (opened?.scenes ?? []).some(hasFaintingRisk);
  if (report === null || heart === null || !(faints || heart.bpm !== null)) return null;
  const tension = report.tension ?? null;
  return (
    <section class="panel heart" aria-labelledby="heart-title">
      <div class="heading">
        <h2 id="heart-title">{words.heart.title}</h2>
        <p class="hint">{rateText(heart)}</p>
      </div>
      {heart.fell_from !== null && heart.bpm !== null && (
        <p class="unwell">
          <strong>{words.heart.fell(heart.bpm, heart.fell_from)}</strong>
        </p>
      )}
      {faints && (
        <div class="row" role="group" aria-label={words.heart.posture}>
          {[true, false].map((isSeated) => (
            <button
              key={String(isSeated)}
              type="button"
              aria-pressed={heart.is_seated === isSeated}
              onClick={() => live.order("heart", { type: "EnterSeated", is_seated: isSeated })}
            >
              {isSeated ? words.heart.sits : words.heart.doesNotSit}
            </button>
          ))}
        </div>
      )}
      <div class="row">
        {tension === null ? (
          <button type="button" onClick={() => live.order("heart", { type: "StartTension" })}>
            {words.heart.begin}
          </button>
        ) : (
          <button type="button" onClick={() => live.order("heart", { type: "EndTension" })}>
            {words.heart.end}
          </button>
        )}
        {tension !== null ? <span role="status">{words.heart.underWay}</span> : <Outcome live={live} control="heart" />}
      </div>
      {faints && <p class="hint">{words.heart.how}</p>}
    </section>
  );
}

function hasFaintingRisk({ rungs }: SceneRules): boolean {
  return rungs.some(({ tags }) => tags?.includes(FAINTING_RISK));
}

function rateText(heart: HeartReport): string {
  if (heart.bpm !== null) return words.heart.rate(heart.bpm);
  return heart.has_contact ? words.heart.begins : words.heart.none;
}
