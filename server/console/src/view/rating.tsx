/** Distress ratings: one press enters what the person said, one asks on the dial. */

import { useState } from "preact/hooks";
import { ratings } from "../core/story";
import { SUDS_MAX } from "../generated/core";
import type { RatingMoment } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { age } from "../words/number";
import { Outcome } from "./outcome";

const CHOICES = Array.from({ length: 11 }, (_, index) => (index * SUDS_MAX) / 10);
const MOMENTS = Object.keys(words.moments) as RatingMoment[];

export function Rating({ live }: { live: Live }) {
  const { report, records } = live.room;
  const [moment, setMoment] = useState<RatingMoment>("interval");
  const last = ratings(records).at(-1);
  return (
    <section class="panel rating" aria-labelledby="rating-title">
      <div class="heading">
        <h2 id="rating-title">{words.rating.title}</h2>
        <p class="hint">
          {last && report
            ? words.rating.last(last.suds, words.moments[last.moment], age((report.t_ns - last.tNs) / 1e6))
            : words.rating.none}
        </p>
      </div>
      <div class="scale" role="group" aria-label={words.rating.said}>
        {CHOICES.map((suds) => (
          <button
            key={suds}
            type="button"
            aria-label={words.rating.enter(suds)}
            onClick={() => live.order("rating", { type: "EnterRating", suds, moment })}
          >
            {suds}
          </button>
        ))}
      </div>
      <div class="row">
        <label>
          <span class="unseen">{words.rating.moment}</span>
          <select value={moment} onChange={(event) => setMoment(event.currentTarget.value as RatingMoment)}>
            {MOMENTS.map((name) => (
              <option key={name} value={name}>
                {words.moments[name]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => live.order("rating", { type: "AskRating", moment })}>
          {words.rating.ask}
        </button>
        {report?.rating ? (
          <span role="status">
            {words.rating.asked(Math.max(0, Math.ceil((report.rating.until_ns - report.t_ns) / 1e9)))}
          </span>
        ) : (
          <Outcome live={live} control="rating" />
        )}
      </div>
    </section>
  );
}
