import { describe, expect, it } from "vitest";
import { WORDS } from "../src/generated/core";
import { ChangedError, openAll } from "../src/core/listening";
import {
  KEY_WORDS,
  SealError,
  WordsError,
  hold,
  keyOf,
  newName,
  newSecret,
  open,
  seal,
  secretOf,
  wordsOf,
  type Place,
} from "../src/link/sealing";

const SESSION = "0123456789abcdef";
const RECORDING = "00112233445566778899aabbccddeeff";
const text = (said: string) => new TextEncoder().encode(said);
const place = (number: number, isLast = false, changes: Partial<Place> = {}): Place => ({
  session: SESSION,
  recording: RECORDING,
  number,
  isLast,
  ...changes,
});
const keyFor = async (secret = newSecret()) => keyOf(await hold(secret), SESSION, RECORDING);

describe("the words", () => {
  it("say the secret, whatever stands between them", async () => {
    for (let time = 0; time < 50; time += 1) {
      const secret = newSecret();
      const words = await wordsOf(secret);
      expect(words).toHaveLength(KEY_WORDS);
      expect(await secretOf(words.join(", 3 ").toUpperCase())).toEqual(secret);
    }
  });

  it("say it where it begins and ends with nothing", async () => {
    for (const fill of [0, 255]) {
      const secret = new Uint8Array(16).fill(fill);
      expect(await secretOf((await wordsOf(secret)).join(" "))).toEqual(secret);
    }
  });

  it("are told from others, and a slip is found", async () => {
    const words = await wordsOf(new Uint8Array(16).fill(7));
    const fault = async (said: readonly string[]) => {
      const error: unknown = await secretOf(said.join(" ")).catch((thrown: unknown) => thrown);
      return error instanceof WordsError ? error.fault : null;
    };
    expect(await fault(words.slice(1))).toEqual({ is: "count", count: KEY_WORDS - 1 });
    expect(await fault(["zebra", ...words.slice(1)])).toEqual({ is: "unknown", word: "zebra" });
    let found = 0;
    const others = WORDS.filter((word) => word !== words[3]);
    for (const word of others) if ((await fault(words.with(3, word)))?.is === "slip") found += 1;
    expect(found).toBeGreaterThanOrEqual(others.length - 1);
  });
});

describe("a piece", () => {
  it("is opened by its key, at its place", async () => {
    const key = await keyFor();
    const sealed = await seal(key, place(3), text("said"));
    expect(await open(key, place(3), sealed)).toEqual(text("said"));
    expect(sealed).toHaveLength("said".length + 16);
  });

  it("has nothing of what it says", async () => {
    const said = "WebM, and more of it, of which nothing may be seen";
    const sealed = await seal(await keyFor(), place(0), text(said));
    expect(String.fromCharCode(...sealed)).not.toContain("WebM");
  });

  it.each([
    ["another number", place(4)],
    ["the last one", place(3, true)],
    ["another session", place(3, false, { session: "fedcba9876543210" })],
    ["another recording", place(3, false, { recording: newName() })],
  ])("is not taken for one of %s", async (_, elsewhere) => {
    const key = await keyFor();
    const sealed = await seal(key, place(3), text("said"));
    await expect(open(key, elsewhere, sealed)).rejects.toThrow(SealError);
  });

  it("is found changed, by a bit anywhere", async () => {
    const key = await keyFor();
    const sealed = await seal(key, place(0), text("said"));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at]! ^= 1;
      await expect(open(key, place(0), changed)).rejects.toThrow(SealError);
    }
  });

  it("is not opened by the words of another session, nor by the key of another recording", async () => {
    const secret = newSecret();
    const sealed = await seal(await keyFor(secret), place(0), text("said"));
    await expect(open(await keyFor(), place(0), sealed)).rejects.toThrow(SealError);
    const other = await keyOf(await hold(secret), SESSION, newName());
    await expect(open(other, place(0), sealed)).rejects.toThrow(SealError);
  });

  it("is opened by a key that nobody can read out", async () => {
    const held = await hold(newSecret());
    expect(held.extractable).toBe(false);
    expect((await keyOf(held, SESSION, RECORDING)).extractable).toBe(false);
  });
});

describe("a recording", () => {
  const made = async (key: CryptoKey, said: string[]) =>
    Promise.all(said.map((one, number) => seal(key, place(number, number === said.length - 1), text(one))));
  const opened = (key: CryptoKey, sealed: Uint8Array<ArrayBuffer>[]) =>
    openAll(sealed.length, (number, isLast) =>
      open(key, place(number, isLast), sealed[number]!).catch((error: unknown) => {
        if (error instanceof SealError) return null;
        throw error;
      }),
    );
  const said = ["one", "two", "three", ""];

  it("is opened whole", async () => {
    const key = await keyFor();
    const { content, isWhole } = await opened(key, await made(key, said));
    expect(content.map((one) => new TextDecoder().decode(one))).toEqual(said);
    expect(isWhole).toBe(true);
  });

  it("says that its end is missing", async () => {
    const key = await keyFor();
    const { content, isWhole } = await opened(key, (await made(key, said)).slice(0, 2));
    expect(content).toHaveLength(2);
    expect(isWhole).toBe(false);
  });

  it.each([
    [
      "two pieces changed places",
      (sealed: Uint8Array<ArrayBuffer>[]) => [sealed[0]!, sealed[2]!, sealed[1]!, sealed[3]!],
      1,
    ],
    ["one is left out", (sealed: Uint8Array<ArrayBuffer>[]) => [sealed[0]!, ...sealed.slice(2)], 1],
    ["one comes twice", (sealed: Uint8Array<ArrayBuffer>[]) => [sealed[0]!, ...sealed], 1],
    ["something follows its end", (sealed: Uint8Array<ArrayBuffer>[]) => [...sealed, sealed[3]!], 3],
  ])("is found changed where %s", async (_, change, number) => {
    const key = await keyFor();
    const changed = change(await made(key, said));
    const error: unknown = await opened(key, changed).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChangedError);
    expect((error as ChangedError).number).toBe(number);
  });
});
