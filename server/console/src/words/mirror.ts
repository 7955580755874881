/** What the person sees, in words: whether it is there, and how old it is. */

import type { Look } from "../core/mirror";

export const mirrorWords = {
  title: "What the person sees",
  none: "No picture yet. It comes with the call.",
  unable: "No picture: the program at the person's cannot send one.",
  off: "The picture is off. Nothing is sent.",
  waiting: "No picture yet.",
  narrow: "The picture waits: the line is narrow. Voice goes first.",
  slow: "Fewer pictures: the line is narrow. Voice goes first.",
  frozen: (s: number) => `Frozen since ${s} s.`,
  stands: "The picture stands still.",
  shown: "Picture",
  rate: "Pictures a second",
} as const;

/** What there is to say; what is live needs no word. */
export function mirrorText(look: Look): string {
  if (look.is === "live") return "";
  if (look.is !== "frozen") return mirrorWords[look.is];
  const frozen = mirrorWords.frozen(Math.floor(look.ageMs / 1000));
  return look.isNarrow ? `${frozen} ${mirrorWords.narrow}` : frozen;
}

/** What a screen reader says when it changes; never what counts seconds. */
export function mirrorSpoken(look: Look): string {
  if (look.is !== "frozen") return mirrorText(look);
  return look.isNarrow ? mirrorWords.narrow : mirrorWords.stands;
}
