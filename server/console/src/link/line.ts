/**
 * The WebSocket to the session's room, made anew after every loss.
 *
 * Its owner calls `tick` with each heartbeat: timers of a page in the background come up to a minute late, and for so
 * long nobody would lead.
 */

import { backoff } from "../core/backoff";

const STABLE_MS = 2000;
/** So long an attempt has to come through. The system repeats a lost SYN after 1, 3 and 7 s (RFC 6298). */
const OPEN_MS = 4000;

/** What a line tells. `closed` comes once for every `opened`, and for every attempt that failed. */
export interface Ends {
  opened(send: (text: string) => void): void;
  text(text: string): void;
  batch(batch: ArrayBuffer): void;
  closed(): void;
}

export class Line {
  private socket: WebSocket | null = null;
  private delays = backoff();
  private dueMs: number | null = null;
  private begunMs = 0;
  private isOver = false;

  constructor(
    private readonly url: string,
    private readonly ends: Ends,
  ) {
    this.open();
  }

  get isClosed(): boolean {
    return this.isOver;
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    if (this.isOpen) this.socket!.send(text);
  }

  /** Hang up and call again at once: a browser waits long for the goodbye of an end that is not there. */
  reopen(): void {
    if (this.isOver) return;
    this.hangUp();
    this.open();
  }

  /** Call again, when it is time to. */
  tick(): void {
    const now = performance.now();
    const isStuck = this.socket?.readyState === WebSocket.CONNECTING && now - this.begunMs > OPEN_MS;
    if (isStuck) this.reopen();
    else if (this.dueMs !== null && now >= this.dueMs) this.open();
  }

  /** For good. */
  close(): void {
    this.isOver = true;
    this.dueMs = null;
    this.socket?.close();
  }

  private hangUp(): void {
    const { socket } = this;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.ends.closed();
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.dueMs = null;
    this.begunMs = performance.now();
    socket.binaryType = "arraybuffer";
    let openedMs = 0;
    socket.onopen = () => {
      openedMs = performance.now();
      this.ends.opened((text) => socket.send(text));
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      typeof data === "string" ? this.ends.text(data) : this.ends.batch(data);
    socket.onclose = () => {
      if (openedMs > 0 && performance.now() - openedMs > STABLE_MS) this.delays = backoff();
      this.ends.closed();
      if (!this.isOver) this.dueMs = performance.now() + this.delays.next().value;
    };
  }
}
