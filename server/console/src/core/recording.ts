/**
 * What a page does about a recording of the conversation, and the pieces of one that are on their way to the server.
 *
 * Both people's consents are what the headset tells. A page that has heard nothing of it for `SILENT_MS`, or to which
 * somebody has come in, records silence: the person may have said no in the meantime.
 */

import type { Report } from "../generated/wire";

/** `hushed`: it goes on, and silence is recorded. */
export type Wish = "off" | "hushed" | "on";

export const SILENT_MS = 3000;
/** Sealed bytes that wait in this page; some hour of a conversation. */
export const WAITING_MAX = 16 * 1024 * 1024;
/** A piece that the server takes, with room for its tag. */
export const PIECE_MAX = 60 * 1024;

/** `endedNumber` is the recording that was ended on this page, whatever the headset still tells of it. */
export function wish(report: Report | null, reportAgeMs: number | null, leads: boolean, endedNumber: number): Wish {
  const recording = report?.recording;
  if (!leads || !recording?.is_on || recording.number <= endedNumber) return "off";
  const isHeard = reportAgeMs !== null && reportAgeMs <= SILENT_MS;
  return isHeard && report?.is_private !== false ? "on" : "hushed";
}

/** In as many pieces as it needs; nothing for nothing. */
export function cut<B extends Uint8Array>(content: B, most = PIECE_MAX): B[] {
  const count = Math.ceil(content.length / most);
  return Array.from({ length: count }, (_, place) => content.slice(place * most, (place + 1) * most) as B);
}

export interface Piece<B> {
  readonly number: number;
  readonly sealed: B;
}

/** Sealed pieces in their order, until the server has each. */
export class Waiting<B extends { readonly length: number }> {
  bytes = 0;
  private readonly pieces: Piece<B>[] = [];

  constructor(private readonly most = WAITING_MAX) {}

  get first(): Piece<B> | undefined {
    return this.pieces[0];
  }

  get count(): number {
    return this.pieces.length;
  }

  /** False when too much waits already; then it is not taken, and nothing that came after it could be opened. */
  add(piece: Piece<B>): boolean {
    if (this.bytes + piece.sealed.length > this.most) return false;
    this.pieces.push(piece);
    this.bytes += piece.sealed.length;
    return true;
  }

  /** The server has the first. */
  kept(): void {
    this.bytes -= this.pieces.shift()?.sealed.length ?? 0;
  }
}
