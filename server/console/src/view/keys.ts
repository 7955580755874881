/**
 * The keys that work everywhere on the page of a session, also while a note is typed. None of them is a letter but the
 * one that mutes, which stays a letter wherever letters are typed.
 *
 * Escape, F8 and F9 lower and are obeyed at once. F2, at the other end of the row, confirms what is armed.
 */

import { useEffect } from "preact/hooks";
import type { Command } from "../generated/wire";
import type { Live } from "../link/live";

export const LOWERING = {
  stop: { key: "Escape", command: { type: "Stop" } },
  pause: { key: "F8", command: { type: "Pause" } },
  down: { key: "F9", command: { type: "StepDown" } },
} as const satisfies { [control: string]: { key: string; command: Command } };

const CONFIRM_KEY = "F2";
export const MUTE_KEY = "m";
const TAKES_LETTERS = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";

export function useKeys(live: Live): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      if (event.key === CONFIRM_KEY) {
        event.preventDefault();
        live.confirm({ by: "key", repeat: event.repeat });
        return;
      }
      if (event.key.toLowerCase() === MUTE_KEY && !event.repeat && !takesLetters(event.target)) {
        if (live.voice.microphone.state === "open") live.voice.mute(!live.voice.isMuted);
        return;
      }
      for (const [control, { key, command }] of Object.entries(LOWERING)) {
        if (event.key !== key) continue;
        event.preventDefault();
        if (!event.repeat) live.order(control, command);
      }
    };
    addEventListener("keydown", press, { capture: true });
    return () => removeEventListener("keydown", press, { capture: true });
  }, [live]);
}

function takesLetters(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TAKES_LETTERS) !== null;
}
