/** As whom the person hears the therapist, whether they hear the scene, and whether the therapist hears what they do. */

import type { Report, VoiceRules } from "../generated/wire";
import { Voice } from "../link/call";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { soundRise } from "../words/preview";
import { voiceTitle } from "../words/telling";
import { Outcome } from "./outcome";
import { armingPressOf } from "./press";

/** The title of whom the therapist speaks as, or empty for themselves. */
export function speaksAs({ room: { report, opened } }: Live): string {
  const voice = report?.speaks_as ?? "";
  return voice === "" ? "" : voiceTitle(opened?.scenes ?? [], voice);
}

export function Heard({ live }: { live: Live }) {
  const { report } = live.room;
  const leads = Voice.isPossible() && live.voice.call.stage !== "elsewhere" && live.voice.call.stage !== "over";
  const speaks = report !== null && voicesHere(live).length > 0;
  const plays = report !== null && live.room.scene !== null && report.is_scene_muted !== undefined;
  if (!leads && !speaks && !plays) return null;
  return (
    <section class="panel heard" aria-labelledby="heard-title">
      <h2 id="heard-title">{words.heard.title}</h2>
      {speaks && <SpeakAs live={live} report={report} />}
      {plays && <SceneSound live={live} report={report} />}
      {leads && <Here live={live} />}
    </section>
  );
}

function voicesHere({ room: { scene, report } }: Live): readonly VoiceRules[] {
  return (scene?.voices ?? []).filter(
    ({ places }) => places === undefined || places.length === 0 || places.includes(report?.place ?? ""),
  );
}

function isExposed({ room }: Live): boolean {
  return room.report?.state === "exposed" && room.mayRise(false);
}

function SpeakAs({ live, report }: { live: Live; report: Report }) {
  return (
    <>
      <p role="group" aria-label={words.heard.voice}>
        <span>
          {words.heard.voice} <strong>{speaksAs(live) || words.heard.own}</strong>{" "}
          <Outcome live={live} control="speak_as" />
        </span>
        {["", ...voicesHere(live).map(({ name }) => name)].map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={(report.speaks_as ?? "") === name}
            disabled={name !== "" && !isExposed(live)}
            onClick={() => live.order("speak_as", { type: "SpeakAs", voice: name })}
          >
            {name === "" ? words.heard.own : voiceTitle(live.room.opened?.scenes ?? [], name)}
          </button>
        ))}
      </p>
      <p class="hint">{words.heard.only}</p>
    </>
  );
}

function SceneSound({ live, report }: { live: Live; report: Report }) {
  return (
    <p>
      <span>
        {words.heard.sound}: <strong>{report.is_scene_muted ? words.heard.isOff : words.heard.isOn}</strong>{" "}
        <Outcome live={live} control="scene_sound" />
      </span>
      {report.is_scene_muted ? (
        <button
          type="button"
          disabled={!isExposed(live)}
          onClick={(event) => live.arm(soundRise(), armingPressOf(event))}
        >
          {words.heard.on}
        </button>
      ) : (
        <button type="button" onClick={() => live.order("scene_sound", { type: "MuteScene", is_muted: true })}>
          {words.heard.off}
        </button>
      )}
    </p>
  );
}

/** What the person hears, on this page. The therapist's own voice is not in it. */
function Here({ live: { voice } }: { live: Live }) {
  const { earshot, ear } = voice.hearing;
  const { reception } = earshot;
  const isLoud = reception === "on";
  return (
    <p>
      <span role="status">
        {words.heard.here}: <strong>{words.heard.reception[reception]}</strong>
      </span>
      <span class="row">
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          aria-label={words.heard.volume}
          title={words.heard.volume}
          disabled={!isLoud}
          value={Math.round(100 * ear.volume)}
          onInput={({ currentTarget }) => (voice.hearing.volume = Number(currentTarget.value) / 100)}
        />
        <button
          type="button"
          aria-pressed={earshot.isWanted}
          disabled={reception === "unable"}
          onClick={() => voice.hearing.turn(!earshot.isWanted)}
        >
          {words.heard.listen}
        </button>
      </span>
    </p>
  );
}
