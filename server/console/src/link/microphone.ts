/** The therapist's microphone: whether the page may use it, which one it is, and that it is never left open. */

import { memory } from "./memory";

/** `ask`: the browser wants a press first. `unable`: this page may have none, as over plain http. */
export type State = "closed" | "ask" | "opening" | "open" | "denied" | "missing" | "unable";

export class Microphone {
  state: State = "closed";
  track: MediaStreamTrack | null = null;
  /** The chosen one was unplugged, or is not there; another one is used. */
  hasFallenBack = false;
  private wanted = memory.device("microphone");
  private isWanted = false;
  private attempts = 0;

  /** `given` is told of every other track, null for none, and `changed` of everything else. */
  constructor(
    private isMuted: boolean,
    private readonly given: (track: MediaStreamTrack | null) => void,
    private readonly changed: () => void,
  ) {}

  get chosen(): string {
    return this.wanted;
  }

  /** Open it where the browser allows it already. */
  async want(): Promise<void> {
    if (this.isWanted) return;
    this.isWanted = true;
    if (!("mediaDevices" in navigator)) return this.stand("unable");
    if (await isGranted()) await this.open();
    else if (this.state === "closed") this.stand("ask");
  }

  /** To be called from a press where the browser has not allowed it yet. */
  async open(): Promise<void> {
    const attempt = ++this.attempts;
    if (this.track === null) this.stand("opening");
    const found = await ask(this.wanted);
    if (attempt !== this.attempts) return stop(found);
    if (typeof found === "string") {
      this.hold(null);
      return this.stand(found);
    }
    found.enabled = !this.isMuted;
    found.onended = () => this.lost(found);
    this.hasFallenBack = this.wanted !== "" && found.getSettings().deviceId !== this.wanted;
    this.hold(found);
    this.stand("open");
  }

  choose(id: string): void {
    this.wanted = id;
    memory.keepDevice("microphone", id);
    if (this.state === "open" || this.state === "missing") void this.open();
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted;
    if (this.track !== null) this.track.enabled = !isMuted;
  }

  /** The computer has other microphones than before. */
  heed(): void {
    if (this.state === "missing") void this.open();
  }

  close(): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.attempts += 1;
    this.hold(null);
    this.stand("closed");
  }

  /** It was unplugged, or the browser took the permission back. */
  private lost(track: MediaStreamTrack): void {
    if (this.track !== track) return;
    this.hold(null);
    void this.open();
  }

  private hold(track: MediaStreamTrack | null): void {
    if (this.track === track) return;
    stop(this.track);
    this.track = track;
    this.given(track);
  }

  private stand(state: State): void {
    this.state = state;
    this.changed();
  }
}

async function isGranted(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state === "granted";
  } catch (error) {
    // Some browsers tell nobody.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The device of this name, else the one that the computer takes: a mere wish for one is not always heeded. */
async function ask(deviceId: string): Promise<MediaStreamTrack | "denied" | "missing"> {
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (deviceId !== "") audio.deviceId = { exact: deviceId };
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks();
    return track ?? "missing";
  } catch (error) {
    // Older browsers have OverconstrainedError as a kind of its own.
    if (!(error instanceof DOMException || error instanceof OverconstrainedError)) throw error;
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
    return deviceId === "" ? "missing" : ask("");
  }
}

function stop(track: MediaStreamTrack | string | null): void {
  if (track === null || typeof track === "string") return;
  track.onended = null;
  track.stop();
}
