import { afterEach, describe, expect, it, vi } from "vitest";
import { SigningError, signText, type KeptPair, type Signature } from "../src/link/signing";

const TEXT = '{"homework_id":"h","title":"Über die Brücke"}';

/** What a browser keeps. */
class Kept extends Map<string, CryptoKeyPair> implements KeptPair {
  read = async (name: string) => this.get(name) ?? null;
  write = async (name: string, pair: CryptoKeyPair) => void this.set(name, pair);
}

const forgetful: KeptPair = { read: async () => null, write: async () => undefined };

async function isSignedBy({ key, signature }: Signature, text: string): Promise<boolean> {
  const how = { name: "ECDSA", hash: "SHA-256" };
  const point = await crypto.subtle.importKey("raw", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  return crypto.subtle.verify(how, point, signature, new TextEncoder().encode(text));
}

describe("a browser's signature", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is that of this very text, by a key of 65 bytes in 64", async () => {
    const signed = await signText(TEXT, new Kept());
    expect([signed.key.length, signed.key[0], signed.signature.length]).toEqual([65, 4, 64]);
    expect(await isSignedBy(signed, TEXT)).toBe(true);
    expect(await isSignedBy(signed, `${TEXT} `)).toBe(false);
  });

  it("is made with the same key every time, which nobody can read out", async () => {
    const kept = new Kept();
    const [first, second] = [await signText(TEXT, kept), await signText("another", kept)];
    expect(second.key).toEqual(first.key);
    const [pair] = [...kept.values()];
    expect(pair!.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", pair!.privateKey)).rejects.toThrow();
  });

  it("is by another key in another browser", async () => {
    const [one, other] = [await signText(TEXT, new Kept()), await signText(TEXT, new Kept())];
    expect(one.key).not.toEqual(other.key);
  });

  it("is not made with a key that the browser does not keep", async () => {
    await expect(signText(TEXT, forgetful)).rejects.toEqual(new SigningError("not_kept"));
  });

  it("is not made on a page that is not secure", async () => {
    vi.stubGlobal("crypto", {});
    await expect(signText(TEXT, new Kept())).rejects.toEqual(new SigningError("insecure"));
  });
});
