/** Makes the recordings of a session, as the two people's consents allow it: begins, hushes and ends them. */

import type { Wish } from "../core/recording";
import { nowMs } from "./clock";
import { RefusedError, rest } from "./rest";
import { keyOf, newName } from "./sealing";
import { secrets } from "./secrets";
import { Tape } from "./tape";

const AGAIN_MS = 2000;

/** `unable`: this browser cannot. `blocked`: it wants a click first. `waiting`: the server cannot be reached or refuses. */
export type Stage = "off" | "unable" | "opening" | "waiting" | "blocked" | "on" | "hushed" | "failed";

export class Recorder {
  /** The newest recording, also after its end. */
  tape: Tape | null = null;
  private wish: Wish = "off";
  private isOpening = false;
  private refusedMs = -Infinity;

  constructor(
    private readonly session: string,
    private readonly changed: () => void,
  ) {}

  get stage(): Stage {
    const { tape, wish } = this;
    if (wish === "off") return "off";
    if (!Tape.isPossible()) return "unable";
    if (tape === null) return this.isOpening ? "opening" : "waiting";
    if (tape.failure !== null) return "failed";
    return tape.mix.isBlocked ? "blocked" : wish;
  }

  /** With every heartbeat, and whenever something is heard. `voices` are both people's, as far as they are there. */
  stands(wish: Wish, voices: readonly MediaStreamTrack[]): void {
    const wasOff = this.wish === "off";
    this.wish = wish;
    if (wish === "off") return this.tape?.stop();
    if (wasOff) this.tape = null;
    if (this.tape === null) return void this.begin();
    this.tape.mix.hush(wish !== "on");
    if (this.tape.failure === null) this.tape.mix.follow(voices);
  }

  private async begin(): Promise<void> {
    if (this.isOpening || !Tape.isPossible() || nowMs() - this.refusedMs < AGAIN_MS) return;
    this.isOpening = true;
    try {
      const name = newName();
      await rest.beginRecording(this.session, name);
      const key = await keyOf(await secrets.make(this.session), this.session, name);
      if (this.wish !== "off") this.tape = new Tape(this.session, name, key, this.changed);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.refusedMs = nowMs();
    } finally {
      this.isOpening = false;
      this.changed();
    }
  }
}
