import { describe, expect, it } from "vitest";
import {
  LAPSE_MS,
  NEW_STEP_MS,
  SETTLE_MS,
  UNARMED,
  arm,
  confirm,
  hasLapsed,
  refused,
  waitMs,
  type Press,
  type Rise,
} from "../src/core/arming";

const CLICK: Press = { by: "pointer", count: 1 };
const KEY: Press = { by: "key", repeat: false };
const RISE: Rise = {
  control: "rung",
  command: { type: "SetRung", scene: "heights", rung: "roof" },
  title: "",
  preview: [],
  isNew: true,
};
const AGAIN: Rise = { ...RISE, isNew: false };
const armed = (rise = RISE) => arm(UNARMED, rise, CLICK, false, 0);

describe("a rise is sent", () => {
  it.each([CLICK, KEY])("by one press on the confirming control: %o", (press) => {
    const found = confirm(armed(), press, false, SETTLE_MS);
    expect(found.rise).toBe(RISE);
    expect(found.arming.rise).toBeNull();
  });

  it("once only", () => {
    const { arming } = confirm(armed(), CLICK, false, SETTLE_MS);
    expect(confirm(arming, CLICK, false, 2 * SETTLE_MS)).toMatchObject({
      rise: null,
      arming: { blocked: "nothing_armed" },
    });
  });
});

describe("nothing is sent", () => {
  it.each<[string, Press, number, string]>([
    ["within the time of a double click", CLICK, SETTLE_MS - 1, "too_soon"],
    ["by the second click of a double click", { by: "pointer", count: 2 }, 1000, "double_click"],
    ["by Enter on a button in focus", { by: "pointer", count: 0 }, 1000, "by_focus"],
    ["by a held key", { by: "key", repeat: true }, 1000, "held_key"],
    ["when it was armed long ago", CLICK, LAPSE_MS + 1, "lapsed"],
  ])("%s", (_what, press, tMs, blocked) => {
    expect(confirm(armed(), press, false, tMs)).toMatchObject({ rise: null, arming: { blocked } });
  });

  it("while the page is hidden, and what was armed is armed no more", () => {
    expect(confirm(armed(), CLICK, true, 1000)).toMatchObject({
      rise: null,
      arming: { rise: null, blocked: "hidden" },
    });
    expect(arm(UNARMED, RISE, CLICK, true, 0).rise).toBeNull();
  });

  it("without arming", () => {
    expect(confirm(UNARMED, KEY, false, 1000).rise).toBeNull();
  });
});

describe("arming", () => {
  it("takes no held key and no second click", () => {
    expect(arm(UNARMED, RISE, { by: "key", repeat: true }, false, 0).rise).toBeNull();
    expect(arm(UNARMED, RISE, { by: "pointer", count: 2 }, false, 0).rise).toBeNull();
  });

  it("of something else begins anew", () => {
    const other = arm(armed(), AGAIN, CLICK, false, 300);
    expect(confirm(other, CLICK, false, SETTLE_MS).arming.blocked).toBe("too_soon");
    expect(confirm(other, CLICK, false, 300 + SETTLE_MS).rise).toBe(AGAIN);
  });

  it("lapses", () => {
    expect([hasLapsed(armed(), LAPSE_MS), hasLapsed(armed(), LAPSE_MS + 1), hasLapsed(UNARMED, 1e9)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe("a new step", () => {
  const { arming } = confirm(armed(), CLICK, false, SETTLE_MS);
  const next = arm(arming, RISE, CLICK, false, 1000);

  it("waits ten seconds since the last one", () => {
    expect(confirm(next, CLICK, false, SETTLE_MS + NEW_STEP_MS - 1)).toMatchObject({
      rise: null,
      arming: { blocked: "new_step" },
    });
    expect(confirm(next, CLICK, false, SETTLE_MS + NEW_STEP_MS).rise).toBe(RISE);
    expect(waitMs(next, 1000)).toBe(NEW_STEP_MS - (1000 - SETTLE_MS));
  });

  it("does not make a step wait that was reached before", () => {
    const jump = arm(arming, AGAIN, CLICK, false, 1000);
    expect(confirm(jump, CLICK, false, 1000 + SETTLE_MS).rise).toBe(AGAIN);
  });

  it("that was refused has not been taken", () => {
    const again = arm(refused(arming), RISE, CLICK, false, 1000);
    expect(confirm(again, CLICK, false, 1000 + SETTLE_MS).rise).toBe(RISE);
  });
});
