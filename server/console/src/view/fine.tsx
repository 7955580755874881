/** The scene's macro level, variants and single values: lowering at once, rising through arm and confirm. */

import { useState } from "preact/hooks";
import { beyondPlan, isBeyond, levelOf, planLimits, valuesAtLevel, valuesNow, type Values } from "../core/ladder";
import { LEVEL_MAX } from "../generated/core";
import type { AxisRules, Report, SceneRules } from "../generated/wire";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { axisLimit, levelLimit } from "../words/limit";
import { axisName, levelText, quantity } from "../words/number";
import { axisRise, hasVariants, levelRise, variantRise, wouldRise } from "../words/preview";
import { Limit } from "./limit";
import { Outcome } from "./outcome";
import { armingPressOf } from "./press";

const LEVEL_STEP = 500;
const RATES = { full: 1, half: 2, quarter: 4 } as const;

export function Fine({ live }: { live: Live }) {
  const { scene, report } = live.room;
  return (
    <section class="panel fine" aria-labelledby="fine-title">
      <h2 id="fine-title">{words.level.title}</h2>
      {scene === null || report === null ? (
        <p class="hint">{words.live.calmRoom}.</p>
      ) : (
        <>
          {(scene.level_points ?? []).length > 0 && <Level live={live} scene={scene} report={report} />}
          {hasVariants(scene) && <Variants live={live} scene={scene} report={report} />}
          <h3>{words.axis.title}</h3>
          {scene.axes.map((rules) => (
            <AxisRow key={rules.axis} live={live} scene={scene} report={report} rules={rules} />
          ))}
        </>
      )}
    </section>
  );
}

interface Shown {
  live: Live;
  scene: SceneRules;
  report: Report;
}

function Level({ live, scene, report }: Shown) {
  const now = levelOf(scene, valuesNow(report));
  const [draft, setDraft] = useState<number | null>(null);
  const level = draft ?? Math.round(now / LEVEL_STEP) * LEVEL_STEP;
  const rises = wouldRise(scene, report, valuesAtLevel(scene, level));
  const limits = limitsOf(live, scene);
  const isRefused = beyondPlan(scene, limits, valuesAtLevel(scene, level)).length > 0;
  const set = (event: MouseEvent) => {
    if (rises) live.arm(levelRise(scene, level, report), armingPressOf(event));
    else live.order("level", { type: "SetLevel", level });
    setDraft(null);
  };
  return (
    <div class="slide">
      <input
        type="range"
        min={0}
        max={LEVEL_MAX}
        step={LEVEL_STEP}
        value={level}
        aria-label={words.level.title}
        aria-valuetext={levelText(level)}
        onInput={(event) => setDraft(Number(event.currentTarget.value))}
      />
      <button
        type="button"
        disabled={draft === null || isRefused || (rises && !live.room.mayRise(false))}
        onClick={set}
      >
        {rises ? words.level.prepare(levelText(level)) : words.level.lower(levelText(level))}
      </button>
      <span class="hint">{words.level.now(levelText(now))}</span>
      <Limit text={levelLimit(scene, limits)} isBeyond={isRefused && draft !== null} />
      <Outcome live={live} control="level" />
    </div>
  );
}

function Variants({ live, scene, report }: Shown) {
  return (
    <>
      <h3 id="variants-title">{words.variant.title}</h3>
      <p class="hint">{words.variant.hint}</p>
      <ul class="variants" aria-labelledby="variants-title">
        {scene.variants!.map((variant) => (
          <li key={variant.name} aria-current={variant.name === report.variant}>
            <span>
              {variant.title} <Outcome live={live} control={`variant:${variant.name}`} />
            </span>
            {variant.name === report.variant ? (
              <strong>{words.variant.now}</strong>
            ) : (
              <button
                type="button"
                disabled={!live.room.mayRise(false)}
                onClick={(event) => live.arm(variantRise(scene, variant, report), armingPressOf(event))}
              >
                {words.variant.prepare}
                <span class="unseen"> {variant.title}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function AxisRow({ live, scene, report, rules }: Shown & { rules: AxisRules }) {
  const { axis, low, high } = rules;
  const [draft, setDraft] = useState<number | null>(null);
  const [share, setShare] = useState<keyof typeof RATES>("full");
  const shown = report.axes[axis];
  if (shown === undefined) return null;
  const target = draft ?? shown.target;
  const rises = wouldRise(scene, report, { [axis]: target });
  const limit = limitsOf(live, scene)[axis];
  const isRefused = isBeyond(rules, target, limit);
  const rate = rules.rate === 0 || share === "full" ? null : Math.floor(rules.rate / RATES[share]);
  const set = (event: MouseEvent) => {
    if (rises) live.arm(axisRise(scene, axis, target, rate, words.axis.rates[share], report), armingPressOf(event));
    else live.order(`axis:${axis}`, { type: "SetAxis", axis, target, rate });
    setDraft(null);
  };
  return (
    <div class="slide">
      <span class="name">{axisName(axis)}</span>
      <span class="value">
        {quantity(axis, shown.value)}
        {shown.value !== shown.target && ` → ${quantity(axis, shown.target)}`}
      </span>
      <input
        type="range"
        min={low}
        max={high}
        step={(high - low) / 100}
        value={target}
        aria-label={axisName(axis)}
        aria-valuetext={quantity(axis, target)}
        onInput={(event) => setDraft(Math.round(Number(event.currentTarget.value)))}
      />
      {rules.rate > 0 && (
        <select
          aria-label={`${words.axis.rate}: ${axisName(axis)}`}
          value={share}
          onChange={(event) => setShare(event.currentTarget.value as keyof typeof RATES)}
        >
          {(Object.keys(RATES) as (keyof typeof RATES)[]).map((name) => (
            <option key={name} value={name}>
              {words.axis.rates[name]}
            </option>
          ))}
        </select>
      )}
      <button
        type="button"
        disabled={draft === null || isRefused || (rises && !live.room.mayRise(false))}
        onClick={set}
      >
        {draft === null ? words.axis.now : `${rises ? words.axis.prepare : words.axis.set} ${quantity(axis, target)}`}
        <span class="unseen"> {axisName(axis)}</span>
      </button>
      <Limit text={axisLimit(rules, limit)} isBeyond={isRefused && draft !== null} />
      <Outcome live={live} control={`axis:${axis}`} />
    </div>
  );
}

function limitsOf(live: Live, scene: SceneRules): Values {
  return live.room.plan === null ? {} : planLimits(scene, live.room.plan);
}
