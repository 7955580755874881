/** A recording of the conversation: asking for it, the sign as long as it lasts, and the words that open it. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Live } from "../link/live";
import { nowMs } from "../link/clock";
import { secrets } from "../link/secrets";
import { clock } from "../words/number";
import { recordingWords as words } from "../words/recording";
import { Outcome } from "./outcome";

/** More than two pieces. */
const MUCH_KB = 48;

/** In sight wherever the page is scrolled to; nothing where nothing is recorded. */
export function RecordingSign({ live }: { live: Live }) {
  const { recorder, room } = live;
  const isOn = room.report?.recording?.is_on ?? false;
  return (
    <div class={isOn ? "recorded" : "unseen"}>
      <p role="status">{isOn && <strong>{words.sign}</strong>}</p>
      {isOn && (
        <>
          <span title={words.stages[recorder.stage]}>
            {recorder.tape !== null && clock(nowMs() - recorder.tape.sinceMs)}
          </span>
          {room.leads && (
            <button type="button" onClick={() => live.endRecording()}>
              {words.stop}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Who only looks on asks for nothing. */
export function RecordingPanel({ live }: { live: Live }) {
  const { recorder, room, voice } = live;
  const recording = room.report?.recording;
  if (!room.leads || room.report === null || recording === undefined) return null;
  const { tape, stage } = recorder;
  const waitsKb = Math.ceil((tape?.waiting.bytes ?? 0) / 1024);
  const failure = tape?.failure ?? null;
  const isCallUp = voice.call.stage === "up";
  const mayAsk = room.report.state === "calm" && room.report.is_private !== false && isCallUp;
  return (
    <section class="panel recording" aria-labelledby="recording-title">
      <h2 id="recording-title">{words.title}</h2>
      {failure !== null && <p role="alert">{words.failures[failure]}</p>}
      {recording === null && (
        <>
          <p class="hint">{mayAsk ? words.hint : isCallUp ? words.where : words.noVoice}</p>
          <p class="row">
            <button type="button" disabled={!mayAsk} onClick={() => live.order("recording", { type: "AskRecording" })}>
              {words.ask}
            </button>
            <Outcome live={live} control="recording" />
          </p>
        </>
      )}
      {recording !== null && !recording.is_on && (
        <p class="row">
          <b role="status">{words.asked(leftS(recording.until_ns, room.report.t_ns))}</b>
          <button type="button" onClick={() => live.order("recording", { type: "EndRecording" })}>
            {words.takeBack}
          </button>
        </p>
      )}
      {recording?.is_on && <p role="status">{words.stages[stage] || words.isOn}</p>}
      {waitsKb > MUCH_KB && <p role="status">{words.unsent(waitsKb)}</p>}
    </section>
  );
}

const leftS = (untilNs: number, tNs: number) => Math.max(0, Math.ceil((untilNs - tNs) / 1e9));

/** As long as nobody has said that they are written down; also after the session, while the page was not loaded anew. */
export function RecordingWords({ sessionId }: { sessionId: string }) {
  const [, setTold] = useState(false);
  const shown = useRef<HTMLElement>(null);
  const untold = secrets.untold(sessionId);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [untold === null]);
  if (untold === null) return null;
  const tell = () => {
    secrets.told(sessionId);
    setTold(true);
  };
  return (
    <section ref={shown} class="panel comparing" aria-labelledby="recording-words-title">
      <h2 id="recording-words-title">{words.words.title}</h2>
      <ol class="key-words" aria-label={words.words.label}>
        {untold.map((word, place) => (
          <li key={place}>{word}</li>
        ))}
      </ol>
      <p class="hint">{words.words.why}</p>
      <button type="button" class="main" onClick={tell}>
        {words.words.done}
      </button>
    </section>
  );
}
