/**
 * The page's end of the agreement: keys that it shares with the headset and that the server cannot know.
 *
 * `vret/link/agreement.py` says why it is done so; both make the same of the same keys (`test/agreement.test.ts`).
 */

import { PHRASE_WORDS, WORDS } from "../generated/core";

export type Bytes = Uint8Array<ArrayBuffer>;

/** What one end reveals: an uncompressed point on P-256, and the SHA-256 of its certificate. */
export interface Half {
  readonly key: Bytes;
  readonly certificate: Bytes;
}

/**
 * `phrase` is for the two people to compare; the keys are for HMAC-SHA-256 and never leave the browser's keeping. `name`
 * tells these keys from others and gives nothing of them away.
 */
export interface Agreed {
  readonly name: string;
  readonly phrase: readonly string[];
  readonly proofOfPage: Bytes;
  readonly proofOfHeadset: Bytes;
  readonly commandsKey: CryptoKey;
  readonly reportsKey: CryptoKey;
  /** For later sessions, once the words were compared. */
  readonly acquaintanceKey: CryptoKey;
}

/** Somebody else than the person expected may be in between. */
export class AgreementError extends Error {}

/** What is said with `commandsKey`. */
export const WORDS_MATCH = "words match";
export const KEYS_KEPT = "keys kept";
export const ORDERED = "ordered";
/** Said with either key. */
export const SAID_IN_CALL = "call";

const KEY_BYTES = 65;
export const CERTIFICATE_BYTES = 32;
const NAME_BYTES = 16;
const BITS = Math.log2(WORDS.length);
const LABEL = "vret agreement 1";
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const MAC = { name: "HMAC", hash: "SHA-256", length: 256 } as const;

/** One attempt: `commitment` is sent first, `reveal` answers the headset's half, and only the first one. */
export class PageSide {
  private isRevealed = false;

  private constructor(
    private readonly sessionId: string,
    private readonly pair: CryptoKey,
    private readonly half: Half,
    readonly commitment: Bytes,
  ) {}

  static async begin(sessionId: string, certificate: Bytes): Promise<PageSide> {
    const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const half = { key: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)), certificate };
    return new PageSide(sessionId, pair.privateKey, half, await commitment(sessionId, half));
  }

  async reveal(headset: Half): Promise<{ half: Half; agreed: Agreed }> {
    if (this.isRevealed) throw new AgreementError("The headset answered twice: somebody may be in between.");
    this.isRevealed = true;
    return { half: this.half, agreed: await agree(this.pair, headset, this.sessionId, this.half, headset) };
  }
}

export const commitment = (sessionId: string, page: Half): Promise<Bytes> => digest("commitment", sessionId, page);

/** `pair` and `other` are the two that meet; `page` and `headset` are what both ends have seen. */
export async function agree(
  pair: CryptoKey,
  other: Half,
  sessionId: string,
  page: Half,
  headset: Half,
): Promise<Agreed> {
  if (other.key.length !== KEY_BYTES || other.certificate.length !== CERTIFICATE_BYTES)
    throw new AgreementError("The other end sent no key of this kind.");
  const point = await crypto.subtle.importKey("raw", other.key, CURVE, false, []).catch(() => {
    throw new AgreementError("The other end sent no key of this kind.");
  });
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, pair, 256);
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const seen = await digest("seen", sessionId, page, headset);
  const key = (use: string): Promise<CryptoKey> => {
    const how = { name: "HKDF", hash: "SHA-256", salt: seen, info: utf8(`${LABEL} ${use}`) };
    return crypto.subtle.deriveKey(how, material, MAC, false, ["sign", "verify"]);
  };
  const proof = async (use: string): Promise<Bytes> =>
    new Uint8Array(await crypto.subtle.sign("HMAC", await key(use), seen));
  return {
    name: Array.from(seen.subarray(0, NAME_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    phrase: phraseOf(await digest("phrase", sessionId, page, headset)),
    proofOfPage: await proof("proof of page"),
    proofOfHeadset: await proof("proof of headset"),
    commandsKey: await key("page to headset"),
    reportsKey: await key("headset to page"),
    acquaintanceKey: await key("acquaintance"),
  };
}

/** HMAC-SHA-256 of what is said with a key of an agreement; `use` keeps one saying from being taken for another. */
export async function macOf(key: CryptoKey, use: string, message: Bytes = new Uint8Array()): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new Uint8Array([...utf8(use), 0, ...message])));
}

/** Throws AgreementError unless the other end proved that it holds the same keys. */
export function verify(expected: Bytes, proof: Bytes): void {
  const differing = expected.reduce(
    (bits, byte, at) => bits | (byte ^ (proof[at] ?? 0)),
    expected.length ^ proof.length,
  );
  if (differing !== 0) throw new AgreementError("The other end holds other keys: somebody may be in between.");
}

/** The words that the first bits of a digest name, the highest bits first. */
export function phraseOf(digested: Bytes): string[] {
  const number = new DataView(digested.buffer).getUint32(0) >>> (32 - BITS * PHRASE_WORDS);
  return Array.from(
    { length: PHRASE_WORDS },
    (_, place) => WORDS[(number >>> (BITS * (PHRASE_WORDS - 1 - place))) % WORDS.length]!,
  );
}

/** SHA-256 over parts of which each is preceded by its length in four bytes. */
async function digest(use: string, sessionId: string, ...halves: Half[]): Promise<Bytes> {
  const parts = [utf8(LABEL), utf8(use), utf8(sessionId), ...halves.flatMap((half) => [half.key, half.certificate])];
  const whole = new Uint8Array(parts.reduce((length, part) => length + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    new DataView(whole.buffer).setUint32(at, part.length);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
