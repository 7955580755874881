/** The mirror's place in the call's connection, its track, and what is remembered of how it was wanted. */

import { Mirror, type Rate } from "../core/mirror";
import type { CallMirror, CallMirrored } from "../generated/wire";
import { nowMs } from "./clock";
import { memory } from "./memory";

export class Mirroring {
  readonly mirror = new Mirror(memory.seesMirror(), memory.mirrorRate());
  /** Of the call that is there; another object with another call. */
  stream: MediaStream | null = null;
  private isWatched = false;
  private transceiver: RTCRtpTransceiver | null = null;

  constructor(private readonly changed: () => void) {
    document.addEventListener("visibilitychange", this.heed);
  }

  /** The place for pictures in a new connection. */
  prepare(call: string, transceiver: RTCRtpTransceiver): void {
    this.transceiver = transceiver;
    this.stream = new MediaStream([transceiver.receiver.track]);
    this.mirror.begin(call);
  }

  /** The answer was applied. */
  answered(call: string): void {
    this.mirror.answered(call, this.transceiver?.currentDirection?.includes("recv") ?? false);
    this.changed();
  }

  end(): void {
    this.transceiver = this.stream = null;
    this.mirror.begin(null);
  }

  close(): void {
    this.end();
    document.removeEventListener("visibilitychange", this.heed);
  }

  hear(told: CallMirrored): void {
    this.mirror.hear(told);
    this.changed();
  }

  tick(isUp: boolean): CallMirror[] {
    return this.mirror.tick(isUp, nowMs());
  }

  /** Whether the page has it in view at all. */
  watch(isWatched: boolean): void {
    this.isWatched = isWatched;
    this.heed();
  }

  turn(isOn: boolean): void {
    this.mirror.turn(isOn);
    memory.keepSeesMirror(isOn);
    this.changed();
  }

  choose(rate: Rate): void {
    this.mirror.rate = rate;
    memory.keepMirrorRate(rate);
    this.changed();
  }

  private heed = () => {
    this.mirror.show(this.isWatched && document.visibilityState === "visible");
    this.changed();
  };
}
