import { describe, expect, it } from "vitest";
import type { Done, FromKeyring, Keys, Task } from "../src/core/comparison";
import { Room } from "../src/core/room";
import type { Agreement, Report } from "../src/generated/wire";
import type { Acquaintance, Acquaintances } from "../src/link/acquaintance";
import { PageSide, type Bytes } from "../src/link/agreement";
import { Keyring, type Held } from "../src/link/keyring";
import { Headset, base64, type Met } from "./headset";
import { HEADSET, WELCOME, opened, report, say } from "./made";

const CERTIFICATE = new Uint8Array(32).fill(1);
const LATER_MS = 10_000;

/** What a browser keeps of the headsets that it knows. */
class Kept extends Map<string, Acquaintance> implements Acquaintances {
  read = async (name: string) => this.get(name) ?? null;
  write = async (name: string, acquaintance: Acquaintance) => void this.set(name, acquaintance);
  forget = async (name: string) => void this.delete(name);
}

/** A page's keyring, and what its browser keeps for it. */
class Page {
  held: Held | null;
  readonly keyring: Keyring;

  constructor(
    held: Held | null = null,
    certificate: Bytes = CERTIFICATE,
    readonly met = new Kept(),
  ) {
    this.held = held;
    this.keyring = new Keyring("s", certificate, held, async (changed) => void (this.held = changed), met);
  }

  /** All messages from the challenge to the proof; what came of each task. */
  async join(headset: Headset): Promise<Done[]> {
    return this.talk(headset, headset.challenge());
  }

  async talk(headset: Headset, task: Task): Promise<Done[]> {
    const done: Done[] = [];
    for (let next: Task | null = task; next !== null;) {
      const found: Done = await this.keyring.do(next);
      done.push(found);
      next = found.reply && (await headset.take(found.reply));
    }
    return done;
  }
}

const keysOf = (done: Done[]): Keys => done.at(-1)!.keys!;
const kinds = (done: Done[]) => done.map(({ reply }) => reply?.type ?? null);
const half = async (): Promise<FromKeyring> => (await new Headset("s").take({ type: "Commitment", digest: "" }))!;
const match = (keys: Keys): Task => ({ type: "Match", peer: "me", keys: keys.name });

describe("a page and a headset", () => {
  it("have the same keys and words then, and the therapist's word counts at the headset", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    const done = await page.join(headset);
    expect(kinds(done)).toEqual(["Commitment", "Reveal", null]);
    const keys = keysOf(done);
    expect(keys).toEqual({
      name: headset.agreed[0]!.name,
      words: headset.agreed[0]!.phrase,
      isMatched: false,
      isKnown: false,
    });
    expect(headset.matched).toEqual([]);
    const matched = await page.talk(headset, match(keys));
    expect(keysOf(matched).isMatched).toBe(true);
    expect(headset.matched).toEqual([keys.name]);
  });

  it("keep their keys over a reload, and say again what was compared", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    const keys = keysOf(await page.join(headset));
    await page.talk(headset, match(keys));
    const again = await new Page(page.held).join(headset);
    expect(kinds(again)).toEqual(["Kept", "WordsMatch"]);
    expect(keysOf(again)).toEqual({ ...keys, isMatched: true });
    expect(headset.matched).toEqual([keys.name, keys.name]);
  });

  it("agree anew, with other words, when the headset knows the keys no more", async () => {
    const page = new Page();
    const keys = keysOf(await page.join(new Headset("s")));
    await page.talk(new Headset("s"), match(keys));
    const another = new Headset("s");
    expect(kinds(await page.join(another))).toEqual(["Kept"]);
    const begun = await page.keyring.do({ type: "Begin", peer: "me" });
    expect(page.held).toBeNull();
    const renewed = keysOf(await page.talk(another, (await another.take(begun.reply!))!));
    expect(renewed.name).toBe(another.agreed[0]!.name);
    expect(renewed).not.toMatchObject({ name: keys.name });
    expect(renewed.isMatched).toBe(false);
  });

  it("do one thing after the other, however fast they come", async () => {
    const { keyring } = new Page();
    const tasks: Task[] = [{ type: "Begin", peer: "me" }, await half(), await half(), { type: "Begin", peer: "me" }];
    const done = await Promise.all(tasks.map((task) => keyring.do(task)));
    expect(kinds(done)).toEqual(["Commitment", "Reveal", null, "Commitment"]);
    expect(done.map(({ isRefused }) => isRefused)).toEqual([false, false, true, false]);
  });
});

describe("a page and a headset that compared their words in an earlier session", () => {
  /** What both keep of it. */
  async function metBefore(): Promise<{ page: Kept; headset: Met }> {
    const page = new Page();
    const keys = keysOf(await page.join(new Headset("s")));
    await page.keyring.do(match(keys));
    expect([...page.met.keys()]).toEqual([keys.name]);
    return { page: page.met, headset: new Map([[keys.name, page.met.get(keys.name)!.key]]) };
  }

  it("know each other, and nobody has to compare words", async () => {
    const met = await metBefore();
    const [page, headset] = [new Page(null, CERTIFICATE, met.page), new Headset("s", "me", met.headset)];
    const done = await page.join(headset);
    expect(kinds(done)).toEqual(["Commitment", "Reveal", "Recognised"]);
    expect(keysOf(done)).toMatchObject({ isMatched: true, isKnown: true });
    expect(headset.recognised).toEqual([headset.agreed[0]!.name]);
    expect([...met.page.keys()], "the newer keys need not be kept too").toHaveLength(1);
  });

  it("are strangers to others", async () => {
    const met = await metBefore();
    const unknown = await new Page().join(new Headset("s", "me", met.headset));
    expect(keysOf(unknown)).toMatchObject({ isMatched: false, isKnown: false });
    const unknowing = await new Page(null, CERTIFICATE, met.page).join(new Headset("s"));
    expect(keysOf(unknowing)).toMatchObject({ isMatched: false, isKnown: false });
  });

  it("are not deceived by somebody in between, who has the one's proof for the other", async () => {
    const met = await metBefore();
    const [headset, toHeadset] = [new Headset("s", "me", met.headset), new Page()];
    const { reply } = await toHeadset.keyring.do(headset.challenge());
    const revealed = await toHeadset.keyring.do((await headset.take(reply!))!);
    const heard = await headset.take(revealed.reply!);
    if (heard?.type !== "Proven") throw new Error("the headset proved nothing");

    const [page, toPage] = [new Page(null, CERTIFICATE, met.page), new Headset("s")];
    const begun = await page.keyring.do(toPage.challenge());
    const told = await page.keyring.do((await toPage.take(begun.reply!))!);
    const proven = await toPage.take(told.reply!);
    if (proven?.type !== "Proven") throw new Error("nothing was proved");
    expect((await page.keyring.do({ ...proven, met: heard.met })).isRefused).toBe(true);
    expect(page.held).toBeNull();
  });

  it("are strangers again after words that differed", async () => {
    const met = await metBefore();
    const page = new Page(null, CERTIFICATE, met.page);
    await page.join(new Headset("s", "me", met.headset));
    await page.keyring.do({ type: "Forget", peer: "me" });
    expect(met.page.size).toBe(0);
  });
});

describe("what does not fit is refused", () => {
  it("a key that nobody asked for", async () => {
    expect((await new Page().keyring.do(await half())).isRefused).toBe(true);
  });

  it("a second key", async () => {
    const { keyring } = new Page();
    await keyring.do({ type: "Begin", peer: "me" });
    expect((await keyring.do(await half())).reply?.type).toBe("Reveal");
    expect(await keyring.do(await half())).toEqual({ reply: null, keys: null, isRefused: true });
  });

  it.each(["%", "AAAA"])("what is no key: %s", async (key) => {
    const { keyring } = new Page();
    await keyring.do({ type: "Begin", peer: "me" });
    const found = await keyring.do({ type: "HeadsetHalf", peer: "me", key, certificate: base64(CERTIFICATE) });
    expect(found).toEqual({ reply: null, keys: null, isRefused: true });
  });

  it.each(["", base64(new Uint8Array(32))])("a wrong proof: %s", async (proof) => {
    const page = new Page();
    await page.keyring.do({ type: "Begin", peer: "me" });
    await page.keyring.do(await half());
    expect((await page.keyring.do({ type: "Proven", peer: "me", proof })).isRefused).toBe(true);
    expect(page.held).toBeNull();
  });

  it("the right proof with something behind it", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    const { reply } = await page.keyring.do(headset.challenge());
    const revealed = await page.keyring.do((await headset.take(reply!))!);
    const proven = await headset.take(revealed.reply!);
    if (proven?.type !== "Proven") throw new Error("the headset proved nothing");
    expect((await page.keyring.do({ ...proven, proof: btoa(`${atob(proven.proof)}\0`) })).isRefused).toBe(true);
  });

  it("a proof that nobody asked for", async () => {
    expect((await new Page().keyring.do({ type: "Proven", peer: "me", proof: "" })).isRefused).toBe(true);
  });
});

describe("what the page asks for", () => {
  const asked = JSON.stringify({ type: "CommandMessage", command_id: "c1" });

  it("is signed for the connection in which it is asked for, and for no other", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    await page.join(headset);
    const signed = (await page.keyring.sign(asked, base64(headset.nonce)))!;
    expect([signed.type, signed.content]).toEqual(["Signed", asked]);
    expect(await headset.isProven(signed)).toBe(true);
    expect(await headset.isProven({ ...signed, content: asked.replace("c1", "c2") })).toBe(false);
    await page.join(headset);
    expect(await headset.isProven(signed)).toBe(false);
    expect(await headset.isProven((await page.keyring.sign(asked, base64(headset.nonce)))!)).toBe(true);
  });

  it("is not signed without keys, and not with those of words that differed", async () => {
    const page = new Page();
    expect(await page.keyring.sign(asked, "")).toBeNull();
    await page.join(new Headset("s"));
    await page.keyring.do({ type: "Forget", peer: "me" });
    expect(await page.keyring.sign(asked, "")).toBeNull();
  });
});

describe("what is said in the call", () => {
  const ENDED = { type: "CallEnded", call: "c1" } as const;
  const READY = { type: "CallReady", run: "r1" } as const;

  it("goes under the key of whoever says it", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    await page.join(headset);
    const said = (await page.keyring.signal(ENDED))!;
    expect(said.type).toBe("PageSignal");
    expect(await headset.heard(said)).toEqual(ENDED);
    expect(await page.keyring.open(await headset.says(READY))).toEqual(READY);
  });

  it("is neither said nor heard without keys", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    expect(await page.keyring.signal(ENDED)).toBeNull();
    await new Page().join(headset);
    expect(await page.keyring.open(await headset.says(READY))).toBeNull();
  });

  it("is not heard when it was changed, comes from other keys, or back from the page itself", async () => {
    const [page, headset, stranger] = [new Page(), new Headset("s"), new Headset("s")];
    await page.join(headset);
    await new Page().join(stranger);
    const said = await headset.says(READY);
    expect(await page.keyring.open({ ...said, content: said.content.replace("r1", "r2") })).toBeNull();
    expect(await page.keyring.open({ ...said, mac: "%" })).toBeNull();
    expect(await page.keyring.open({ ...said, mac: "" })).toBeNull();
    expect(await page.keyring.open(await stranger.says(READY))).toBeNull();
    const own = (await page.keyring.signal(ENDED))!;
    expect(await page.keyring.open({ ...own, type: "HeadsetSignal", peer: "me" })).toBeNull();
  });

  it("is heard after the proof that came before it, however fast both come", async () => {
    const [page, headset] = [new Page(), new Headset("s")];
    const { reply } = await page.keyring.do(headset.challenge());
    const revealed = await page.keyring.do((await headset.take(reply!))!);
    const proven = (await headset.take(revealed.reply!))!;
    const [done, heard] = await Promise.all([page.keyring.do(proven), page.keyring.open(await headset.says(READY))]);
    expect([done.isRefused, heard]).toEqual([false, READY]);
  });
});

it("words of other keys than were seen are not said to match", async () => {
  const [page, headset] = [new Page(), new Headset("s")];
  const seen = keysOf(await page.join(headset));
  await page.talk(headset, { type: "Begin", peer: "me" });
  expect(await page.keyring.do(match(seen))).toEqual({ reply: null, keys: null, isRefused: false });
  expect(page.held!.isMatched).toBe(false);
});

it("keys whose words differ are forgotten", async () => {
  const [page, headset] = [new Page(), new Headset("s")];
  await page.join(headset);
  await page.keyring.do({ type: "Forget", peer: "me" });
  expect(page.held).toBeNull();
  expect(kinds(await page.join(headset))[0]).toBe("Commitment");
});

describe("somebody in between", () => {
  /** Agrees with the page in the headset's name and with the headset in the page's; each proves what it should. */
  async function between() {
    const [page, eve, headset] = [new Page(), new Headset("s"), new Headset("s")];
    const keys = keysOf(await page.join(eve));
    const side = await PageSide.begin("s", CERTIFICATE);
    const half = await headset.take({ type: "Commitment", digest: base64(side.commitment) });
    if (half?.type !== "HeadsetHalf") throw new Error("the headset did not answer");
    const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const { half: own, agreed } = await side.reveal({ key: bytes(half.key), certificate: bytes(half.certificate) });
    await headset.take({
      type: "Reveal",
      key: base64(own.key),
      certificate: base64(own.certificate),
      proof: base64(agreed.proofOfPage),
    });
    return { page, keys, headset };
  }

  const told = (agreed: { name: string; phrase: readonly string[] }): Agreement => ({
    sender: "me",
    keys: agreed.name,
    words: [...agreed.phrase],
    matched: true,
    confirmed: true,
  });

  function shown(keys: Keys, agreement: Agreement, changes: Partial<Report> = {}): Room {
    const room = new Room("test", "ab");
    room.hello();
    room.hear(say(WELCOME), 0);
    room.hear(say(HEADSET), 0);
    const begun = { ...opened(), compares_words: true };
    room.hear(say({ type: "Snapshot", opened: begun, report: report(), last_sequence: 0 }), 0);
    room.keyed({ type: "Proven", peer: "me", proof: "" }, { reply: null, keys, isRefused: false }, 0);
    room.hear(say({ type: "ReportMessage", report: report({ agreement, ...changes }) }), LATER_MS);
    return room;
  }

  it("gives either end other words, and cannot say that they match", async () => {
    const { page, keys, headset } = await between();
    expect(headset.agreed).toHaveLength(1);
    expect(headset.agreed[0]!.phrase).not.toEqual(keys.words);
    const said = await page.keyring.do(match(keys));
    await headset.take(said.reply!);
    expect(headset.matched).toEqual([]);
  });

  it("is told by the keys of the report, whatever else it says", async () => {
    const { keys, headset } = await between();
    expect(shown({ ...keys, isMatched: true }, told(headset.agreed[0]!)).stage).toBe("others");
  });

  it("who forges the report too leaves the words to be compared", async () => {
    const { keys } = await between();
    expect(shown(keys, told({ name: keys.name, phrase: keys.words })).stage).toBe("comparing");
  });
});
