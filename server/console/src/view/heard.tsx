/** As whom the person hears the therapist, and whether they hear the scene. */

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
  const { scene, report } = live.room;
  const voices = (scene?.voices ?? []).filter(
    ({ places }) => places === undefined || places.length === 0 || places.includes(report?.place ?? ""),
  );
  const knowsSound = report?.is_scene_muted !== undefined;
  if (report === null || scene === null || (voices.length === 0 && !knowsSound)) return null;
  const isExposed = report.state === "exposed" && live.room.mayRise(false);
  return (
    <section class="panel heard" aria-labelledby="heard-title">
      <h2 id="heard-title">{words.heard.title}</h2>
      {voices.length > 0 && (
        <>
          <p role="group" aria-label={words.heard.voice}>
            <span>
              {words.heard.voice} <strong>{speaksAs(live) || words.heard.own}</strong>{" "}
              <Outcome live={live} control="speak_as" />
            </span>
            {["", ...voices.map(({ name }) => name)].map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={(report.speaks_as ?? "") === name}
                disabled={name !== "" && !isExposed}
                onClick={() => live.order("speak_as", { type: "SpeakAs", voice: name })}
              >
                {name === "" ? words.heard.own : voiceTitle([scene], name)}
              </button>
            ))}
          </p>
          <p class="hint">{words.heard.only}</p>
        </>
      )}
      {knowsSound && (
        <p>
          <span>
            {words.heard.sound}: <strong>{report.is_scene_muted ? words.heard.isOff : words.heard.isOn}</strong>{" "}
            <Outcome live={live} control="scene_sound" />
          </span>
          {report.is_scene_muted ? (
            <button
              type="button"
              disabled={!isExposed}
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
      )}
    </section>
  );
}
