/**
 * The therapist's camera: whether the page may use it, its pictures in the call's connection, and that it is never left
 * on. It is off until it is switched on, on every page anew.
 */

import { PACES, Pacing, type Pace } from "../core/camera";
import type { Verdict } from "../core/quality";
import { nowMs } from "./clock";

/** `busy`: another program has it. `unable`: this page may have none, as over plain http. */
export type State = "off" | "opening" | "on" | "denied" | "missing" | "busy" | "unable";

const WANTED: MediaTrackConstraints = {
  width: { ideal: 320 },
  height: { ideal: 240 },
  frameRate: { ideal: PACES[0].perS },
};

export class Camera {
  state: State = "off";
  /** What the camera sees, for this page; another object with every other track. */
  stream: MediaStream | null = null;
  private track: MediaStreamTrack | null = null;
  private attempts = 0;
  private pacing = new Pacing();
  private sender: RTCRtpSender | null = null;
  private hasPlace = false;
  private sent: MediaStreamTrack | null = null;
  private paced: Pace = PACES[0];
  private last: Promise<unknown> = Promise.resolve();

  /** `changed` is told of everything. */
  constructor(private readonly changed: () => void) {}

  get isOn(): boolean {
    return this.state === "on" || this.state === "opening";
  }

  /** Whether its pictures leave this computer. */
  get isFilming(): boolean {
    return this.sent !== null;
  }

  /** Whether fewer leave than would, or none, because the line is narrow. */
  get yields(): "not" | "slow" | "paused" {
    if (this.track === null || !this.hasPlace || this.pacing.isFull) return "not";
    return this.pacing.pace.perS > 0 ? "slow" : "paused";
  }

  /** The therapist's own switch, to be called from a press. */
  async turn(isOn: boolean): Promise<void> {
    const attempt = ++this.attempts;
    this.hold(null);
    if (!isOn) return this.stand("off");
    if (!("mediaDevices" in navigator)) return this.stand("unable");
    this.stand("opening");
    const found = await ask();
    if (attempt !== this.attempts) return stop(found);
    if (typeof found === "string") return this.stand(found);
    found.onended = () => this.lost(found);
    this.hold(found);
    this.stand("on");
  }

  close(): void {
    if (this.state !== "off") void this.turn(false);
  }

  /** The place in a new connection. Nothing is sent before the answer. */
  prepare(sender: RTCRtpSender): void {
    this.end();
    this.sender = sender;
  }

  /** The answer came: whether its program shows the therapist. */
  answered(hasPlace: boolean): void {
    this.hasPlace = hasPlace;
    this.send();
  }

  /** The connection is closed. */
  end(): void {
    this.sender = this.sent = null;
    this.hasPlace = false;
    this.pacing = new Pacing();
    this.paced = PACES[0];
  }

  /** A few times a second while the call is up. */
  judge(verdict: Verdict): void {
    this.pacing.judge(verdict, nowMs());
    this.send();
  }

  /** Bring what is sent to what should be. */
  private send(): void {
    const { sender, pacing } = this;
    if (sender === null) return;
    const { pace } = pacing;
    const track = this.hasPlace && pace.perS > 0 ? this.track : null;
    if (track !== this.sent) {
      this.sent = track;
      this.then(() => sender.replaceTrack(track));
      this.changed();
    }
    if (pace !== this.paced && pace.perS > 0) {
      this.paced = pace;
      this.then(() => setPace(sender, pace));
    }
  }

  /** One after the other, and nothing of a connection that was closed meanwhile. */
  private then(what: () => Promise<void>): void {
    this.last = this.last.then(what).catch((error: unknown) => {
      if (!(error instanceof DOMException)) reportError(error);
    });
  }

  /** It was unplugged, or the browser took the permission back. */
  private lost(track: MediaStreamTrack): void {
    if (this.track !== track) return;
    this.hold(null);
    this.stand("missing");
  }

  private hold(track: MediaStreamTrack | null): void {
    if (this.track === track) return;
    const before = this.track;
    this.track = track;
    this.stream = track && new MediaStream([track]);
    this.send();
    stop(before);
  }

  private stand(state: State): void {
    this.state = state;
    this.changed();
  }
}

/** How a sender begins. Other senders of the call go before it. */
export function encodingOf({ perS, bitsPerS }: Pace): RTCRtpEncodingParameters {
  return { maxBitrate: bitsPerS, maxFramerate: perS, priority: "very-low", networkPriority: "very-low" };
}

async function setPace(sender: RTCRtpSender, pace: Pace): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) Object.assign(encoding, encodingOf(pace));
  await sender.setParameters(parameters);
}

async function ask(): Promise<MediaStreamTrack | "denied" | "missing" | "busy"> {
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ video: WANTED })).getVideoTracks();
    return track ?? "missing";
  } catch (error) {
    // Older browsers have OverconstrainedError as a kind of its own.
    if (!(error instanceof DOMException || error instanceof OverconstrainedError)) throw error;
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
    return error.name === "NotReadableError" || error.name === "AbortError" ? "busy" : "missing";
  }
}

function stop(track: MediaStreamTrack | string | null): void {
  if (track === null || typeof track === "string") return;
  track.onended = null;
  track.stop();
}
