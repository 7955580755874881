/** The headset's end of an agreement, as `HeadsetKeyring` in `vret/link/keyring.py`, made of the page's own functions. */

import type { FromKeyring, ToKeyring } from "../src/core/comparison";
import type { HeadsetSaysInCall, HeadsetSignal, PageSaysInCall, PageSignal, Signed } from "../src/generated/wire";
import { MET_BY_HEADSET, MET_BY_PAGE } from "../src/link/acquaintance";
import {
  KEYS_KEPT,
  ORDERED,
  SAID_IN_CALL,
  WORDS_MATCH,
  agree,
  commitment,
  macOf,
  utf8,
  type Agreed,
  type Bytes,
} from "../src/link/agreement";

export const base64 = (bytes: Bytes) => btoa(String.fromCharCode(...bytes));
const unbase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Keys whose words were compared in an earlier session, by their names. */
export type Met = Map<string, CryptoKey>;

export class Headset {
  readonly agreed: Agreed[] = [];
  matched: string[] = [];
  recognised: string[] = [];
  nonce = crypto.getRandomValues(new Uint8Array(32));
  private readonly certificate = new Uint8Array(32).fill(7);
  private committed = "";
  private pair: CryptoKeyPair | null = null;

  constructor(
    private readonly session: string,
    private readonly peer = "me",
    private readonly met: Met = new Map(),
  ) {}

  /** To a page that connects; each time another. */
  challenge(): FromKeyring {
    this.nonce = crypto.getRandomValues(new Uint8Array(32));
    return { type: "Challenge", peer: this.peer, nonce: base64(this.nonce) };
  }

  /** What it answers; null when it turns the message away. */
  async take(message: ToKeyring): Promise<FromKeyring | null> {
    const newest = this.agreed.at(-1);
    switch (message.type) {
      case "Commitment":
        this.committed = message.digest;
        this.pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
        return { type: "HeadsetHalf", peer: this.peer, ...(await this.half(base64)) };
      case "Reveal": {
        const page = { key: unbase64(message.key), certificate: unbase64(message.certificate) };
        if (base64(await commitment(this.session, page)) !== this.committed) return null;
        const own = await this.half((bytes) => bytes);
        const agreed = await agree(this.pair!.privateKey, page, this.session, page, own);
        if (base64(agreed.proofOfPage) !== message.proof) return null;
        this.agreed.push(agreed);
        return { type: "Proven", peer: this.peer, proof: base64(agreed.proofOfHeadset), met: await this.meets(agreed) };
      }
      case "Kept":
        if (!newest || base64(await macOf(newest.commandsKey, KEYS_KEPT, this.nonce)) !== message.mac) return null;
        return { type: "Proven", peer: this.peer, proof: base64(newest.proofOfHeadset) };
      case "Recognised": {
        const { name, mac } = message.met;
        const expected = await macOf(this.met.get(name)!, MET_BY_PAGE, newest!.proofOfPage);
        if (base64(expected) === mac) this.recognised.push(newest!.name);
        return null;
      }
      case "WordsMatch":
        if (newest && base64(await macOf(newest.commandsKey, WORDS_MATCH)) === message.mac)
          this.matched.push(newest.name);
        return null;
    }
  }

  private meets(agreed: Agreed): Promise<{ name: string; mac: string }[]> {
    const told = async ([name, key]: [string, CryptoKey]) => {
      return { name, mac: base64(await macOf(key, MET_BY_HEADSET, agreed.proofOfHeadset)) };
    };
    return Promise.all([...this.met].map(told));
  }

  async says(said: HeadsetSaysInCall): Promise<HeadsetSignal> {
    const content = JSON.stringify(said);
    const mac = await macOf(this.agreed.at(-1)!.reportsKey, SAID_IN_CALL, utf8(content));
    return { type: "HeadsetSignal", peer: this.peer, content, mac: base64(mac) };
  }

  /** Whether the page asked for it, in this connection. */
  async isProven({ content, mac }: Signed): Promise<boolean> {
    const said = new Uint8Array([...this.nonce, ...utf8(content)]);
    return base64(await macOf(this.agreed.at(-1)!.commandsKey, ORDERED, said)) === mac;
  }

  /** What the page said; null when its MAC does not fit. */
  async heard({ content, mac }: PageSignal): Promise<PageSaysInCall | null> {
    const expected = await macOf(this.agreed.at(-1)!.commandsKey, SAID_IN_CALL, utf8(content));
    return base64(expected) === mac ? (JSON.parse(content) as PageSaysInCall) : null;
  }

  private async half<T>(as: (bytes: Bytes) => T): Promise<{ key: T; certificate: T }> {
    const key = new Uint8Array(await crypto.subtle.exportKey("raw", this.pair!.publicKey));
    return { key: as(key), certificate: as(this.certificate) };
  }
}
