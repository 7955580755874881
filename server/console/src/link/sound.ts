/** Short tones for what the person did. A browser gives sound only after the first click or key on the page. */

type Tone = readonly [hz: number, atS: number, lengthS: number];

const TONES = {
  WaitPressed: [[520, 0, 0.22]],
  LessPressed: [
    [520, 0, 0.16],
    [390, 0.2, 0.22],
  ],
  StopPressed: [
    [880, 0, 0.14],
    [880, 0.2, 0.14],
    [660, 0.4, 0.4],
  ],
  line: [[440, 0, 0.16]],
  SomeoneCameIn: [
    [440, 0, 0.16],
    [440, 0.24, 0.16],
    [440, 0.48, 0.16],
  ],
  PrivateAgain: [[440, 0, 0.22]],
  alarm: [
    [740, 0, 0.2],
    [988, 0.24, 0.2],
    [740, 0.48, 0.2],
    [988, 0.72, 0.36],
  ],
  lost: [
    [330, 0, 0.3],
    [330, 0.45, 0.3],
  ],
} as const satisfies { [name: string]: readonly Tone[] };

export type Sound = keyof typeof TONES;

const LOUDNESS = 0.25;
let context: AudioContext | null = null;

/** To be called from a click or a key. */
export function unlock(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

export function isAudible(): boolean {
  return context?.state === "running";
}

export function play(sound: Sound): void {
  if (context === null) return;
  for (const [hz, atS, lengthS] of TONES[sound]) {
    const begin = context.currentTime + atS;
    const tone = new OscillatorNode(context, { frequency: hz });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
    loudness.gain.setValueAtTime(LOUDNESS, begin + lengthS - 0.03);
    loudness.gain.linearRampToValueAtTime(0, begin + lengthS);
    tone.connect(loudness).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + lengthS);
  }
}
