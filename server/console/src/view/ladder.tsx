/** The steps of the scenes that the plan permits. */

import { beyondPlan, isRungRise, planLimits, topRung } from "../core/ladder";
import type { Command, Rung, SceneRules } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { refusedBy } from "../words/limit";
import { rungRise } from "../words/preview";
import { Outcome } from "./outcome";
import { armingPressOf } from "./press";

export function Ladder({ live }: { live: Live }) {
  const { opened } = live.room;
  const scenes = (opened?.scenes ?? []).filter((scene) => opened && topRung(scene, opened.plan) >= 0);
  return (
    <section class="panel ladder" aria-labelledby="ladder-title">
      <h2 id="ladder-title">{words.ladder.title}</h2>
      {scenes.length === 0 && <p class="hint">{opened ? words.ladder.nothing : `${words.live.unknown}.`}</p>}
      {scenes.map((scene) => (
        <Rungs key={scene.name} live={live} scene={scene} isNamed={scenes.length > 1} />
      ))}
    </section>
  );
}

function Rungs({ live, scene, isNamed }: { live: Live; scene: SceneRules; isNamed: boolean }) {
  const { report, opened, arming } = live.room;
  const top = opened ? topRung(scene, opened.plan) : -1;
  const limits = opened ? planLimits(scene, opened.plan) : {};
  return (
    <>
      {isNamed && <h3>{scene.title}</h3>}
      <ol>
        {scene.rungs.map((rung, index) => {
          const isHere = report?.scene === scene.name && report.step_index === index;
          const isReached = live.room.isReached(scene.name, index);
          const isArmed = isFor(arming.rise?.command, scene, rung);
          const isNewest = isFor(live.room.orders.newest.get("rung")?.message.command, scene, rung);
          const beyond = beyondPlan(scene, limits, rung.values);
          const isUp = report !== null && isRungRise(scene, index, report);
          const go = (event: MouseEvent) => {
            if (report === null) return;
            if (isRungRise(scene, index, report)) {
              live.arm(rungRise(scene, index, report, !isReached), armingPressOf(event));
            } else live.order("rung", { type: "SetRung", scene: scene.name, rung: rung.name });
          };
          return (
            <li
              key={rung.name}
              class={isHere ? "here" : isArmed ? "armed" : undefined}
              aria-current={isHere ? "step" : undefined}
            >
              <span class="number">{index + 1}</span>
              <span class="what">
                <span class="title">{rung.title}</span>
                {isHere && rung.task && <span class="task">{rung.task}</span>}
                {isNewest && <Outcome live={live} control="rung" />}
              </span>
              {index > top || beyond.length > 0 ? (
                <span class="mark outside">{index > top ? words.ladder.outside : refusedBy(beyond, limits)}</span>
              ) : (
                <>
                  <span class="mark">{isHere ? words.ladder.here : isReached ? words.ladder.done : ""}</span>
                  <button
                    type="button"
                    disabled={isUp ? !live.room.mayRise(true) : report === null}
                    onClick={go}
                    aria-pressed={isArmed}
                  >
                    {isUp ? words.ladder.prepare : isHere ? words.ladder.again : words.ladder.lower}
                    <span class="unseen"> {rung.title}</span>
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function isFor(command: Command | undefined, scene: SceneRules, rung: Rung): boolean {
  return command?.type === "SetRung" && command.scene === scene.name && command.rung === rung.name;
}
