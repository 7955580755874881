/**
 * A worker that asks for a heartbeat four times a second.
 *
 * Timers of a page in the background are slowed, those of a worker are not. It asks again only after the page has
 * answered, so a page that hangs sends no heartbeats and leaves none to catch up with.
 */

const PERIOD_MS = 250;
let isAnswered = true;

self.onmessage = () => {
  isAnswered = true;
};

setInterval(() => {
  if (!isAnswered) return;
  isAnswered = false;
  self.postMessage(null);
}, PERIOD_MS);
