/** What is gone through with the person before the first exposure, and what they said of it. */

import { TOGETHER } from "../generated/core";
import type { Item, Preparation } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { Outcome } from "./outcome";

const ITEMS: readonly Item[] = TOGETHER;
const SAID: readonly Item[] = ["read", "seat", "floor", "boundary", "sound"];

export function Preparing({ live }: { live: Live }) {
  const { report, lastScene } = live.room;
  const isBefore = lastScene === null && (report?.state === "calm" || report?.state === "stopped");
  if (!report || !isBefore) return null;
  const { preparation } = report;
  return (
    <section class="panel preparing" aria-labelledby="preparing-title">
      <h2 id="preparing-title">
        {preparation ? words.preparation.done(preparation.answers?.length ?? 0, ITEMS.length) : words.preparation.title}
      </h2>
      {preparation ? <Answers live={live} preparation={preparation} /> : <p class="hint">{words.preparation.hint}</p>}
      <p class="row">
        <button type="button" onClick={() => live.order("preparation", { type: "Prepare" })}>
          {preparation ? words.preparation.again : words.preparation.start}
        </button>
        <Outcome live={live} control="preparation" />
      </p>
    </section>
  );
}

function Answers({ live, preparation }: { live: Live; preparation: Preparation }) {
  const answers = new Map((preparation.answers ?? []).map(({ item, is_well }) => [item, is_well]));
  const asked = ITEMS.find((item) => !answers.has(item));
  const enter = (item: Item, is_well: boolean) => live.order("preparation", { type: "EnterPrepared", item, is_well });
  return (
    <>
      <p>
        {ITEMS.filter((item) => answers.has(item))
          .map((item) => words.preparation.answer(item, answers.get(item)!))
          .join(", ")}
      </p>
      {asked && (
        <p class="row">
          <b role="status">{words.preparation.asks(words.preparation.items[asked])}</b>
          {SAID.includes(asked) && (
            <button type="button" onClick={() => enter(asked, true)}>
              {words.preparation.saidYes}
            </button>
          )}
          <button type="button" class="quiet" onClick={() => enter(asked, false)}>
            {SAID.includes(asked) ? words.preparation.saidNo : words.preparation.leaveOut}
          </button>
        </p>
      )}
    </>
  );
}
