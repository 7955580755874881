/** Opens a recording in this page: its pieces come as ciphertext, and what is played never leaves the page. */

import { ChangedError, openAll } from "../core/listening";
import type { RecordingBody } from "../generated/rest";
import type { Bytes } from "./agreement";
import { rest } from "./rest";
import { hold, keyOf, open, SealError, secretOf } from "./sealing";
import { secrets } from "./secrets";
import { FORM } from "./tape";

/** `asks` for the words. `address` is of this page's memory alone, and to be revoked. */
export type Listening =
  | { is: "closed" | "asks" | "wrong" | "changed" }
  | { is: "opening"; share: number }
  | { is: "open"; address: string; isWhole: boolean };

/**
 * With the words as they were typed, or without any, where this browser has the key. Words that open it are kept.
 *
 * Throws WordsError for words that are none, and RefusedError.
 */
export async function openRecording(
  session: string,
  { recording_id, pieces }: RecordingBody,
  text: string | null,
  tell: (listening: Listening) => void,
): Promise<Listening> {
  const secret = text === null ? null : await secretOf(text);
  const held = secret === null ? await secrets.of(session, recording_id) : await hold(secret);
  if (held === null) return { is: "asks" };
  const key = await keyOf(held, session, recording_id);
  const sealed: Bytes[] = [];
  for (let number = 0; number < pieces; number += 1) {
    tell({ is: "opening", share: number / pieces });
    sealed.push(await rest.piece(session, recording_id, number));
  }
  try {
    const { content, isWhole } = await openAll(pieces, (number, isLast) =>
      orNull(open(key, { session, recording: recording_id, number, isLast }, sealed[number]!)),
    );
    if (secret !== null) await secrets.keep(session, recording_id, secret);
    return { is: "open", address: URL.createObjectURL(new Blob(content, { type: FORM })), isWhole };
  } catch (error) {
    if (!(error instanceof ChangedError)) throw error;
    if (error.number > 0) return { is: "changed" };
    return { is: secret === null ? "asks" : "wrong" };
  }
}

async function orNull(opening: Promise<Bytes>): Promise<Bytes | null> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
