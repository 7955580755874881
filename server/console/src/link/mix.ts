/** Both voices of a call as one sound, of which a recording is made. */

export class Mix {
  private readonly context = new AudioContext();
  private readonly destination = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
  private readonly loudness = new GainNode(this.context);
  private readonly sources = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();

  constructor() {
    this.loudness.connect(this.destination);
    addEventListener("pointerdown", this.resume, { capture: true });
    addEventListener("keydown", this.resume, { capture: true });
  }

  get stream(): MediaStream {
    return this.destination.stream;
  }

  /** The browser mixes nothing before somebody has clicked or typed on the page. */
  get isBlocked(): boolean {
    return this.context.state !== "running";
  }

  /** These are the voices now; a call that was made anew has other tracks. */
  follow(tracks: readonly MediaStreamTrack[]): void {
    for (const [track, source] of this.sources) {
      if (tracks.includes(track)) continue;
      source.disconnect();
      this.sources.delete(track);
    }
    for (const track of tracks) {
      if (this.sources.has(track)) continue;
      const source = new MediaStreamAudioSourceNode(this.context, { mediaStream: new MediaStream([track]) });
      source.connect(this.loudness);
      this.sources.set(track, source);
    }
  }

  /** At once. */
  hush(isHushed: boolean): void {
    this.loudness.gain.value = isHushed ? 0 : 1;
  }

  close(): void {
    this.follow([]);
    removeEventListener("pointerdown", this.resume, { capture: true });
    removeEventListener("keydown", this.resume, { capture: true });
    void this.context.close();
  }

  private resume = () => {
    if (this.context.state === "suspended") void this.context.resume();
  };
}
