/** Milliseconds since 1970 on a clock that never steps while the page lives, and goes on after a reload. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

let serverAheadMs = 0;

/** The server's clock read `unixMs` between these two times of ours. */
export function learnServerClock(unixMs: number, askedMs: number, answeredMs: number): void {
  serverAheadMs = unixMs - (askedMs + answeredMs) / 2;
}

/** The server's clock, for its own times: this computer's may be an hour off. */
export function serverNowMs(): number {
  return nowMs() + serverAheadMs;
}
