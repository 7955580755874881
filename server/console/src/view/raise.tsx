/** What is armed, what comes with it, and the one control that confirms it. */

import { useState } from "preact/hooks";
import { waitMs } from "../core/arming";
import { homeworkObstacles, obstacles, type Obstacle } from "../core/obstacles";
import type { ResumeLevel } from "../generated/wire";
import { nowMs } from "../link/clock";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { homeworkWords } from "../words/homework";
import { continueRise, hasVariants } from "../words/preview";
import { stepTitle, variantTitle } from "../words/telling";
import { Outcome } from "./outcome";
import { Choices } from "./parts";
import { armingPressOf, pressOf } from "./press";

export function Raise({ live }: { live: Live }) {
  const { room } = live;
  const { rise } = room.arming;
  const state = room.report?.state;
  return (
    <section class="panel raise" aria-labelledby="raise-title">
      <h2 id="raise-title">
        {rise ? words.raise.comes : state === "stopped" ? words.goOn.stopped : words.raise.title}
      </h2>
      {rise ? <Armed live={live} /> : state === "stopped" ? <AfterStop live={live} /> : <Unarmed live={live} />}
    </section>
  );
}

function Armed({ live }: { live: Live }) {
  const { arming } = live.room;
  const rise = arming.rise!;
  const leftS = Math.ceil(waitMs(arming, nowMs()) / 1000);
  const isSpaced = leftS > 1;
  const isHomework = rise.command.type === "GiveHomework";
  const why = isHomework ? homeworkObstacles(live.room, nowMs()) : obstacles(live.room, nowMs());
  return (
    <>
      <div class="preview" role="status">
        <strong>{rise.title}</strong>
        {rise.preview.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {why.length > 0 && <Obstacles why={why} title={isHomework ? homeworkWords.cannot : words.raise.cannot} />}
      <p class="blocked">{arming.blocked ? words.blocked[arming.blocked] : ""}</p>
      <div class="row">
        <button
          type="button"
          class="confirm"
          aria-keyshortcuts="F2"
          aria-disabled={isSpaced}
          onClick={(event) => live.confirm(pressOf(event))}
        >
          {words.raise.confirm} <kbd>{words.bar.keys.confirm}</kbd>
          {isSpaced && <span> {words.raise.wait(leftS)}</span>}
        </button>
        <button type="button" class="quiet" onClick={() => live.disarm()}>
          {words.raise.cancel}
        </button>
      </div>
    </>
  );
}

function Unarmed({ live }: { live: Live }) {
  const { room } = live;
  const state = room.report?.state;
  const why = obstacles(room, nowMs());
  const { blocked } = room.arming;
  const isHeld = state === "held" || state === "paused";
  return (
    <>
      {isHeld && (
        <p>
          <button type="button" onClick={(event) => live.arm(continueRise(), armingPressOf(event))}>
            {words.goOn.continue}
          </button>{" "}
          <Outcome live={live} control="continue" />
        </p>
      )}
      <p class="hint">{isHeld ? words.goOn.holding : words.raise.idle}</p>
      <p class="blocked">{blocked && blocked !== "nothing_armed" ? words.blocked[blocked] : ""}</p>
      {why.length > 0 && <Obstacles why={why} />}
      {why.length === 0 && !isHeld && <p class="hint">{words.raise.ready}</p>}
    </>
  );
}

function Obstacles({ why, title = words.raise.cannot }: { why: Obstacle[]; title?: string }) {
  return (
    <div class="obstacles">
      <strong>{title}</strong>
      <ul>
        {why.map((obstacle) => (
          <li key={obstacle}>{words.cannot[obstacle]}</li>
        ))}
      </ul>
    </div>
  );
}

function AfterStop({ live }: { live: Live }) {
  const report = live.room.report!;
  const [level, setLevel] = useState<ResumeLevel>(live.room.lastScene === null ? "calm" : "lower");
  const levels = (["lower", "same", "first", "calm"] as const).map(
    (choice) => [choice, words.resumeLevels[choice]] as const,
  );
  const scenes = live.room.opened?.scenes ?? [];
  const scene = live.room.lastScene;
  return (
    <>
      <p role="status">
        <strong>{report.ready ? words.goOn.ready : words.goOn.notReady}</strong>
      </p>
      {report.sickness?.is_unwell && <Obstacles why={["unwell"]} />}
      {report.offer ? (
        <p>
          {words.goOn.offered(
            stepTitle(scenes, scene?.name ?? "", report.offer.step),
            Math.max(0, Math.round((report.offer.until_ns - report.t_ns) / 1e9)),
          )}
        </p>
      ) : (
        <Choices legend={words.goOn.choose} options={levels} value={level} choose={setLevel} />
      )}
      {scene !== null && level !== "calm" && hasVariants(scene) && (
        <p class="hint">{words.goOn.variant(variantTitle([scene], report.variant ?? ""))}</p>
      )}
      <p class="row">
        <button type="button" class="main" onClick={() => live.order("resume", { type: "Resume", level })}>
          {words.goOn.offer}
        </button>
        <Outcome live={live} control="resume" />
      </p>
    </>
  );
}
