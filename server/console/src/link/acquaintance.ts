/**
 * Headsets that this browser knows from earlier sessions, whose words the therapist found the same then.
 *
 * `vret/link/acquaintance.py` says why; this is the page's half of it. The keys cannot be read out of the browser.
 */

import type { Met } from "../generated/wire";
import { base64, unbase64 } from "./base64";
import { macOf, verify, type Agreed } from "./agreement";
import { Store } from "./database";

/** What is said with an acquaintance's key, about the proof that this end gave of the new keys. */
export const MET_BY_HEADSET = "met by headset";
export const MET_BY_PAGE = "met by page";

/** Who was not met for so long is forgotten. */
const MET_MS = 180 * 24 * 60 * 60 * 1000;

export interface Acquaintance {
  readonly key: CryptoKey;
  readonly metUnixMs: number;
}

/** Where they are kept, by the name of the keys that were compared. */
export interface Acquaintances {
  read(name: string): Promise<Acquaintance | null>;
  write(name: string, acquaintance: Acquaintance): Promise<void>;
  forget(name: string): Promise<void>;
}

export async function acquaintances(): Promise<Acquaintances> {
  const store = new Store<Acquaintance>("acquaintances");
  await store.forgetWhere(({ metUnixMs }) => Date.now() - metUnixMs > MET_MS);
  return store;
}

/** The answer to the first that is known here as well; null to a stranger. Throws AgreementError for a known name without its key. */
export async function recognise(kept: Acquaintances, met: readonly Met[], agreed: Agreed): Promise<Met | null> {
  for (const { name, mac } of met) {
    const known = await kept.read(name);
    if (known === null) continue;
    verify(await macOf(known.key, MET_BY_HEADSET, agreed.proofOfHeadset), unbase64(mac));
    await remember(kept, name, known.key);
    return { name, mac: base64(await macOf(known.key, MET_BY_PAGE, agreed.proofOfPage)) };
  }
  return null;
}

/** Met just now. */
export const remember = (kept: Acquaintances, name: string, key: CryptoKey): Promise<void> =>
  kept.write(name, { key, metUnixMs: Date.now() });
