/** The therapist's camera in words: what is so, and what to do about it. */

import type { Camera, State } from "../link/camera";

export const cameraWords = {
  title: "Camera",
  you: "You, as this camera sees you",
  shown: "The person sees you in the waiting room and in the calm room, never in a scene.",
  opening: "The camera is being switched on.",
  why: {
    denied: "The camera may not be used. Allow it beside the address, then press Camera again.",
    missing: "There is no camera that works. Plug one in, then press Camera again.",
    busy: "The camera does not start. Close other programs that use it, then press Camera again.",
    unable: "A browser gives a camera only to pages that come by https.",
  },
  unseen: "The person's program cannot show your camera. Ask them to update it.",
  slow: "Fewer pictures of you are sent: the line is narrow, and voice goes first.",
  paused: "No pictures of you are sent just now: the line is narrow, and voice goes first.",
} as const satisfies { why: { [state in Exclude<State, "off" | "opening" | "on">]: string } } & Record<string, unknown>;

/** What there is to say; a camera that is off or seen needs no word. `isTaken` is whether the person's program shows it. */
export function cameraText({ state, yields }: Pick<Camera, "state" | "yields">, isTaken: boolean): string {
  const { why } = cameraWords;
  if (state in why) return why[state as keyof typeof why];
  if (state !== "on") return "";
  if (!isTaken) return cameraWords.unseen;
  return yields === "not" ? "" : cameraWords[yields];
}
