/**
 * How a recording is encrypted in this page, piece by piece, and opened again.
 *
 * A session's recordings go back to one secret of 128 random bits. It is told to the therapist once, as words of the
 * list that the key agreement uses, and is kept in this browser as a key that cannot be read out. Each recording has a
 * key of its own for AES-256-GCM (HKDF-SHA-256, RFC 5869: the recording's random name is the salt), and each piece its
 * number as nonce, so that no nonce is used twice with a key. What a piece belongs to, its number, and whether it is the
 * last one are authenticated with it: what is changed, moved, left out or cut off is found.
 */

import { WORDS } from "../generated/core";
import { utf8, type Bytes } from "./agreement";

const LABEL = "vret recording 1";
const SECRET_BYTES = 16;
const WORD_BITS = Math.log2(WORDS.length);
/** Enough for the secret; what is left over checks the words. */
export const KEY_WORDS = 20;
const CHECK_BITS = BigInt(KEY_WORDS * WORD_BITS - 8 * SECRET_BYTES);
const NAME_BYTES = 16;
const NONCE_BYTES = 12;

/** Which words are wrong: not so many as there must be, one that is not in the list, or a slip that the check finds. */
export type WordsFault = { is: "count"; count: number } | { is: "unknown"; word: string } | { is: "slip" };

export class WordsError extends Error {
  constructor(readonly fault: WordsFault) {
    super(fault.is);
  }
}

/** It is not what was recorded, or the key is another one. */
export class SealError extends Error {}

/** Where a piece belongs. `number` counts from 0. */
export interface Place {
  readonly session: string;
  readonly recording: string;
  readonly number: number;
  readonly isLast: boolean;
}

export const newSecret = (): Bytes => crypto.getRandomValues(new Uint8Array(SECRET_BYTES));

/** A name that no other recording has, in hexadecimal. */
export const newName = (): string => hex(crypto.getRandomValues(new Uint8Array(NAME_BYTES)));

export async function wordsOf(secret: Bytes): Promise<string[]> {
  const number = (numberOf(secret) << CHECK_BITS) | (await check(secret));
  return Array.from({ length: KEY_WORDS }, (_, place) => {
    const shift = BigInt(WORD_BITS * (KEY_WORDS - 1 - place));
    return WORDS[Number((number >> shift) % BigInt(WORDS.length))]!;
  });
}

/** In small or capital letters, with whatever between them. Throws WordsError. */
export async function secretOf(text: string): Promise<Bytes> {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const places = words.map((word) => (WORDS as readonly string[]).indexOf(word));
  const unknown = words[places.indexOf(-1)];
  if (unknown !== undefined) throw new WordsError({ is: "unknown", word: unknown });
  if (words.length !== KEY_WORDS) throw new WordsError({ is: "count", count: words.length });
  const number = places.reduce((sum, place) => (sum << BigInt(WORD_BITS)) | BigInt(place), 0n);
  const secret = bytesOf(number >> CHECK_BITS);
  if ((await check(secret)) !== number % (1n << CHECK_BITS)) throw new WordsError({ is: "slip" });
  return secret;
}

/** The secret in the browser's keeping: nobody reads it out again. */
export const hold = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);

export function keyOf(held: CryptoKey, session: string, recording: string): Promise<CryptoKey> {
  const how = { name: "HKDF", hash: "SHA-256", salt: unhex(recording), info: utf8(`${LABEL} key ${session}`) };
  return crypto.subtle.deriveKey(how, held, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function seal(key: CryptoKey, place: Place, content: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt(how(place), key, content));
}

/** Throws SealError. */
export async function open(key: CryptoKey, place: Place, sealed: Bytes): Promise<Bytes> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how(place), key, sealed));
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "OperationError") throw error;
    throw new SealError("This piece is not what was recorded.");
  }
}

function how({ session, recording, number, isLast }: Place): AesGcmParams {
  const iv = new Uint8Array(NONCE_BYTES);
  new DataView(iv.buffer).setUint32(NONCE_BYTES - 4, number);
  const additionalData = utf8(`${LABEL} ${session} ${recording} ${number} ${isLast ? "last" : "more"}`);
  return { name: "AES-GCM", iv, additionalData };
}

async function check(secret: Bytes): Promise<bigint> {
  const said = new Uint8Array([...utf8(`${LABEL} words`), ...secret]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", said));
  return numberOf(digest.subarray(0, 8)) % (1n << CHECK_BITS);
}

const hex = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function bytesOf(number: bigint): Bytes {
  return unhex(number.toString(16).padStart(2 * SECRET_BYTES, "0"));
}
