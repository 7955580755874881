/** The call in words: how it stands, what is done about it, and its figures. */

import type { Stage } from "../core/call";
import type { Figures, Verdict } from "../core/quality";
import type { State } from "../link/microphone";

export const voiceWords = {
  title: "Voice",
  stages: {
    none: ["Voice: not yet", "It comes by itself with the headset."],
    away: ["Voice: away", "The voice program at the person's is being started again."],
    refused: ["Voice: off", "It could not be made private, so it stays off."],
    noWay: ["Voice: off", "This clinic's server has no relay for voice."],
    connecting: ["Voice: connecting", "It comes by itself."],
    lost: ["The voice link is lost", "It is being restored by itself."],
    elsewhere: ["Voice: elsewhere", "It is with the page that leads."],
    distrusted: ["Voice: off", "The four words differ."],
    over: ["Voice: ended", ""],
  } satisfies { [stage in Exclude<Stage, "up">]: readonly [string, string] },
  company: ["Voice: held back", "Someone is in the room. Neither hears the other."],
  heardAs: (who: string) => `Heard as ${who}`,
  unable: ["Voice: off", "This browser cannot carry a call."],
  slow: "It has not come yet, and is tried again by itself.",
  verdicts: {
    good: ["Voice: good", ""],
    fair: ["Voice: fair", "Some of it may sound rough."],
    poor: ["Voice: poor", "Words may get lost. Ask again when in doubt."],
  } satisfies { [verdict in Verdict]: readonly [string, string] },
  unheard: (s: number) => `Nothing heard for ${s} s.`,
  youCan: "Call",
  blocked: "The browser plays no sound yet.",
  letMeHear: "Let me hear the person",
  person: "The person",
  you: "You",
  speaks: (who: string) => `${who}: loudness`,
  mute: "Mute",
  muteKey: "M",
  allow: "Allow microphone",
  again: "Try again",
  own: {
    muted: "You are muted",
    heard: "You are heard",
    closed: "Microphone off",
    ask: "Microphone off",
    opening: "Microphone …",
    denied: "Not allowed",
    missing: "No microphone",
    unable: "No microphone",
  } satisfies { [state in Exclude<State, "open">]: string } & { muted: string; heard: string },
  why: {
    denied: "This browser does not let the page use the microphone. Allow it beside the address, then try again.",
    missing: "There is no microphone that works. Plug one in, then try again.",
    unable: "A browser gives a microphone only to pages that come by https.",
    ask: "The person does not hear you before the microphone is on.",
  },
  otherMicrophone: "The chosen microphone is not there; another one is used.",
  otherSpeaker: "The chosen loudspeaker is not there; another one is used.",
  settings: "Sound",
  microphone: "Microphone",
  speaker: "Loudspeaker",
  default: "What this computer takes",
  unnamed: "Their names are shown once the microphone is on.",
  figures: {
    lost: "Missed here",
    ownLost: "Missed there",
    concealed: "Filled in here",
    roundTrip: "There and back",
    jitter: "Unevenness",
    way: "Way",
  },
  relayed: "through the clinic's relay",
  direct: "may be direct",
  unknown: "not known",
  percent: (share: number) => `${(100 * share).toFixed(1)} %`,
  ms: (ms: number) => `${Math.round(ms)} ms`,
} as const;

/** Name and value of each figure, for a list or a tooltip. */
export function voiceFigures(figures: Figures): [string, string][] {
  const { figures: names, percent, ms, unknown } = voiceWords;
  const told = (value: number | null, as: (value: number) => string) => (value === null ? unknown : as(value));
  return [
    [names.lost, told(figures.lost, percent)],
    [names.ownLost, told(figures.ownLost, percent)],
    [names.concealed, told(figures.concealed, percent)],
    [names.roundTrip, told(figures.roundTripMs, ms)],
    [names.jitter, told(figures.jitterMs, ms)],
  ];
}
