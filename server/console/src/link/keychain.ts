/**
 * What a tab keeps of its keys over a reload: CryptoKeys that nobody can read out, in IndexedDB.
 *
 * An entry goes by session and tab. A duplicated tab has the same name, so it begins with the same keys; what either
 * agrees on later replaces what is kept, and the other goes on with what it holds. Where the browser keeps nothing, the
 * words are compared anew after a reload.
 */

import { acquaintances } from "./acquaintance";
import { CERTIFICATE_BYTES, type Bytes } from "./agreement";
import { Store } from "./database";
import { Keyring, type Held } from "./keyring";
import { memory } from "./memory";

const DAY_MS = 24 * 60 * 60 * 1000;
const entries = new Store<Entry>("keys");

/** The certificate of the calls, whose fingerprint the words are made of; null in a browser that tells none. */
interface Entry {
  certificate: RTCCertificate | null;
  held: Held | null;
  keptUnixMs: number;
}

/** A tab's keys of one session, and the certificate of its calls. */
export interface Keychain {
  readonly keyring: Keyring;
  readonly certificate: RTCCertificate | null;
}

export async function keychain(session: string): Promise<Keychain> {
  const name = `${session}/${memory.tab()}`;
  await entries.forgetWhere(({ keptUnixMs }) => Date.now() - keptUnixMs > DAY_MS);
  const kept = await entries.read(name);
  const certificate = kept === null ? await newCertificate() : kept.certificate;
  const keep = (held: Held | null) => entries.write(name, { certificate, held, keptUnixMs: Date.now() });
  const met = await acquaintances();
  return { keyring: new Keyring(session, fingerprint(certificate), kept?.held ?? null, keep, met), certificate };
}

/** The session is over. */
export const forgetKeys = (session: string): Promise<void> => entries.forget(`${session}/${memory.tab()}`);

async function newCertificate(): Promise<RTCCertificate | null> {
  if (!("RTCPeerConnection" in globalThis)) return null;
  const how: EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };
  const made = await RTCPeerConnection.generateCertificate(how);
  return "getFingerprints" in made ? made : null;
}

function fingerprint(certificate: RTCCertificate | null): Bytes {
  const found = certificate?.getFingerprints().find(({ algorithm }) => algorithm === "sha-256");
  if (found?.value === undefined) return new Uint8Array(CERTIFICATE_BYTES);
  return Uint8Array.from(found.value.split(":"), (byte) => parseInt(byte, 16));
}
