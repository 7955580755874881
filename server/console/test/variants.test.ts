import { describe, expect, it } from "vitest";
import type { Press } from "../src/core/arming";
import { Room } from "../src/core/room";
import type { Report, SceneRules } from "../src/generated/wire";
import { hasVariants, rungRise, variantRise } from "../src/words/preview";
import { tell } from "../src/words/telling";
import { HEADSET, SCENE, WELCOME, commandRecord, exposed, opened, record, report, say } from "./made";

const CLICK: Press = { by: "pointer", count: 1 };
const [DAY, DUSK] = [
  { name: "day", title: "Day" },
  { name: "dusk", title: "Dusk" },
];
const VARIED: SceneRules = { ...SCENE, variants: [DAY, DUSK] };

function room(shown: Report): Room {
  const made = new Room("test", "ab");
  made.hello();
  made.hear(say(WELCOME), 0);
  made.hear(say(HEADSET), 0);
  made.hear(say({ type: "Snapshot", opened: { ...opened(), scenes: [VARIED] }, report: shown, last_sequence: 0 }), 0);
  return made;
}

function armed(): Room {
  const made = room(exposed(1, { variant: "day" }));
  made.arm(variantRise(VARIED, DUSK, made.report!), CLICK, 0);
  return made;
}

describe("a change of variant", () => {
  it("is armed, and sent when it is confirmed", () => {
    const made = armed();
    expect(made.arming.rise!.preview[0]).toBe("Day → Dusk, under a short veil.");
    expect(made.confirm(CLICK, 100)).toBeNull();
    expect((JSON.parse(made.confirm(CLICK, 1000)!) as { command: unknown }).command).toEqual({
      type: "SetVariant",
      variant: "dusk",
    });
  });

  it.each(["calm", "held", "paused", "stopped"] as const)("cannot be armed in the state %s", (state) => {
    const made = room(exposed(1, { state, variant: "day" }));
    made.arm(variantRise(VARIED, DUSK, made.report!), CLICK, 0);
    expect(made.arming.rise).toBeNull();
  });

  it("takes what was armed before it out of the hand", () => {
    const made = armed();
    made.hear(say({ type: "ReportMessage", report: exposed(1, { t_ns: 2e9, variant: "dusk" }) }), 100);
    expect(made.arming.rise).toBeNull();
  });

  it("is offered only where there is something to choose", () => {
    expect([VARIED, { ...SCENE, variants: [DAY] }, SCENE].map(hasVariants)).toEqual([true, false, false]);
  });

  it("is named before the scene is entered", () => {
    expect(rungRise(VARIED, 0, report(), true).preview).toContain("It begins as: Day.");
    expect(rungRise(VARIED, 1, exposed(0), true).preview.join()).not.toContain("It begins as");
    expect(rungRise(SCENE, 0, report(), true).preview.join()).not.toContain("It begins as");
  });
});

describe("what is told of variants", () => {
  const told = (made: ReturnType<typeof record>) => tell(made, [VARIED]).map(({ text }) => text);

  it("names them as the scene does", () => {
    const changed = { type: "VariantChanged", scene: "heights", variant: "dusk" } as const;
    expect(told(commandRecord(1, { type: "SetVariant", variant: "dusk" }, "me", [changed]))).toEqual([
      "Variant: Dusk.",
      "Shown as: Dusk.",
    ]);
  });

  it("names what it does not know by its own name, and says nothing of a scene without variants", () => {
    expect(told(commandRecord(1, { type: "SetVariant", variant: "fog" }))).toEqual(["Variant: fog."]);
    const plain = { type: "VariantChanged", scene: "heights", variant: "" } as const;
    expect(told(record(2, { type: "Tick", gap_ns: 1 } as never, [plain]))).toEqual([]);
  });
});
