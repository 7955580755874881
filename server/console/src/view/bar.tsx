/** The bar at the foot of the page: always there, always at the same place. Nothing may cover it. */

import type { Live } from "../link/live";
import { words } from "../words/en";
import { LOWERING } from "./keys";
import { Outcome } from "./outcome";

export function Bar({ live }: { live: Live }) {
  return (
    <div class="bar" role="region" aria-label={words.bar.label}>
      {(["stop", "pause", "down"] as const).map((control) => (
        <div key={control} class="control">
          <button
            type="button"
            class={control}
            aria-keyshortcuts={LOWERING[control].key}
            onClick={() => live.order(control, LOWERING[control].command)}
          >
            {words.bar[control]} <kbd>{words.bar.keys[control]}</kbd>
          </button>
          <Outcome live={live} control={control} />
        </div>
      ))}
      <div class="control">
        <button type="button" class="calm" onClick={() => live.order("calm", { type: "Calm" })}>
          {words.bar.calm}
        </button>
        <Outcome live={live} control="calm" />
      </div>
    </div>
  );
}
