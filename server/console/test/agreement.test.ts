import { describe, expect, it } from "vitest";
import told from "../../../tests/link/agreement.json";
import { AgreementError, PageSide, agree, commitment, phraseOf, type Half } from "../src/link/agreement";
import { WORDS } from "../src/generated/core";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (found: Uint8Array) => Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("");
const half = (end: typeof told.page): Half => ({ key: bytes(end.key), certificate: bytes(end.certificate) });
const base64url = (found: Uint8Array) =>
  btoa(String.fromCharCode(...found))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const privateKey = (end: typeof told.page) => {
  const point = bytes(end.key);
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: base64url(bytes(end.private)),
    x: base64url(point.slice(1, 33)),
    y: base64url(point.slice(33)),
  };
  return crypto.subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
};

const mac = async (key: CryptoKey, text: string) =>
  hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));
const macOf = async (raw: string, text: string) => {
  const key = await crypto.subtle.importKey("raw", bytes(raw), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return mac(key, text);
};

const certificate = bytes("01".repeat(32));

describe("the agreement", () => {
  it("makes of the same keys what the headset makes of them", async () => {
    const page = half(told.page);
    const headset = half(told.headset);
    const made = await agree(await privateKey(told.page), headset, told.session_id, page, headset);
    expect(hex(await commitment(told.session_id, page))).toBe(told.commitment);
    expect(made.phrase).toEqual(told.phrase);
    expect(hex(made.proofOfPage)).toBe(told.proof_of_page);
    expect(hex(made.proofOfHeadset)).toBe(told.proof_of_headset);
    expect(await mac(made.commandsKey, "stop")).toBe(await macOf(told.commands_key, "stop"));
    expect(await mac(made.reportsKey, "stop")).toBe(await macOf(told.reports_key, "stop"));
    expect(await mac(made.acquaintanceKey, "stop")).toBe(await macOf(told.acquaintance_key, "stop"));
  });

  it("is the same at both ends, and another every time", async () => {
    const pages = [await PageSide.begin("one", certificate), await PageSide.begin("one", certificate)];
    const headset = half(told.headset);
    const phrases = [];
    for (const page of pages) {
      const { half: revealed, agreed } = await page.reveal(headset);
      expect(hex(await commitment("one", revealed))).toBe(hex(page.commitment));
      const other = await agree(await privateKey(told.headset), revealed, "one", revealed, headset);
      expect(other.phrase).toEqual(agreed.phrase);
      expect(hex(other.proofOfPage)).toBe(hex(agreed.proofOfPage));
      phrases.push(agreed.phrase.join(" "));
    }
    expect(new Set(phrases).size).toBe(2);
  });

  it("differs when a certificate, a key or the session does", async () => {
    const pair = await privateKey(told.page);
    const page = half(told.page);
    const headset = half(told.headset);
    const other = { ...headset, certificate };
    const phrases = [
      await agree(pair, headset, told.session_id, page, headset),
      await agree(pair, other, told.session_id, page, other),
      await agree(pair, headset, told.session_id, { ...page, certificate }, headset),
      await agree(pair, headset, "another", page, headset),
    ].map((made) => hex(made.proofOfPage) + made.phrase.join(" "));
    expect(new Set(phrases).size).toBe(4);
  });

  it("reveals a key once", async () => {
    const page = await PageSide.begin("one", certificate);
    await page.reveal(half(told.headset));
    await expect(page.reveal(half(told.headset))).rejects.toThrow("answered twice");
  });

  it.each([[""], ["04".repeat(65)], ["02" + "00".repeat(32)]])("refuses what is no key: %s", async (key) => {
    const page = await PageSide.begin("one", certificate);
    await expect(page.reveal({ key: bytes(key), certificate })).rejects.toThrow(AgreementError);
  });

  it("keeps its keys to itself", async () => {
    const { agreed } = await (await PageSide.begin("one", certificate)).reveal(half(told.headset));
    await expect(crypto.subtle.exportKey("raw", agreed.commandsKey)).rejects.toThrow();
    await expect(crypto.subtle.exportKey("raw", agreed.reportsKey)).rejects.toThrow();
  });

  it("has a word for every number at every place", () => {
    const found = WORDS.map((_, number) => phraseOf(bytes((number * 2 ** 25).toString(16).padStart(8, "0")))[0]);
    expect(found).toEqual([...WORDS]);
    expect(phraseOf(bytes("00000010"))).toEqual([WORDS[0], WORDS[0], WORDS[0], WORDS[1]]);
  });
});
