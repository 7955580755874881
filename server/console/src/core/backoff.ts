/** How long to wait before the next attempt: soon at first, then less often, never all consoles at once. */

const FIRST_MS = 250;
const LAST_MS = 1500;

/** Milliseconds to wait, doubling from `FIRST_MS` to `LAST_MS`, each shortened by up to half. */
export function* backoff(chance: () => number = Math.random): Generator<number, never> {
  let delayMs = FIRST_MS;
  for (;;) {
    yield delayMs * (1 - 0.5 * chance());
    delayMs = Math.min(2 * delayMs, LAST_MS);
  }
}
