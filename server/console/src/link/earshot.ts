/** The place of what the person hears in the call's connection, and the loudspeaker for it. */

import { Earshot } from "../core/earshot";
import type { CallEarshot, CallEarshotGiven } from "../generated/wire";
import { nowMs } from "./clock";
import type { Ear } from "./ear";
import { memory } from "./memory";

export class Hearing {
  readonly earshot = new Earshot();
  private transceiver: RTCRtpTransceiver | null = null;

  constructor(
    readonly ear: Ear,
    private readonly changed: () => void,
  ) {
    ear.volume = memory.earshotVolume();
  }

  /** A place for it in a new connection. */
  prepare(call: string, peer: RTCPeerConnection): void {
    this.transceiver = peer.addTransceiver("audio", { direction: "recvonly" });
    this.earshot.begin(call);
    this.play();
  }

  /** The answer was applied. */
  answered(call: string): void {
    this.earshot.answered(call, this.transceiver?.currentDirection === "recvonly");
    this.changed();
  }

  end(): void {
    this.transceiver = null;
    this.ear.stop();
    this.earshot.begin(null);
  }

  hear(told: CallEarshotGiven): void {
    this.earshot.hear(told);
    this.changed();
  }

  tick(isUp: boolean): CallEarshot[] {
    return this.earshot.tick(isUp, nowMs());
  }

  /** To be called from a click or a key. */
  turn(isOn: boolean): void {
    this.earshot.isWanted = isOn;
    this.play();
    this.changed();
  }

  set volume(share: number) {
    this.ear.volume = share;
    memory.keepEarshotVolume(share);
    this.changed();
  }

  private play(): void {
    if (this.earshot.isWanted && this.transceiver !== null) this.ear.play(this.transceiver.receiver.track);
    else this.ear.stop();
  }
}
