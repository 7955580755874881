import { beforeEach, describe, expect, it } from "vitest";
import { AGAIN_MS } from "../src/core/asking";
import { FROZEN_MS, Mirror } from "../src/core/mirror";
import { mirrorSpoken, mirrorText } from "../src/words/mirror";

const wish = (per_s: number, call = "c1") => [{ type: "CallMirror", call, per_s }];
const told = (asked_per_s: number, per_s: number, call = "c1") =>
  ({ type: "CallMirrored", call, asked_per_s, per_s }) as const;

let mirror: Mirror;

beforeEach(() => {
  mirror = new Mirror(true, 15);
  mirror.show(true);
});

function standing(): Mirror {
  mirror.begin("c1");
  mirror.answered("c1", true);
  expect(mirror.tick(true, 0)).toEqual(wish(15));
  mirror.hear(told(15, 15));
  return mirror;
}

describe("what is asked", () => {
  it("is nothing before the call is up and has a place for it", () => {
    expect(mirror.tick(true, 0)).toEqual([]);
    mirror.begin("c1");
    expect(mirror.tick(true, 0)).toEqual([]);
    mirror.answered("another", true);
    expect(mirror.tick(true, 0)).toEqual([]);
    mirror.answered("c1", true);
    expect(mirror.tick(false, 0)).toEqual([]);
    expect(mirror.tick(true, 0)).toEqual(wish(15));
  });

  it("is nothing of a program that sends no pictures", () => {
    mirror.begin("c1");
    mirror.answered("c1", false);
    expect(mirror.tick(true, 0)).toEqual([]);
    expect(mirror.look(0)).toEqual({ is: "unable" });
  });

  it("is said again until the headset has said so too", () => {
    mirror.begin("c1");
    mirror.answered("c1", true);
    mirror.tick(true, 0);
    expect(mirror.tick(true, AGAIN_MS - 1)).toEqual([]);
    expect(mirror.tick(true, AGAIN_MS)).toEqual(wish(15));
    mirror.hear(told(15, 15, "another"));
    expect(mirror.tick(true, 2 * AGAIN_MS)).toEqual(wish(15));
    mirror.hear(told(15, 7));
    expect(mirror.tick(true, 9 * AGAIN_MS)).toEqual([]);
  });

  it("changes at once with the switch, the rate and whether anybody looks", () => {
    standing();
    mirror.rate = 30;
    expect(mirror.tick(true, 1)).toEqual(wish(30));
    mirror.turn(false);
    expect(mirror.tick(true, 2)).toEqual(wish(0));
    mirror.turn(true);
    expect(mirror.tick(true, 3)).toEqual(wish(30));
    mirror.show(false);
    expect(mirror.tick(true, 4)).toEqual(wish(0));
  });

  it("is asked of each call anew", () => {
    standing().begin("c2");
    expect(mirror.tick(true, 1)).toEqual([]);
    mirror.answered("c2", true);
    expect(mirror.tick(true, 1)).toEqual(wish(15, "c2"));
  });

  it("is never said when it was off from the beginning", () => {
    mirror.turn(false);
    mirror.begin("c1");
    mirror.answered("c1", true);
    expect(mirror.tick(true, 0)).toEqual([]);
  });
});

describe("what is shown", () => {
  const look = (tMs: number) => mirror.look(tMs);

  it("tells what there is", () => {
    expect(look(0)).toEqual({ is: "none" });
    standing();
    expect(look(0)).toEqual({ is: "waiting" });
    mirror.drawn(100);
    expect(look(100)).toEqual({ is: "live" });
    expect(look(99 + FROZEN_MS)).toEqual({ is: "live" });
    expect(look(100 + FROZEN_MS)).toEqual({ is: "frozen", ageMs: FROZEN_MS, isNarrow: false });
    mirror.drawn(5000);
    expect(look(5000)).toEqual({ is: "live" });
    mirror.begin(null);
    expect(look(5000)).toEqual({ is: "none" });
  });

  it("says that voice goes first while the line is narrow, and not of a call that is away", () => {
    standing();
    mirror.hear(told(15, 0));
    mirror.tick(true, 0);
    expect(look(0)).toEqual({ is: "narrow" });
    mirror.drawn(10);
    mirror.hear(told(15, 2));
    expect(look(10)).toEqual({ is: "slow" });
    mirror.hear(told(15, 0));
    expect(look(10 + FROZEN_MS)).toEqual({ is: "frozen", ageMs: FROZEN_MS, isNarrow: true });
    mirror.tick(false, 10);
    expect(look(10 + FROZEN_MS)).toEqual({ is: "frozen", ageMs: FROZEN_MS, isNarrow: false });
  });

  it("shows no old picture again after it was off, nor one that was still on its way", () => {
    standing().drawn(10);
    mirror.turn(false);
    expect(look(20)).toEqual({ is: "off" });
    mirror.drawn(30);
    mirror.turn(true);
    expect(look(9000)).toEqual({ is: "waiting" });
  });
});

describe("what is said", () => {
  it("counts seconds to the eye and not to the ear", () => {
    const frozen = { is: "frozen", ageMs: 3400, isNarrow: false } as const;
    expect(mirrorText(frozen)).toBe("Frozen since 3 s.");
    expect(mirrorSpoken(frozen)).toBe(mirrorSpoken({ ...frozen, ageMs: 9000 }));
    expect(mirrorText({ ...frozen, isNarrow: true })).toContain("Voice goes first.");
    expect(mirrorText({ is: "narrow" })).toBe("The picture waits: the line is narrow. Voice goes first.");
    expect(mirrorText({ is: "live" })).toBe("");
  });
});
