/**
 * One recording under way: what the browser encodes of it is sealed and sent, a piece every five seconds.
 *
 * Nothing of it is ever sent or kept but sealed. What cannot be sent waits, and is sent again until the server has it.
 */

import { cut, Waiting } from "../core/recording";
import type { Bytes } from "./agreement";
import { nowMs } from "./clock";
import { Mix } from "./mix";
import { RefusedError, rest } from "./rest";
import { seal } from "./sealing";

export const FORM = "audio/webm;codecs=opus";
const SLICE_MS = 5000;
const BITS_PER_S = 32_000;
const AGAIN_MS = 1000;
/** So long after the end of a recording its rest is tried to be sent; the server takes it for half as long. */
const GIVEN_UP_MS = 60_000;
/** The server will not think better of it. */
const FINAL = new Set([
  "no_such_recording",
  "no_such_session",
  "recording_over",
  "recordings_full",
  "piece_differs",
  "piece_order",
  "too_large",
  "bad_request",
]);

/** `full`: too much waited. `refused`: the server does not take it. `encoder`: the browser could not go on. */
export type Failure = "full" | "refused" | "encoder";

export class Tape {
  failure: Failure | null = null;
  /** Whether the server has all of it. */
  isKept = false;
  readonly mix = new Mix();
  readonly waiting = new Waiting<Bytes>();
  readonly sinceMs = nowMs();
  private readonly media: MediaRecorder;
  private number = 0;
  private sealing: Promise<void> = Promise.resolve();
  private isSealed = false;
  private isSending = false;
  private endedMs: number | null = null;

  constructor(
    private readonly session: string,
    readonly recording: string,
    private readonly key: CryptoKey,
    private readonly changed: () => void,
  ) {
    this.media = new MediaRecorder(this.mix.stream, { mimeType: FORM, audioBitsPerSecond: BITS_PER_S });
    this.media.ondataavailable = ({ data }) => this.take(data);
    this.media.onstop = () => this.finish();
    this.media.onerror = () => this.fail("encoder");
    this.media.start(SLICE_MS);
  }

  static isPossible(): boolean {
    return "MediaRecorder" in globalThis && MediaRecorder.isTypeSupported(FORM);
  }

  /** For good. What was said so far is still sent. */
  stop(): void {
    if (this.endedMs !== null) return;
    this.endedMs = nowMs();
    this.mix.hush(true);
    if (this.media.state !== "inactive") this.media.stop();
  }

  private take(data: Blob): void {
    this.inOrder(async () => {
      for (const content of cut(new Uint8Array(await data.arrayBuffer()))) await this.add(content, false);
    });
  }

  private finish(): void {
    this.mix.close();
    this.inOrder(async () => {
      await this.add(new Uint8Array(), true);
      this.isSealed = true;
    });
  }

  private inOrder(task: () => Promise<void>): void {
    this.sealing = this.sealing
      .then(task)
      .then(() => this.send())
      .catch(reportError);
  }

  private async add(content: Bytes, isLast: boolean): Promise<void> {
    if (this.failure !== null) return;
    const { session, recording, number } = this;
    this.number += 1;
    const sealed = await seal(this.key, { session, recording, number, isLast }, content);
    if (!this.waiting.add({ number, sealed })) this.fail("full");
  }

  private fail(failure: Failure): void {
    this.failure = failure;
    this.stop();
    this.changed();
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    while (this.waiting.first !== undefined && this.failure !== "refused") await this.attempt();
    if (this.isSealed && this.waiting.first === undefined) await this.close();
    this.isSending = false;
    this.changed();
  }

  private async attempt(): Promise<void> {
    const { number, sealed } = this.waiting.first!;
    try {
      await rest.putPiece(this.session, this.recording, number, sealed);
      this.waiting.kept();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const isGivenUp = this.endedMs !== null && nowMs() - this.endedMs > GIVEN_UP_MS;
      if (FINAL.has(error.code) || isGivenUp) return this.fail("refused");
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    this.changed();
  }

  /** That it has ended is in its last piece too. */
  private async close(): Promise<void> {
    this.isKept = this.failure === null;
    try {
      await rest.endRecording(this.session, this.recording);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
}
