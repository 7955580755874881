/** Recordings of the conversation, in words. */

import type { Stage } from "../link/recorder";
import type { WordsFault } from "../link/sealing";
import { KEY_WORDS } from "../link/sealing";
import type { Failure } from "../link/tape";

export const recordingWords = {
  title: "Record the conversation",
  hint: "Both voices, no picture, for supervision. It begins when the person says yes. Either of you ends it with one press.",
  ask: "I agree, ask the person",
  where: "The person is asked in the calm room, and when they are alone.",
  asked: (s: number) => `The person is asked, and has ${s} s. No answer is no.`,
  takeBack: "Take it back",
  sign: "Recording",
  stop: "Stop recording",
  isOn: "What you both say is recorded.",
  noVoice: "It can be asked once you hear each other.",
  stages: {
    off: "",
    unable: "This browser cannot record.",
    opening: "It begins.",
    waiting: "Not recorded yet: the server does not take it. It is tried again by itself.",
    blocked: "Not recorded yet: click once on this page.",
    on: "",
    hushed: "Silence is recorded: someone is in the room, or the headset is not heard.",
    failed: "",
  } satisfies { [stage in Stage]: string },
  failures: {
    full: "The recording was ended: too much of it could not be sent.",
    refused: "The recording was ended: the server takes no more of it.",
    encoder: "The recording was ended: the browser could not go on with it.",
  } satisfies { [failure in Failure]: string },
  unsent: (kb: number) => `${kb} KB wait in this page to be sent. Keep it open.`,
  words: {
    title: "Write down these words",
    why:
      "They open this session's recordings in any browser. They are shown this once; the server never learns them. " +
      "This browser opens the recordings without them.",
    label: "The words that open the recordings",
    done: "Written down",
  },
  listen: {
    title: "Recordings",
    made: (time: string, length: string) => `Recording of ${time}, ${length}`,
    minutes: (min: number) => (min === 1 ? "1 minute" : `${min} minutes`),
    short: "less than a minute",
    action: "Listen",
    delete: "Delete",
    sure: "Delete the recording for good?",
    deleteYes: "Delete the recording",
    deleteNo: "Keep it",
    opening: (share: number) => `Opening: ${Math.floor(100 * share)} %`,
    cut: "The end is missing: the page was closed while it recorded, or the end was taken away.",
    changed: "This recording was changed on its way or at the server, and is not played.",
    ask: `The ${KEY_WORDS} words that were shown when it was recorded`,
    why: "This browser does not have what opens it.",
    open: "Open",
    wrong: "These words do not open this recording, or its beginning was changed.",
    play: "The recording",
  },
  faults: {
    count: (count: number) => `These are ${count} words; there must be ${KEY_WORDS}.`,
    unknown: (word: string) => `“${word}” is not one of the words.`,
    slip: "One of these words is wrong, or two are in the wrong order.",
  },
} as const;

export function faultText(fault: WordsFault): string {
  const { faults } = recordingWords;
  switch (fault.is) {
    case "count":
      return faults.count(fault.count);
    case "unknown":
      return faults.unknown(fault.word);
    case "slip":
      return faults.slip;
  }
}
