/** What must be known of how the person is: it stays at the head of the page until somebody says that they have seen it. */

import type { Alarm } from "../core/care";
import type { Live } from "../link/live";
import { nowMs } from "../link/clock";
import { words } from "../words/en";
import { age } from "../words/number";

export function Alarms({ live }: { live: Live }) {
  const { room } = live;
  const { report } = room;
  const reportAgeMs = room.reportAgeMs(nowMs()) ?? 0;
  return (
    <div role="alert" class="alarms">
      {room.alarms.map((alarm) => (
        <p key={`${alarm.kind} ${alarm.sequence}`} class={`news alarm ${alarm.kind}`}>
          <strong>{alarmText(alarm)}</strong>
          {report && (
            <span aria-hidden="true">{words.live.age(age((report.t_ns - alarm.tNs) / 1e6 + reportAgeMs))}</span>
          )}
          <button type="button" aria-label={words.care.seen(alarmText(alarm))} onClick={() => live.seenAlarm(alarm)}>
            {words.live.seen}
          </button>
        </p>
      ))}
    </div>
  );
}

function alarmText(alarm: Alarm): string {
  switch (alarm.kind) {
    case "distress":
      return words.care.distress(alarm.suds);
    case "sickness":
      return alarm.isUnwell ? words.care.unwell(alarm.fms) : words.care.sick(alarm.fms);
    case "break":
      return words.care.break(Math.round(alarm.unbrokenNs / 60e9));
  }
}
