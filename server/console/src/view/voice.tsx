/**
 * The call, in one row of fixed height over the bar: how it stands, whether sound flows, the therapist's mute switch.
 *
 * It is on the waiting room's page and on the live page at the same place, and nothing in it moves: what is not there
 * leaves its place empty.
 */

import { useEffect, useRef } from "preact/hooks";
import { loudness } from "../core/quality";
import { nowMs } from "../link/clock";
import { Voice, type Device } from "../link/call";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import type { State } from "../link/microphone";
import { voiceFigures, voiceWords as words } from "../words/voice";
import { Call } from "./call";
import { CameraSwitch, cameraTold } from "./camera";
import { speaksAs } from "./heard";
import { MUTE_KEY } from "./keys";
import { Field } from "./parts";

/** So long a call may take to come up before the page says what else can be done. */
const SLOW_MS = 10_000;

export function VoiceRow({ live }: { live: Live }) {
  const { voice } = live;
  const told = tell(voice, nowMs(), live.room.report?.is_private === false);
  const camera = cameraTold(voice);
  const failed = told.tone === "calm" && !voice.camera.isOn ? camera : "";
  const leads = voice.call.stage !== "elsewhere" && voice.call.stage !== "over" && Voice.isPossible();
  return (
    <section class="voice" aria-label={words.title}>
      <p class="unseen" role="status">
        {spoken(voice, told)}
      </p>
      <div class={`told ${told.tone}`} title={told.figures}>
        <p>
          <strong>{told.title}</strong>
          <small title={camera || undefined}>
            {[told.unheard, failed || told.plain || fallenBack(voice) || camera].filter(Boolean).join(" ")}
          </small>
        </p>
        {told.isCallAdvised && <Call number={memory.contact(live.sessionId)?.number} name={words.youCan} />}
        {voice.ear.isBlocked && (
          <button type="button" class="main" onClick={() => void voice.ear.start()}>
            {words.letMeHear}
          </button>
        )}
      </div>
      {leads && (
        <>
          <div class="levels">
            <span>{words.person}</span>
            <Level name={words.person} level={told.isUp ? voice.quality.personLevel : 0} />
            <OwnState voice={voice} speaksAs={speaksAs(live)} />
            <Level name={words.you} level={told.isUp ? voice.quality.ownLevel : 0} />
          </div>
          <Own voice={voice} />
          <CameraSwitch voice={voice} />
          <Sound voice={voice} figures={told.isUp ? voiceFigures(voice.quality.figures) : []} />
        </>
      )}
    </section>
  );
}

interface Told {
  title: string;
  /** What changes seldom, and is read out. */
  plain: string;
  unheard: string;
  tone: "calm" | "fair" | "lost";
  figures: string | undefined;
  isCallAdvised: boolean;
  isUp: boolean;
}

function tell(voice: Voice, now: number, isHidden: boolean): Told {
  const { call, quality } = voice;
  const calm = { unheard: "", tone: "calm", figures: undefined, isCallAdvised: false, isUp: false } as const;
  const says = ([title, plain]: readonly [string, string]) => ({ title, plain });
  if (!Voice.isPossible()) return { ...calm, ...says(words.unable), isCallAdvised: true };
  if (call.stage === "lost" || (call.stage === "up" && quality.isSilent(now))) {
    const unheard = words.unheard(Math.round((now - (quality.heardMs ?? call.sinceMs)) / 1000));
    return { ...calm, ...says(words.stages.lost), unheard, tone: "lost", isCallAdvised: true };
  }
  if (call.stage === "up" && isHidden) return { ...calm, ...says(words.company), tone: "fair" };
  if (call.stage === "up") {
    const figures = voiceFigures(quality.figures)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n");
    const tone = quality.verdict === "good" ? "calm" : "fair";
    return { ...calm, ...says(words.verdicts[quality.verdict]), tone, figures, isUp: true };
  }
  const isSlow = call.stage === "connecting" && now - call.sinceMs > SLOW_MS;
  const isOff = call.stage === "refused" || call.stage === "noWay" || call.stage === "distrusted";
  const told = says(words.stages[call.stage]);
  return { ...calm, ...told, ...(isSlow && { plain: words.slow }), isCallAdvised: isSlow || isOff };
}

/** What a screen reader says when it changes; never what counts seconds. */
function spoken(voice: Voice, told: Told): string {
  const { microphone, ear, isMuted } = voice;
  const own = microphone.state === "open" && isMuted ? words.own.muted : "";
  return [told.title, told.plain, ear.isBlocked ? words.blocked : "", fallenBack(voice), own, cameraTold(voice)]
    .filter(Boolean)
    .join(". ");
}

function fallenBack({ microphone, ear }: Voice): string {
  if (microphone.hasFallenBack) return words.otherMicrophone;
  return ear.hasFallenBack ? words.otherSpeaker : "";
}

function Level({ name, level }: { name: string; level: number }) {
  const shown = Math.round(100 * loudness(level));
  return (
    <svg
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="meter"
      aria-label={words.speaks(name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown}
    >
      <rect class="ground" width="100" height="8" />
      <rect class="loud" width={shown} height="8" />
    </svg>
  );
}

/** `speaksAs` is the title of somebody in the scene, or empty. */
function OwnState({ voice: { microphone, isMuted }, speaksAs }: { voice: Voice; speaksAs: string }) {
  const { state } = microphone;
  const why = whySilent(state);
  const heard = speaksAs === "" ? words.own.heard : words.heardAs(speaksAs);
  const told = state !== "open" ? words.own[state] : isMuted ? words.own.muted : heard;
  return (
    <span class={state === "open" && !isMuted ? undefined : "off"} title={why}>
      {told}
      {why && <span class="unseen">. {why}</span>}
    </span>
  );
}

function whySilent(state: State): string | undefined {
  return state in words.why ? words.why[state as keyof typeof words.why] : undefined;
}

/** The own microphone: a switch once it is open, before that the button that opens it, at the same place. */
function Own({ voice }: { voice: Voice }) {
  const { microphone, isMuted } = voice;
  const { state } = microphone;
  if (state === "ask" || state === "denied" || state === "missing") {
    return (
      <button type="button" class="mute main" title={whySilent(state)} onClick={() => void microphone.open()}>
        {state === "ask" ? words.allow : words.again}
      </button>
    );
  }
  return (
    <button
      type="button"
      class="mute"
      aria-pressed={isMuted}
      aria-keyshortcuts={MUTE_KEY}
      disabled={state !== "open"}
      onClick={() => voice.mute(!isMuted)}
    >
      {words.mute} <kbd>{words.muteKey}</kbd>
    </button>
  );
}

/** Microphone, loudspeaker and figures; it opens upwards, over what it does not move, and Escape closes it. */
function Sound({ voice, figures }: { voice: Voice; figures: [string, string][] }) {
  const sheet = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && sheet.current !== null) sheet.current.open = false;
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, []);
  const { microphone, ear } = voice;
  return (
    <details class="sound" ref={sheet}>
      <summary>{words.settings}</summary>
      <div class="sheet">
        <Choice
          label={words.microphone}
          devices={voice.microphones}
          chosen={microphone.chosen}
          choose={(id) => microphone.choose(id)}
        />
        {ear.mayChoose && (
          <Choice
            label={words.speaker}
            devices={voice.speakers}
            chosen={ear.chosen}
            choose={(id) => voice.chooseSpeaker(id)}
          />
        )}
        {voice.microphones.length === 0 && <p class="hint">{words.unnamed}</p>}
        {fallenBack(voice) !== "" && <p class="hint">{fallenBack(voice)}</p>}
        {cameraTold(voice) !== "" && <p class="hint">{cameraTold(voice)}</p>}
        {figures.length > 0 && (
          <dl>
            {figures.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div>
              <dt>{words.figures.way}</dt>
              <dd>{voice.isRelayed ? words.relayed : words.direct}</dd>
            </div>
          </dl>
        )}
      </div>
    </details>
  );
}

function Choice(props: { label: string; devices: readonly Device[]; chosen: string; choose: (id: string) => void }) {
  const isThere = props.devices.some(({ id }) => id === props.chosen);
  return (
    <Field label={props.label}>
      {(id) => (
        <select
          id={id}
          value={isThere ? props.chosen : ""}
          onChange={(event) => props.choose(event.currentTarget.value)}
        >
          <option value="">{words.default}</option>
          {props.devices.map((device) => (
            <option key={device.id} value={device.id}>
              {device.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
