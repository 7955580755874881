/** Where the person stands and looks, drawn from telemetry. */

import { gaze } from "../core/head";
import { areaOf } from "../core/look";
import { nowMs } from "../link/clock";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { age, axisName, lasting, quantity } from "../words/number";

const DISTANCES = ["edge_distance_m", "distance_m", "exit_distance_m"];
const RINGS_M = [0.5, 1, 1.5];
const HALF_M = 1.75;
const AHEAD_DEG = 8;
const BEHIND_DEG = 150;

export function Person({ live }: { live: Live }) {
  const { room } = live;
  const { report } = room;
  const newest = room.trail.at(-1);
  return (
    <section class="panel person" aria-labelledby="person-title">
      <h2 id="person-title">{words.person.title}</h2>
      <div class="beside">
        <figure>
          <TopView live={live} />
          <figcaption class="hint">{words.person.caption}</figcaption>
        </figure>
        <dl>
          <LooksAt live={live} />
          <dt>{words.person.looks}</dt>
          <dd>{room.gaze ? looking(room.gaze.yawDeg, room.gaze.pitchDeg) : words.person.nothing}</dd>
          <dt>{words.person.stands}</dt>
          <dd>{newest ? standing(newest.positionInStage) : words.person.nothing}</dd>
          {DISTANCES.flatMap((axis) => {
            const found = report?.axes[axis];
            return found === undefined || report?.scene === ""
              ? []
              : [<dt key={axis}>{axisName(axis)}</dt>, <dd key={`${axis}-value`}>{quantity(axis, found.value)}</dd>];
          })}
          <dt>{words.person.controls}</dt>
          <dd>{controls(live)}</dd>
        </dl>
      </div>
    </section>
  );
}

/** What the head is turned to and how far the feared thing is, in a scene that says what there is to look at. */
function LooksAt({ live }: { live: Live }) {
  const { look, telemetryMs } = live.room;
  if (look === null || !look.scene?.areas?.length) return null;
  const old = <span class="hint">{words.live.age(age(nowMs() - telemetryMs))}</span>;
  const title = areaOf(look)?.title ?? words.person.elsewhere;
  return (
    <>
      <dt>{words.person.looksAt}</dt>
      <dd>
        {words.person.looksAtFor(title, lasting((look.tNs - look.sinceNs) / 1e6))} {old}
      </dd>
      {look.fearedM !== null && (
        <>
          <dt>{words.person.feared}</dt>
          <dd>
            {words.person.fearedM(look.fearedM.toFixed(look.fearedM < 10 ? 1 : 0))} {old}
          </dd>
        </>
      )}
    </>
  );
}

function looking(yawDeg: number, pitchDeg: number): string {
  const yaw = Math.round(Math.abs(yawDeg));
  const [side, pitch] = [yawDeg > 0 ? words.person.left(yaw) : words.person.right(yaw), Math.round(Math.abs(pitchDeg))];
  const turn = yaw < AHEAD_DEG ? words.person.ahead : yaw > BEHIND_DEG ? words.person.behind : side;
  if (pitch < AHEAD_DEG) return turn;
  return `${turn}, ${pitchDeg > 0 ? words.person.up(pitch) : words.person.down(pitch)}`;
}

function standing([x, , z]: readonly [number, number, number]): string {
  const far = (metres: number) => Math.abs(metres) >= 0.05;
  const parts = [
    ...(far(z) ? [z < 0 ? words.person.forward((-z).toFixed(1)) : words.person.back(z.toFixed(1))] : []),
    ...(far(x) ? [x < 0 ? words.person.leftM((-x).toFixed(1)) : words.person.rightM(x.toFixed(1))] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : words.person.centre;
}

function controls(live: Live): string {
  const { report } = live.room;
  if (report === null) return words.live.unknown;
  if (report.inputs.length === 0) return words.person.noControls;
  return report.inputs
    .map((input) => {
      const practised = report.practised.includes(input) ? words.person.practised : words.person.notPractised;
      return `${words.person.inputs[input]} (${practised})`;
    })
    .join(", ");
}

/** The stage from above: metres, -Z (ahead) up the page. */
function TopView({ live }: { live: Live }) {
  const { trail } = live.room;
  const newest = trail.at(-1);
  const yaw = newest ? gaze(newest.rotationInStage).yawDeg : 0;
  const path = trail.map(({ positionInStage: [x, , z] }) => `${x.toFixed(3)},${z.toFixed(3)}`).join(" ");
  return (
    <svg
      class="top-view"
      viewBox={`${-HALF_M} ${-HALF_M} ${2 * HALF_M} ${2 * HALF_M}`}
      role="img"
      aria-label={words.person.top}
    >
      <title>{words.person.top}</title>
      {RINGS_M.map((radius) => (
        <circle key={radius} class="ring" r={radius} />
      ))}
      <path class="cross" d={`M0 ${-HALF_M}V${HALF_M}M${-HALF_M} 0H${HALF_M}`} />
      {newest && (
        <>
          <polyline class="trail" points={path} />
          <g transform={`translate(${newest.positionInStage[0]} ${newest.positionInStage[2]}) rotate(${-yaw})`}>
            <path class="view" d="M0 0L-0.55 -1.05A1.19 1.19 0 0 1 0.55 -1.05Z" />
            <circle class="body" r="0.16" />
            <path class="nose" d="M-0.09 -0.12L0 -0.27L0.09 -0.12Z" />
          </g>
        </>
      )}
    </svg>
  );
}
