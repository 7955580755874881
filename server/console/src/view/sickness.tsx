/** How sick the person feels: one press enters what they said, one asks on the dial after what is asked already. */

import { sickness } from "../core/story";
import { FMS_MAX } from "../generated/core";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { age } from "../words/number";
import { Outcome } from "./outcome";

const CHOICES = Array.from({ length: FMS_MAX + 1 }, (_, fms) => fms);

export function Sickness({ live }: { live: Live }) {
  const { report, records } = live.room;
  const last = sickness(records).at(-1);
  const state = report?.sickness;
  const until = state?.request?.until_ns ?? null;
  return (
    <section class="panel sickness" aria-labelledby="sickness-title">
      <div class="heading">
        <h2 id="sickness-title">{words.sickness.title}</h2>
        <p class="hint">
          {last && report
            ? words.sickness.last(last.fms, words.sicknessMoments[last.moment], age((report.t_ns - last.tNs) / 1e6))
            : words.sickness.none}
        </p>
      </div>
      {state?.is_unwell && (
        <p class="unwell">
          <strong>{words.sickness.unwell}</strong>
        </p>
      )}
      <div class="scale" role="group" aria-label={words.sickness.said}>
        {CHOICES.map((fms) => (
          <button
            key={fms}
            type="button"
            aria-label={words.sickness.enter(fms)}
            onClick={() => live.order("sickness", { type: "EnterSickness", fms })}
          >
            {fms}
          </button>
        ))}
      </div>
      <div class="row">
        <button type="button" onClick={() => live.order("sickness", { type: "AskSickness" })}>
          {words.sickness.ask}
        </button>
        {state?.request && report ? (
          <span role="status">
            {until === null
              ? words.sickness.waits
              : words.sickness.asked(Math.max(0, Math.ceil((until - report.t_ns) / 1e9)))}
          </span>
        ) : (
          <Outcome live={live} control="sickness" />
        )}
      </div>
      {state && (
        <p class="hint">
          {state.is_break_due
            ? words.sickness.breakDue(Math.floor(state.unbroken_ns / 60e9))
            : words.sickness.unbroken(Math.floor(state.unbroken_ns / 60e9))}
        </p>
      )}
    </section>
  );
}
