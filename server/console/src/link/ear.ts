/** A loudspeaker: for the person's voice, or for what they hear. */

import { memory } from "./memory";

export class Ear {
  /** The browser plays nothing before somebody has clicked or typed on the page. */
  isBlocked = false;
  /** The chosen loudspeaker is not there; the computer's own one is used. */
  hasFallenBack = false;
  readonly mayChoose = "setSinkId" in HTMLAudioElement.prototype;
  private readonly audio = new Audio();
  private wanted = memory.device("speaker");

  constructor(private readonly changed: () => void) {
    this.audio.autoplay = true;
    addEventListener("pointerdown", this.tryAgain, { capture: true });
    addEventListener("keydown", this.tryAgain, { capture: true });
  }

  get volume(): number {
    return this.audio.volume;
  }

  /** 0 to 1. */
  set volume(share: number) {
    this.audio.volume = share;
  }

  get chosen(): string {
    return this.wanted;
  }

  play(track: MediaStreamTrack): void {
    this.audio.srcObject = new MediaStream([track]);
    void this.lead();
    void this.start();
  }

  stop(): void {
    this.audio.srcObject = null;
    this.isBlocked = false;
  }

  close(): void {
    this.stop();
    removeEventListener("pointerdown", this.tryAgain, { capture: true });
    removeEventListener("keydown", this.tryAgain, { capture: true });
  }

  /** To be called from a click or a key. */
  async start(): Promise<void> {
    try {
      await this.audio.play();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    this.isBlocked = this.audio.srcObject !== null && this.audio.paused;
    this.changed();
  }

  choose(id: string): void {
    this.wanted = id;
    void this.lead();
  }

  /** The computer has other loudspeakers than before. */
  heed(ids: readonly string[]): void {
    if (this.wanted !== "" && ids.includes(this.wanted) === this.hasFallenBack) void this.lead();
  }

  private async lead(): Promise<void> {
    if (!this.mayChoose) return;
    try {
      await this.audio.setSinkId(this.wanted);
      this.hasFallenBack = false;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.hasFallenBack = true;
      await this.audio.setSinkId("");
    }
    this.changed();
  }

  private tryAgain = () => {
    if (this.isBlocked) void this.start();
  };
}
