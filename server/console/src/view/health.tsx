/** How well headset, link and recording keep up, and how old is what the page shows. */

import { nowMs } from "../link/clock";
import type { Live } from "../link/live";
import { deviceText } from "../words/device";
import { words } from "../words/en";
import { age } from "../words/number";

export function Health({ live }: { live: Live }) {
  const { room } = live;
  const device = deviceText(room.device);
  const { report, frameRate } = room;
  const now = nowMs();
  const reportAge = room.reportAgeMs(now);
  const lease = report?.lease_age_ns;
  const newest = room.trail.at(-1);
  const log = report === null ? words.health.unknown : report.log_healthy ? words.health.logOk : words.health.logBad;
  const figures = [
    [words.health.report, reportAge === null ? words.health.unknown : words.live.age(age(reportAge))],
    [words.health.lease, lease == null ? words.health.unknown : words.live.age(age(lease / 1e6 + (reportAge ?? 0)))],
    [words.health.head, newest === undefined ? words.health.unknown : words.live.age(age(now - room.telemetryMs))],
    [
      words.health.pictures,
      frameRate === null || newest === undefined
        ? words.health.unknown
        : words.health.perSecond(Math.round(frameRate), (newest.cpuUs / 1000).toFixed(1)),
    ],
    [words.health.log, log],
  ] as const;
  return (
    <dl class="health" aria-label={words.health.title}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {device !== "" && (
        <div class="device">
          <dt>{words.health.device}</dt>
          <dd title={device}>{device}</dd>
        </div>
      )}
    </dl>
  );
}
