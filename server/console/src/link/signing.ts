/**
 * The key with which this browser signs what is to hold when its page is not there: ECDSA on P-256 over SHA-256.
 *
 * There is one a browser. Its private half cannot be read out and stays in IndexedDB, so that what was signed on one day
 * can be told to be from the same page on another. Nothing is signed with a key that would be gone with this page.
 */

import type { GiveHomework, Homework } from "../generated/wire";
import { utf8, type Bytes } from "./agreement";
import { base64 } from "./base64";
import { Store } from "./database";

const PAIR = "pair";
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const HOW = { name: "ECDSA", hash: "SHA-256" } as const;

/** `insecure`: the browser gives its cryptography to pages that come by https alone. `not_kept`: it keeps nothing. */
export type SigningFault = "insecure" | "not_kept";

export class SigningError extends Error {
  constructor(readonly fault: SigningFault) {
    super(fault);
  }
}

/** An uncompressed point on P-256, 65 bytes, and r and s, 64 bytes. */
export interface Signature {
  readonly key: Bytes;
  readonly signature: Bytes;
}

/** Where the pair is kept. */
export interface KeptPair {
  read(name: string): Promise<CryptoKeyPair | null>;
  write(name: string, pair: CryptoKeyPair): Promise<void>;
}

const inBrowser = new Store<CryptoKeyPair>("signing");

/** Signs the UTF-8 of a text, with a key that is made the first time. Throws SigningError. */
export async function signText(text: string, kept: KeptPair = inBrowser): Promise<Signature> {
  if (globalThis.crypto?.subtle === undefined) throw new SigningError("insecure");
  const { privateKey, publicKey } = (await kept.read(PAIR)) ?? (await newPair(kept));
  return {
    key: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)),
    signature: new Uint8Array(await crypto.subtle.sign(HOW, privateKey, utf8(text))),
  };
}

/** What gives this homework. Its text is made here and never again: it is what was signed. Throws SigningError. */
export async function giving(homework: Homework, kept: KeptPair = inBrowser): Promise<GiveHomework> {
  const text = JSON.stringify(homework);
  const { key, signature } = await signText(text, kept);
  return { type: "GiveHomework", homework: text, key: base64(key), signature: base64(signature) };
}

/** As it is kept, which may be another tab's that was made at the same moment. */
async function newPair(kept: KeptPair): Promise<CryptoKeyPair> {
  await kept.write(PAIR, await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]));
  const pair = await kept.read(PAIR);
  if (pair === null) throw new SigningError("not_kept");
  return pair;
}
