/** Milliseconds since 1970 on a clock that never steps while the page lives, and goes on after a reload. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
