import type { Press } from "../core/arming";

/** A click as it counts for raising: 0 clicks is Enter or Space on a button in focus. */
export function pressOf(event: MouseEvent): Press {
  return { by: "pointer", count: event.detail };
}

/** For what may be armed by keyboard too: Enter on the button is one press; the browser repeats a held Enter as clicks. */
export function armingPressOf(event: MouseEvent): Press {
  return { by: "pointer", count: Math.max(1, event.detail) };
}
