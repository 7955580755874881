import { describe, expect, it } from "vitest";
import {
  DAYS_MAX,
  MINUTES,
  anchorsOf,
  chosen,
  homeworkOf,
  keptAfter,
  lacks,
  newDraft,
  numbersOf,
  offers,
  since,
  type Draft,
  type Offer,
} from "../src/core/homework";
import { homeworkObstacles, obstacles } from "../src/core/obstacles";
import { Room } from "../src/core/room";
import { FAINTING_RISK, HOMEWORK, LIMITS } from "../src/generated/core";
import type {
  Anchors,
  Command,
  Effect,
  GiveHomework,
  Homework,
  HomeworkDone,
  SceneRules,
  ScenePlan,
  Snapshot,
} from "../src/generated/wire";
import { giving } from "../src/link/signing";
import { highestText, homeworkRise, minutesText } from "../src/words/homework";
import { HEADSET, SCENE, WELCOME, commandRecord, opened, report, say } from "./made";

const PLAN = { scenes: [{ scene: "heights", ceilings: { height_m: 50e6 } }], mark: "trial" };
const ANCHORS: Anchors = { at_0: "a", at_25: "b", at_50: "c", at_75: "d", at_100: "e" };

const done = (step: number, plan: Partial<ScenePlan> = {}, scene: SceneRules = SCENE): Offer[] =>
  offers(
    { ...opened(), scenes: [scene], plan: { scenes: [{ scene: "heights", ...plan }] } },
    report({ done: { heights: step } }),
  );
const draft = (changes: Partial<Draft> = {}): Draft => ({
  ...newDraft([{ title: "Emergency", number: "112" }]),
  tops: { heights: "balcony" },
  ...changes,
});
const homework = (id = "h-1", changes: Partial<Draft> = {}): Homework =>
  homeworkOf(id, 1_000_000.7, PLAN, done(1), draft(changes), ANCHORS);

describe("what may be given", () => {
  it("is nothing before anything was done together", () => {
    expect(offers(opened(), report())).toEqual([{ scene: SCENE, top: -1, bar: "not_done" }]);
    expect(lacks("calm", offers(opened(), report()), draft())).toEqual(["nothing_done"]);
  });

  it("is what was done together, and no rung above it", () => {
    expect(done(1)).toEqual([{ scene: SCENE, top: 1, bar: "not_done" }]);
    expect(done(2)).toEqual([{ scene: SCENE, top: 2, bar: null }]);
    expect(chosen(done(0), draft())).toEqual([]);
    expect(chosen(done(1), draft({ tops: { heights: "roof" } }))).toEqual([]);
    expect(chosen(done(1), draft())).toEqual([{ scene: SCENE, top: 1 }]);
  });

  it("ends below a rung on which people faint", () => {
    const rungs = SCENE.rungs.map((rung, step) => (step === 1 ? { ...rung, tags: [FAINTING_RISK] } : rung));
    expect(done(2, {}, { ...SCENE, rungs })).toMatchObject([{ top: 0, bar: "fainting" }]);
  });

  it("ends where the plan does, by its top rung or a ceiling", () => {
    expect(done(2, { top_rung: "balcony" })).toMatchObject([{ top: 1, bar: "outside_plan" }]);
    expect(done(2, { ceilings: { height_m: 12e6 } })).toMatchObject([{ top: 1, bar: "outside_plan" }]);
    expect(offers({ ...opened(), plan: { scenes: [] } }, report({ done: { heights: 2 } }))).toEqual([]);
  });
});

describe("what is missing", () => {
  it("is nothing in the calm room and after a stop, with a step and a number", () => {
    expect([lacks("calm", done(1), draft()), lacks("stopped", done(1), draft())]).toEqual([[], []]);
  });

  it.each(["exposed", "held", "paused", "waiting", "ended"] as const)("is the calm room where it is %s", (state) => {
    expect(lacks(state, done(1), draft())).toEqual(["place"]);
  });

  it("is a step, a number, or whose it is", () => {
    expect(lacks("calm", done(1), draft({ tops: {} }))).toEqual(["scene"]);
    expect(lacks("calm", done(1), draft({ numbers: [{ title: "Emergency", number: " " }] }))).toEqual(["number"]);
    expect(lacks("calm", done(1), draft({ numbers: [{ title: " ", number: "112" }] }))).toEqual(["unfit_number"]);
    expect(lacks("calm", done(1), draft({ numbers: [{ title: "Me", number: "ask me" }] }))).toEqual(["unfit_number"]);
  });

  it("is fewer scenes, where there are too many", () => {
    const many = Array.from({ length: HOMEWORK.SCENES_MAX + 1 }, (_, index) => ({ ...SCENE, name: `s${index}` }));
    const tops = Object.fromEntries(many.map(({ name }) => [name, "plaza"]));
    const offered = many.map((scene) => ({ scene, top: 0, bar: null }));
    expect(lacks("calm", offered, draft({ tops }))).toEqual(["scenes"]);
  });

  it("is no row that was not filled in, nor a blank that the headset does not take", () => {
    const numbers = [
      { title: "Crisis line", number: "" },
      { title: "Dr\u00a0Grey", number: "+44\u00a01632\u200b 960000 " },
    ];
    expect(numbersOf(draft({ numbers }))).toEqual([{ title: "Dr Grey", number: "+44 1632 960000" }]);
  });
});

describe("what is signed", () => {
  it("names the scene as it was done, the plan's ceilings and mark, and whole seconds", () => {
    expect(homework()).toEqual({
      homework_id: "h-1",
      signed_unix_s: 1_000_000,
      expires_unix_s: 1_000_000 + 14 * 86_400,
      scenes: [{ scene: "heights", content_hash: "0", top_rung: "balcony", ceilings: { height_m: 50e6 } }],
      session_ns: 20 * 60e9,
      sessions_per_day: 1,
      numbers: [{ title: "Emergency", number: "112" }],
      anchors: ANCHORS,
      mark: "trial",
    });
  });

  it("keeps within the bounds of the core, whatever the page lets choose", () => {
    expect(DAYS_MAX).toBe(28);
    for (const minutes of MINUTES) {
      expect(minutes * 60e9).toBeGreaterThanOrEqual(2 * LIMITS.homework_rung_ns);
      expect(minutes * 60e9).toBeLessThanOrEqual(LIMITS.homework_session_ceiling_ns);
    }
    const numbers = Array.from({ length: HOMEWORK.NUMBERS_MAX }, () => ({
      title: "t".repeat(HOMEWORK.NUMBER_TITLE_MAX),
      number: "1".repeat(HOMEWORK.NUMBER_MAX),
    }));
    const long = homework(crypto.randomUUID(), { numbers, days: DAYS_MAX });
    expect(long.homework_id.length).toBeLessThanOrEqual(HOMEWORK.ID_MAX);
    expect(long.expires_unix_s - long.signed_unix_s).toBe(HOMEWORK.EXPIRES_MAX_S);
    expect(JSON.stringify(long).length).toBeLessThan(HOMEWORK.TEXT_MAX);
  });

  it("has the anchors that were accepted last", () => {
    const set = (sequence: number, at_0: string, effect: Effect) =>
      commandRecord(sequence, { type: "SetAnchors", anchors: { ...ANCHORS, at_0 } }, "me", [effect]);
    const accepted: Effect = { type: "CommandAccepted", sender: "me", command_id: "c" };
    const refused: Effect = { type: "CommandRefused", sender: "me", command_id: "c", reason: "wrong_state" };
    expect(anchorsOf([set(1, "x", accepted), set(2, "y", accepted), set(3, "z", refused)])?.at_0).toBe("y");
    expect(anchorsOf([])).toBeNull();
  });

  it("is told before it is confirmed", () => {
    const { title, preview } = homeworkRise({} as GiveHomework, homework(), [SCENE]);
    expect(title).toBe("Homework, signed by you");
    expect(preview.slice(0, 3)).toEqual([
      "Heights: up to 2. Balcony.",
      "20 min in scenes each time, at most once a day.",
      "To call: Emergency 112.",
    ]);
    expect(preview.at(-1)).toBe("The person goes through this alone. Nobody watches.");
  });
});

const given = (sequence: number, kept: Homework) =>
  commandRecord(sequence, { type: "GiveHomework", homework: JSON.stringify(kept), key: "", signature: "" }, "me", [
    { type: "HomeworkGiven", homework_id: kept.homework_id },
  ]);
const withdrawn = (sequence: number) =>
  commandRecord(sequence, { type: "WithdrawHomework" }, "me", [{ type: "HomeworkWithdrawn" }]);
const session = (changes: Partial<HomeworkDone> = {}): HomeworkDone => ({
  homework_id: "h-1",
  started_unix_s: 2_000_000,
  exposed_s: 600,
  scene: "heights",
  step: 1,
  rung: "balcony",
  highest_suds: 60,
  highest_fms: 1,
  stops: 0,
  ended: "finished",
  log: "one",
  ...changes,
});

describe("what the headset keeps", () => {
  it("is what was given last, until it is taken back", () => {
    expect(keptAfter(null, given(1, homework()))).toEqual(homework());
    expect(keptAfter(homework(), given(2, homework("h-2")))?.homework_id).toBe("h-2");
    expect(keptAfter(homework(), withdrawn(2))).toBeNull();
  });

  it("is what it kept before, where giving was refused", () => {
    const refused: Command = { type: "GiveHomework", homework: "{}", key: "", signature: "" };
    const reason: Effect = { type: "CommandRefused", sender: "me", command_id: "c", reason: "homework_not_done" };
    expect(keptAfter(homework(), commandRecord(1, refused, "me", [reason]))).toEqual(homework());
  });
});

describe("what was done since the last contact", () => {
  it("is nothing to tell of where nothing was given, or it was given today", () => {
    expect(since(null, [], [])).toBeNull();
    expect(since(homework(), [], [given(1, homework())])).toBeNull();
  });

  it("is said to be nothing where something was given before", () => {
    expect(since(homework(), [], [])).toEqual({ sessions: [], isNothing: true });
    expect(since(homework(), [], [given(1, homework("h-2"))])?.isNothing).toBe(true);
  });

  it("is told in its order, also when the homework is there no more", () => {
    const sessions = [session({ started_unix_s: 3, log: "b" }), session({ started_unix_s: 2, log: "a" })];
    const told = since(null, sessions, []);
    expect(told?.sessions.map(({ log }) => log)).toEqual(["a", "b"]);
    expect(told?.isNothing).toBe(false);
  });

  it("has words for what is missing", () => {
    expect(highestText(session(), [SCENE])).toBe("2. Balcony");
    expect(highestText(session({ rung: "gone" }), [])).toBe("2. gone");
    expect(highestText(session({ scene: "", step: -1, rung: "" }), [SCENE])).toBe("no scene");
    expect([0, 40, 600].map(minutesText)).toEqual(["0 min", "under 1 min", "10 min"]);
  });
});

describe("a room", () => {
  const room = (changes: Parameters<typeof report>[0] = {}, leads = true) => {
    const made = new Room("test", "p");
    const snapshot: Snapshot = {
      type: "Snapshot",
      opened: opened(),
      report: report(changes),
      last_sequence: 0,
      homework: homework(),
      homework_done: [session()],
    };
    for (const message of [{ ...WELCOME, leads }, HEADSET, snapshot]) made.hear(say(message), 1);
    return made;
  };

  it("knows what the headset keeps, from its snapshot and its records", () => {
    const made = room();
    expect([made.homework, made.homeworkSince?.sessions.length]).toEqual([homework(), 1]);
    made.hear(say({ type: "RecordsMessage", records: [given(1, homework("h-2"))] }), 2);
    expect(made.homework?.homework_id).toBe("h-2");
    made.hear(say({ type: "RecordsMessage", records: [withdrawn(2)] }), 3);
    expect(made.homework).toBeNull();
  });

  it("arms the giving in the calm room and after a stop alone, for who leads", async () => {
    const rise = homeworkRise({ type: "GiveHomework", homework: "{}", key: "", signature: "" }, homework(), []);
    const isArmed = (made: Room) => {
      made.arm(rise, { by: "pointer", count: 1 }, 5);
      return made.arming.rise !== null;
    };
    const states = ["calm", "stopped", "exposed", "held", "waiting"] as const;
    expect(states.map((state) => isArmed(room({ state })))).toEqual([true, true, false, false, false]);
    expect(isArmed(room({}, false))).toBe(false);
  });

  it("does not need a headset that is worn for it, but the therapist there and nobody else", () => {
    const off = { worn: false, inputs: [], can_rise: false, log_healthy: false };
    expect(obstacles(room(off), 2)).toEqual(["worn", "inputs", "log"]);
    expect(homeworkObstacles(room(off), 2)).toEqual([]);
    expect(homeworkObstacles(room({ is_private: false }), 2)).toEqual(["company"]);
    expect(homeworkObstacles(room({ lease_age_ns: 9e9 }), 2)).toEqual(["lease"]);
    expect(homeworkObstacles(room({}, false), 2)).toEqual(["watching"]);
  });
});

it("goes out as the very text that was signed", async () => {
  const kept = new Map<string, CryptoKeyPair>();
  const pairs = {
    read: async (name: string) => kept.get(name) ?? null,
    write: async (name: string, pair: CryptoKeyPair) => void kept.set(name, pair),
  };
  const command = await giving(homework(), pairs);
  expect(command.homework).toBe(JSON.stringify(homework()));
  expect([atob(command.key).length, atob(command.signature).length]).toEqual([65, 64]);
});
