import { describe, expect, it } from "vitest";
import type { Press } from "../src/core/arming";
import { Room } from "../src/core/room";
import type { Report } from "../src/generated/wire";
import { soundRise } from "../src/words/preview";
import { tell } from "../src/words/telling";
import { HEADSET, SCENE, WELCOME, commandRecord, exposed, opened, record, say } from "./made";

const CLICK: Press = { by: "pointer", count: 1 };
const SCENES = [{ ...SCENE, voices: [{ name: "guard", title: "The guard" }] }];

function room(shown: Report): Room {
  const made = new Room("test", "ab");
  made.hello();
  made.hear(say(WELCOME), 0);
  made.hear(say(HEADSET), 0);
  made.hear(say({ type: "Snapshot", opened: opened(), report: shown, last_sequence: 0 }), 0);
  return made;
}

const texts = (...from: Parameters<typeof tell>) => tell(...from).map(({ text }) => text);

describe("the scene's sound", () => {
  it("is turned on again like anything that rises: prepared, then confirmed", () => {
    const made = room(exposed(1, { is_scene_muted: true }));
    made.arm(soundRise(), CLICK, 0);
    expect(made.confirm(CLICK, 100)).toBeNull();
    expect(JSON.parse(made.confirm(CLICK, 1000)!)).toMatchObject({ command: { type: "MuteScene", is_muted: false } });
  });

  it("cannot be prepared while the scene is held", () => {
    const made = room(exposed(1, { state: "held", is_scene_muted: true }));
    made.arm(soundRise(), CLICK, 0);
    expect(made.arming.rise).toBeNull();
  });
});

describe("what is told", () => {
  it("names whom the person hears", () => {
    expect(texts(commandRecord(1, { type: "SpeakAs", voice: "guard" }), SCENES)).toEqual(["Speaks as: The guard."]);
    expect(texts(commandRecord(1, { type: "SpeakAs", voice: "" }), SCENES)).toEqual(["Speaks as themselves."]);
    const waited = record(2, { type: "WaitPressed", input: "keyboard" }, [
      { type: "SpeakerChanged", scene: "heights", voice: "" },
    ]);
    expect(texts(waited, SCENES)).toContain("The therapist is heard as themselves.");
  });

  it("says that somebody came in, and that they are gone", () => {
    const came = record(1, { type: "SomeoneCameIn", input: "keyboard" }, [
      { type: "PrivacyChanged", is_private: false },
      { type: "StateChanged", state: "held", cause: "someone_came_in" },
    ]);
    expect(texts(came, SCENES).join(" ")).toContain("The scene is hidden, and neither can hear the other.");
    const alone = record(2, { type: "PrivateAgain", input: "keyboard" }, [
      { type: "PrivacyChanged", is_private: true },
    ]);
    expect(texts(alone, SCENES)).toEqual(["Is alone again.", "The scene and the voices are back."]);
  });
});
