/** One drawing of a whole session: a lane for each kind of thing, all on the same time. */

import { phases, presses, ratings, shownSteps, sickness } from "../core/story";
import { FMS_MAX, SUDS_MAX } from "../generated/core";
import type { Record, SceneRules } from "../generated/wire";
import { words } from "../words/en";
import { clock } from "../words/number";
import { ofCommand, stimulusTitle, variantTitle } from "../words/telling";

const WIDTH = 1100;
const LEFT = 92;
const RIGHT = 14;
const LANES = { state: 26, suds: 130, step: 90, person: 30, therapist: 30, events: 30 } as const;
const GAP = 12;
const TOP = 8;
const TICKS_MS = [10e3, 30e3, 60e3, 120e3, 300e3, 600e3];
const TICK_PX = 90;

type Lane = keyof typeof LANES;

const NAMES = Object.keys(LANES) as Lane[];
const tops = Object.fromEntries(
  NAMES.map((lane, index) => [lane, TOP + NAMES.slice(0, index).reduce((sum, before) => sum + LANES[before] + GAP, 0)]),
) as { [lane in Lane]: number };
const BOTTOM = tops.events + LANES.events;
const HEIGHT = BOTTOM + 26;

export function Timeline({ records, scenes }: { records: Record[]; scenes: SceneRules[] }) {
  const beginNs = records[0]!.event.t_ns;
  const endNs = Math.max(records.at(-1)!.event.t_ns, beginNs + 1e9);
  const x = (tNs: number) => LEFT + ((tNs - beginNs) / (endNs - beginNs)) * (WIDTH - LEFT - RIGHT);
  return (
    <div class="card scrolls" tabIndex={0} role="region" aria-label={words.log.title}>
      <svg class="timeline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.log.described}>
        <title>{words.log.described}</title>
        <Ticks x={x} beginNs={beginNs} endNs={endNs} />
        {NAMES.map((lane) => (
          <text key={lane} class="lane" x={0} y={tops[lane] + LANES[lane] / 2 + 4}>
            {words.log.lanes[lane]}
          </text>
        ))}
        <States records={records} x={x} endNs={endNs} />
        <Suds records={records} x={x} />
        <SicknessMarks records={records} x={x} />
        <Steps records={records} x={x} endNs={endNs} scenes={scenes} />
        <Marks
          lane="person"
          x={x}
          marks={presses(records).map(({ tNs, kind }) => ({ tNs, text: words.live.pressed[kind], kind }))}
        />
        <Marks lane="therapist" x={x} marks={commands(records, scenes)} />
        <Marks lane="events" x={x} marks={events(records, scenes)} />
      </svg>
      <p class="key">
        {(Object.keys(words.log.key) as (keyof typeof words.log.key)[]).map((key) => (
          <span key={key}>
            <i class={key} /> {words.log.key[key]}
          </span>
        ))}
      </p>
    </div>
  );
}

interface Drawn {
  records: Record[];
  x: (tNs: number) => number;
}

function Ticks({ x, beginNs, endNs }: { x: Drawn["x"]; beginNs: number; endNs: number }) {
  const spanMs = (endNs - beginNs) / 1e6;
  const roomFor = (WIDTH - LEFT - RIGHT) / TICK_PX;
  const every = TICKS_MS.find((ms) => spanMs / ms <= roomFor) ?? 1200e3;
  const times = Array.from({ length: Math.floor(spanMs / every) + 1 }, (_, index) => index * every);
  return (
    <>
      {times.map((ms) => (
        <g key={ms} class="tick">
          <path d={`M${x(beginNs + ms * 1e6)} ${TOP}V${BOTTOM}`} />
          <text x={x(beginNs + ms * 1e6)} y={BOTTOM + 18}>
            {clock(ms)}
          </text>
        </g>
      ))}
    </>
  );
}

function States({ records, x, endNs }: Drawn & { endNs: number }) {
  const found = phases(records);
  return (
    <>
      {found.map(({ tNs, state, cause }, index) => {
        const width = x(found[index + 1]?.tNs ?? endNs) - x(tNs);
        const told = words.states[state] + (cause ? words.live.because(words.causes[cause]) : "");
        return (
          <g key={index} class={`phase ${state}`}>
            <title>{told}</title>
            <rect x={x(tNs)} y={tops.state} width={Math.max(1, width)} height={LANES.state} />
            {width > 70 && (
              <text x={x(tNs) + 6} y={tops.state + 17}>
                {words.states[state]}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

function Suds({ records, x }: Drawn) {
  const y = (suds: number) => tops.suds + LANES.suds * (1 - suds / SUDS_MAX);
  const given = ratings(records);
  return (
    <g class="suds">
      {[0, 50, 100].map((suds) => (
        <g key={suds} class="grid">
          <path d={`M${LEFT} ${y(suds)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 6} y={y(suds) + 4}>
            {suds}
          </text>
        </g>
      ))}
      <polyline points={given.map(({ tNs, suds }) => `${x(tNs)},${y(suds)}`).join(" ")} />
      {given.map(({ tNs, suds, moment }) => (
        <circle key={tNs} cx={x(tNs)} cy={y(suds)} r={4}>
          <title>{`${suds}, ${words.moments[moment]}`}</title>
        </circle>
      ))}
    </g>
  );
}

/** Squares on the height of distress, ten for a hundred. */
function SicknessMarks({ records, x }: Drawn) {
  return (
    <g class="sick">
      {sickness(records).map(({ tNs, fms, moment }) => (
        <rect key={tNs} x={x(tNs) - 4} y={tops.suds + LANES.suds * (1 - fms / FMS_MAX) - 4} width={8} height={8}>
          <title>{words.log.sick(fms, words.sicknessMoments[moment])}</title>
        </rect>
      ))}
    </g>
  );
}

function Steps({ records, x, endNs, scenes }: Drawn & { endNs: number; scenes: SceneRules[] }) {
  const count = Math.max(1, ...scenes.map(({ rungs }) => rungs.length));
  const y = (shown: number) => tops.step + LANES.step * (1 - shown / count);
  const found = shownSteps(records);
  const path = found.map(({ tNs, shown }) => `H${x(tNs)}V${y(shown)}`).join("");
  return (
    <g class="steps">
      {[0, count].map((step) => (
        <g key={step} class="grid">
          <path d={`M${LEFT} ${y(step)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 6} y={y(step) + 4}>
            {step}
          </text>
        </g>
      ))}
      <path class="line" d={`M${LEFT} ${y(0)}${path}H${x(endNs)}`} />
    </g>
  );
}

interface Mark {
  tNs: number;
  text: string;
  kind?: string;
}

function Marks({ lane, marks, x }: { lane: Lane; marks: Mark[]; x: Drawn["x"] }) {
  const middle = tops[lane] + LANES[lane] / 2;
  return (
    <g class={`marks ${lane}`}>
      <path class="base" d={`M${LEFT} ${middle}H${WIDTH - RIGHT}`} />
      {marks.map(({ tNs, text, kind }, index) => (
        <rect key={index} class={kind} x={x(tNs) - 2.5} y={middle - 9} width={5} height={18} rx={2}>
          <title>{text}</title>
        </rect>
      ))}
    </g>
  );
}

function commands(records: Record[], scenes: SceneRules[]): Mark[] {
  return records.flatMap(({ event, effects }) => {
    if (event.type !== "CommandReceived") return [];
    const isRefused = effects.some(({ type }) => type === "CommandRefused");
    return [
      { tNs: event.t_ns, text: ofCommand(event.command, scenes), kind: isRefused ? "refused" : event.command.type },
    ];
  });
}

function events(records: Record[], scenes: SceneRules[]): Mark[] {
  return records.flatMap(({ event, effects }) =>
    effects.flatMap((effect) => {
      if (effect.type === "StimulusShown") return [{ tNs: event.t_ns, text: stimulusTitle(scenes, effect.stimulus) }];
      if (effect.type !== "VariantChanged" || effect.variant === "") return [];
      return [{ tNs: event.t_ns, text: variantTitle(scenes, effect.variant, effect.scene) }];
    }),
  );
}
