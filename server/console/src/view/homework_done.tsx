/** What was done of the homework since the last contact: a picture first, then each time in a row. */

import { SUDS_MAX } from "../generated/core";
import type { HomeworkDone, SceneRules } from "../generated/wire";
import type { Live } from "../link/live";
import { dayText, highestText, homeworkWords, minutesText, shortTimeText } from "../words/homework";

const words = homeworkWords.since;
const WIDTH = 400;
const HEIGHT = 132;
const LEFT = 34;
const RIGHT = 14;
const TOP = 18;
const BOTTOM = 110;
/** So many times have room for their day below. */
const DAYS_SHOWN = 6;

/** Open until the first scene of the session, folded after it. */
export function HomeworkSince({ live }: { live: Live }) {
  const { homework, homeworkSince, lastScene, opened } = live.room;
  if (homeworkSince === null) return null;
  const { sessions, isNothing } = homeworkSince;
  return (
    <details class="panel homework-since" open={lastScene === null}>
      <summary>{words.title}</summary>
      {isNothing ? (
        <p>{words.nothing(dayText(homework?.signed_unix_s ?? 0))}</p>
      ) : (
        <>
          <p>{words.sum(sessions.length, Math.round(sum(sessions) / 60))}</p>
          <Plot sessions={sessions} />
          <Table sessions={sessions} scenes={opened?.scenes ?? []} />
        </>
      )}
    </details>
  );
}

const sum = (sessions: HomeworkDone[]) => sessions.reduce((seconds, { exposed_s }) => seconds + exposed_s, 0);

/** One blue for both directions: falling distress is neither good nor bad news. */
function Plot({ sessions }: { sessions: HomeworkDone[] }) {
  const step = (WIDTH - LEFT - RIGHT) / sessions.length;
  const x = (index: number) => LEFT + step * (index + 0.5);
  const y = (suds: number) => TOP + (BOTTOM - TOP) * (1 - suds / SUDS_MAX);
  const points = sessions.map(({ highest_suds: suds, started_unix_s }, index) => ({ suds, index, started_unix_s }));
  const rated = points.flatMap(({ suds, index }) => (suds == null ? [] : [{ suds, index }]));
  const isDay = (index: number) => sessions.length <= DAYS_SHOWN || index === 0 || index === sessions.length - 1;
  return (
    <figure>
      <figcaption class="hint">{words.plot}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={words.described(points.map(({ suds }) => suds ?? words.noRating).join(", "))}
      >
        {[0, SUDS_MAX / 2, SUDS_MAX].map((suds) => (
          <g key={suds} class="grid">
            <path d={`M${LEFT} ${y(suds)}H${WIDTH - RIGHT}`} />
            <text x={LEFT - 6} y={y(suds) + 4}>
              {suds}
            </text>
          </g>
        ))}
        <polyline points={rated.map(({ suds, index }) => `${x(index)},${y(suds)}`).join(" ")} />
        {points.map(({ suds, index, started_unix_s }) => (
          <g key={index} class="point">
            {suds == null ? (
              <text x={x(index)} y={y(0) - 4}>
                {words.none}
              </text>
            ) : (
              <>
                <circle cx={x(index)} cy={y(suds)} r={4.5} />
                {sessions.length <= 2 * DAYS_SHOWN && (
                  <text class="value" x={x(index)} y={y(suds) - 8}>
                    {suds}
                  </text>
                )}
              </>
            )}
            {isDay(index) && (
              <text x={x(index)} y={HEIGHT - 6}>
                {shortTimeText(started_unix_s).split(",")[0]}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function Table({ sessions, scenes }: { sessions: HomeworkDone[]; scenes: SceneRules[] }) {
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={words.title}>
      <table>
        <thead>
          <tr>
            {words.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.log}>
              <td class="time">
                {shortTimeText(session.started_unix_s)}
                <small>{words.inScenes(minutesText(session.exposed_s))}</small>
              </td>
              <td>
                {highestText(session, scenes)}
                <small>{homeworkWords.ends[session.ended]}</small>
              </td>
              <td>{session.highest_suds ?? words.none}</td>
              <td>{session.highest_fms ?? words.none}</td>
              <td>{session.stops}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
