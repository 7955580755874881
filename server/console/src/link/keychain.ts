/**
 * What a tab keeps of its keys over a reload: CryptoKeys that nobody can read out, in IndexedDB.
 *
 * An entry goes by session and tab. A duplicated tab has the same name, so it begins with the same keys; what either
 * agrees on later replaces what is kept, and the other goes on with what it holds. Where the browser keeps nothing, the
 * words are compared anew after a reload.
 */

import { CERTIFICATE_BYTES, type Bytes } from "./agreement";
import { Keyring, type Held } from "./keyring";
import { memory } from "./memory";

const DATABASE = "vret";
const STORE = "keys";
const DAY_MS = 24 * 60 * 60 * 1000;

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
  const database = await open();
  await forgetOld(database);
  const kept = await read(database, name);
  const certificate = kept === null ? await newCertificate() : kept.certificate;
  const keep = (held: Held | null) => write(database, name, { certificate, held, keptUnixMs: Date.now() });
  return { keyring: new Keyring(session, fingerprint(certificate), kept?.held ?? null, keep), certificate };
}

/** The session is over. */
export async function forgetKeys(session: string): Promise<void> {
  const store = (await open())?.transaction(STORE, "readwrite").objectStore(STORE);
  if (store) await answered(store.delete(`${session}/${memory.tab()}`));
}

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

async function open(): Promise<IDBDatabase | null> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return answered(opening);
}

async function forgetOld(database: IDBDatabase | null): Promise<void> {
  if (database === null) return;
  const store = database.transaction(STORE, "readwrite").objectStore(STORE);
  const names = (await answered(store.getAllKeys())) ?? [];
  for (const name of names) {
    const entry = (await answered(store.get(name))) as Entry | null;
    if (entry !== null && Date.now() - entry.keptUnixMs > DAY_MS) store.delete(name);
  }
}

async function read(database: IDBDatabase | null, name: string): Promise<Entry | null> {
  if (database === null) return null;
  return ((await answered(database.transaction(STORE).objectStore(STORE).get(name))) as Entry | undefined) ?? null;
}

async function write(database: IDBDatabase | null, name: string, entry: Entry): Promise<void> {
  if (database !== null) await answered(database.transaction(STORE, "readwrite").objectStore(STORE).put(entry, name));
}

/** Null where the browser does not do it. */
function answered<T>(request: IDBRequest<T>): Promise<T | null> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}
