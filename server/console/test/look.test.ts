import { describe, expect, it } from "vitest";
import { areaOf, looked, type Look } from "../src/core/look";
import { Room } from "../src/core/room";
import type { Row } from "../src/core/telemetry";
import { HEADSET, SCENE, WELCOME, exposed, opened, report, say } from "./made";

const AREAS = [
  { name: "drop", title: "The street below", feared: true },
  { name: "rail", title: "The rail" },
];
const HIGH = { ...SCENE, areas: AREAS };

const row = (tS: number, area: number, fearedM: number | null = null): Row => ({
  tNs: tS * 1e9,
  frame: 0,
  cpuUs: 0,
  positionInStage: [0, 1.6, 0],
  rotationInStage: [0, 0, 0, 1],
  veil: 0,
  area,
  fearedM,
});

const after = (rows: Row[], scene: typeof HIGH | null = HIGH): Look =>
  rows.reduce<Look | null>((look, next) => looked(look, next, scene), null)!;

describe("a look", () => {
  it("lasts as long as the area stays the same", () => {
    expect(after([row(1, 2), row(2, 1, 3), row(4, 1, 2.5)])).toMatchObject({
      sinceNs: 2e9,
      tNs: 4e9,
      area: 1,
      fearedM: 2.5,
    });
  });

  it("begins anew when something else came between", () => {
    expect(after([row(1, 1), row(2, 0), row(3, 1)]).sinceNs).toBe(3e9);
  });

  it("begins anew in another scene, where the same number is another area", () => {
    expect(looked(after([row(1, 1)]), row(2, 1), { ...HIGH, name: "hall" }).sinceNs).toBe(2e9);
    expect(looked(after([row(1, 1)]), row(2, 1), null).sinceNs).toBe(2e9);
  });

  it("has the title of its area", () => {
    expect(areaOf(after([row(1, 2)]))?.title).toBe("The rail");
    expect(areaOf(after([row(1, 0)]))).toBeNull();
    expect(areaOf(after([row(1, 9)]))).toBeNull();
    expect(areaOf(after([row(1, 1)], null))).toBeNull();
  });
});

/** A batch of rows with these areas, one a second, each 1.5 m from what is feared. */
function batch(areas: number[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 + 52 * areas.length));
  view.setUint16(0, 0x5654);
  view.setUint8(2, 2);
  view.setUint32(4, areas.length, true);
  areas.forEach((area, index) => {
    const at = 8 + 52 * index;
    view.setBigUint64(at, BigInt((index + 1) * 1e9), true);
    view.setUint16(at + 46, area, true);
    view.setFloat32(at + 48, 1.5, true);
  });
  return view.buffer;
}

describe("a room", () => {
  const room = (shown = exposed(0), tNs = 1) => {
    const made = new Room("test", "ab");
    made.hello();
    made.hear(say(WELCOME), 0);
    made.hear(say(HEADSET), 0);
    made.hear(
      say({ type: "Snapshot", opened: { ...opened(tNs), scenes: [HIGH] }, report: shown, last_sequence: 0 }),
      0,
    );
    return made;
  };

  it("knows what is looked at, for how long and how near the feared thing is", () => {
    const made = room();
    expect(made.look).toBeNull();
    made.see(batch([2, 1, 1, 1]), 5);
    expect(areaOf(made.look!)?.title).toBe("The street below");
    expect(made.look).toMatchObject({ sinceNs: 2e9, tNs: 4e9, fearedM: 1.5 });
  });

  it("knows nothing to look at in the calm room", () => {
    const made = room(report());
    made.see(batch([0]), 5);
    expect(made.look!.scene).toBeNull();
  });

  it("forgets it when the headset's program was started anew", () => {
    const made = room();
    made.see(batch([1]), 5);
    made.hear(
      say({ type: "Snapshot", opened: { ...opened(99), scenes: [HIGH] }, report: report(), last_sequence: 0 }),
      6,
    );
    expect(made.look).toBeNull();
  });
});
