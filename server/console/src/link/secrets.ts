/** The secrets of this browser's recordings, by session: kept so that nobody reads them out, and told once as words. */

import type { Bytes } from "./agreement";
import { Store } from "./database";
import { hold, newSecret, wordsOf } from "./sealing";

const held = new Store<CryptoKey>("recordings");
/** Those of this page, for a browser that keeps nothing. */
const made = new Map<string, CryptoKey>();
/** Words that nobody has written down yet; gone with the page. */
const untold = new Map<string, readonly string[]>();

export const secrets = {
  /** What opens a recording, as far as this browser has it: what was typed in for it, or the session's own. */
  of: async (session: string, recording: string): Promise<CryptoKey | null> =>
    (await held.read(`${session}/${recording}`)) ?? (await held.read(session)) ?? made.get(session) ?? null,

  /** That of the session, made now if there is none. */
  async make(session: string): Promise<CryptoKey> {
    const known = (await held.read(session)) ?? made.get(session);
    if (known !== undefined) return known;
    const secret = newSecret();
    untold.set(session, await wordsOf(secret));
    const key = await hold(secret);
    made.set(session, key);
    await held.write(session, key);
    return key;
  },

  /** One that was typed in, and opened the recording: the session's own where this browser has none. */
  async keep(session: string, recording: string, secret: Bytes): Promise<void> {
    const isOnly = (await held.read(session)) === null;
    await held.write(isOnly ? session : `${session}/${recording}`, await hold(secret));
  },

  /** The recording is gone, and with `isLast` the last one of its session. */
  async forget(session: string, recording: string, isLast: boolean): Promise<void> {
    await held.forget(`${session}/${recording}`);
    if (!isLast) return;
    untold.delete(session);
    made.delete(session);
    await held.forget(session);
  },

  /** The words that are still to be written down; null when they were, or are not known here. */
  untold: (session: string): readonly string[] | null => untold.get(session) ?? null,

  told: (session: string): void => void untold.delete(session),
};
