/** What the person sees, as large as the column allows, with how old it is; it keeps its place when there is none. */

import { useEffect, useRef } from "preact/hooks";
import type { Rate } from "../core/mirror";
import { nowMs } from "../link/clock";
import { Voice } from "../link/call";
import type { Live } from "../link/live";
import type { Mirroring } from "../link/mirror";
import { mirrorSpoken, mirrorText, mirrorWords as words } from "../words/mirror";

const RATES: readonly Rate[] = [15, 30];

export function MirrorPanel({ live }: { live: Live }) {
  const { mirroring, call } = live.voice;
  useEffect(() => {
    mirroring.watch(true);
    return () => mirroring.watch(false);
  }, [mirroring]);
  if (!Voice.isPossible() || call.stage === "elsewhere" || call.stage === "over") return null;
  const { mirror } = mirroring;
  const look = mirror.look(nowMs());
  const text = mirrorText(look);
  const isSeen = look.is === "live" || look.is === "slow" || look.is === "frozen";
  return (
    <section class="panel mirror" aria-labelledby="mirror-title">
      <div class="heading">
        <h2 id="mirror-title">{words.title}</h2>
        <div class="row">
          <label>
            <span class="unseen">{words.rate}</span>
            <select
              value={mirror.rate}
              title={words.rate}
              onChange={({ currentTarget }) => mirroring.choose(Number(currentTarget.value) as Rate)}
            >
              {RATES.map((rate) => (
                <option key={rate} value={rate}>
                  {rate}/s
                </option>
              ))}
            </select>
          </label>
          <button type="button" aria-pressed={mirror.isOn} onClick={() => mirroring.turn(!mirror.isOn)}>
            {words.shown}
          </button>
        </div>
      </div>
      <p class="unseen" role="status">
        {mirrorSpoken(look)}
      </p>
      <figure class={look.is}>
        <Picture mirroring={mirroring} isSeen={isSeen} />
        {text !== "" && <figcaption class={isSeen ? "over" : undefined}>{text}</figcaption>}
      </figure>
    </section>
  );
}

function Picture({ mirroring, isSeen }: { mirroring: Mirroring; isSeen: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const { stream } = mirroring;
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    shown.srcObject = stream;
    return follow(shown, () => mirroring.mirror.drawn(nowMs()));
  }, [mirroring, stream]);
  return <video ref={video} class={isSeen ? undefined : "none"} aria-label={words.title} autoplay muted playsInline />;
}

/** Calls `drawn` with each picture that comes onto the page. Returns how to stop that. */
function follow(video: HTMLVideoElement, drawn: () => void): () => void {
  if (!("requestVideoFrameCallback" in video)) {
    (video as HTMLVideoElement).addEventListener("timeupdate", drawn);
    return () => (video as HTMLVideoElement).removeEventListener("timeupdate", drawn);
  }
  let request = 0;
  const next = () => {
    request = video.requestVideoFrameCallback(() => {
      drawn();
      next();
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(request);
}
