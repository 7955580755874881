/** One-shot events of the scene that is shown; the person is warned unless plan and therapist say otherwise. */

import { useState } from "preact/hooks";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { stimulusRise } from "../words/preview";
import { Outcome } from "./outcome";
import { armingPressOf } from "./press";

export function Stimuli({ live }: { live: Live }) {
  const { scene, report, opened } = live.room;
  const [isWarned, setWarned] = useState(true);
  const mayBeSurprised = opened?.plan.surprises_consented === true;
  const leftS = (untilNs: number) => Math.max(0, Math.ceil((untilNs - (report?.t_ns ?? 0)) / 1e9));
  return (
    <section class="panel stimuli" aria-labelledby="stimuli-title">
      <div class="heading">
        <h2 id="stimuli-title">{words.stimuli.title}</h2>
        <label class="tick">
          <input
            type="checkbox"
            checked={isWarned || !mayBeSurprised}
            disabled={!mayBeSurprised}
            onChange={(event) => setWarned(event.currentTarget.checked)}
          />
          <span>
            {words.stimuli.warn} {!mayBeSurprised && <small>{words.stimuli.notConsented}</small>}
          </span>
        </label>
      </div>
      {scene === null ? (
        <p class="hint">{words.live.calmRoom}.</p>
      ) : (
        <ul>
          {(scene.stimuli ?? []).map((stimulus) => {
            const pending = report?.pending.find((entry) => entry.stimulus === stimulus.name);
            const active = report?.active.find((entry) => entry.stimulus === stimulus.name);
            return (
              <li key={stimulus.name}>
                <span>
                  {stimulus.title} <Outcome live={live} control={`stimulus:${stimulus.name}`} />
                </span>
                {pending && <strong>{words.stimuli.pending(leftS(pending.fires_ns))}</strong>}
                {active && <strong>{words.stimuli.active(leftS(active.end_ns))}</strong>}
                {!pending && !active && (
                  <button
                    type="button"
                    disabled={!live.room.mayRise(false)}
                    onClick={(event) =>
                      live.arm(stimulusRise(stimulus, isWarned || !mayBeSurprised), armingPressOf(event))
                    }
                  >
                    {words.stimuli.prepare}
                    <span class="unseen"> {stimulus.title}</span>
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
