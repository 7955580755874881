/** What must be known of how the person is: it stays at the head of the page until somebody says that they have seen it. */

import type { Alarm } from "../core/care";
import type { Live } from "../link/live";
import { nowMs } from "../link/clock";
import { words } from "../words/en";
import { age } from "../words/number";

/** One at a time, the most urgent first: there has to be room for what the person presses beside it. */
export function Alarms({ live }: { live: Live }) {
  const { room } = live;
  const [alarm, ...others] = room.alarms;
  const ageMs = alarm && room.report && (room.report.t_ns - alarm.tNs) / 1e6 + (room.reportAgeMs(nowMs()) ?? 0);
  return (
    <div role="alert" class="alarms">
      {alarm && (
        <p key={`${alarm.kind} ${alarm.sequence}`} class={`news alarm ${alarm.kind}`}>
          <strong>{alarmText(alarm)}</strong>
          {ageMs != null && <span aria-hidden="true">{words.live.age(age(ageMs))}</span>}
          <button type="button" aria-label={words.care.seen(alarmText(alarm))} onClick={() => live.seenAlarm(alarm)}>
            {words.live.seen}
          </button>
          {others.length > 0 && <span>{words.care.more(others.length)}</span>}
        </p>
      )}
    </div>
  );
}

function alarmText(alarm: Alarm): string {
  switch (alarm.kind) {
    case "distress":
      return words.care.distress(alarm.suds);
    case "sickness":
      return alarm.isUnwell ? words.care.unwell(alarm.fms) : words.care.sick(alarm.fms);
    case "heart":
      return words.care.heart(alarm.bpm, alarm.fromBpm);
    case "break":
      return words.care.break(Math.round(alarm.unbrokenNs / 60e9));
  }
}
