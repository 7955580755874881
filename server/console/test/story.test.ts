import { expect, it } from "vitest";
import { inSceneSince, presses, ratings, shownSteps } from "../src/core/story";
import { backoff } from "../src/core/backoff";
import { tell } from "../src/words/telling";
import { SCENE, commandRecord, record } from "./made";

const RECORDS = [
  commandRecord(1, { type: "SetRung", scene: "heights", rung: "balcony" }, "me", [
    { type: "CommandAccepted", sender: "me", command_id: "c1" },
    { type: "StepChanged", scene: "heights", step: 1 },
    { type: "StateChanged", state: "exposed", cause: "therapist" },
  ]),
  record(2, { type: "RatingGiven", suds: 40 }, [
    { type: "RatingRecorded", suds: 40, moment: "interval", source: "dial" },
  ]),
  record(3, { type: "WaitPressed", input: "keyboard" }, [
    { type: "StateChanged", state: "held", cause: "person_wait" },
  ]),
  commandRecord(4, { type: "SetRung", scene: "heights", rung: "roof" }, "me", [
    { type: "CommandRefused", sender: "me", command_id: "c4", reason: "overtaken" },
  ]),
  record(5, { type: "StopPressed", input: "keyboard" }, [
    { type: "StateChanged", state: "stopped", cause: "person_stop" },
  ]),
];

it("reads ratings, presses and steps off the records", () => {
  expect(ratings(RECORDS)).toMatchObject([{ tNs: 2e9, suds: 40 }]);
  expect(presses(RECORDS).map(({ kind }) => kind)).toEqual(["WaitPressed", "StopPressed"]);
  expect(shownSteps(RECORDS).map(({ shown }) => shown)).toEqual([0, 2, 2, 0]);
});

it("knows since when the person is in a scene, holds included", () => {
  expect(inSceneSince(RECORDS.slice(0, 4))).toBe(1e9);
  expect(inSceneSince(RECORDS)).toBeNull();
});

it("tells a record in sentences", () => {
  const lines = RECORDS.flatMap((entry) => tell(entry, [SCENE])).map(({ who, text }) => `${who}: ${text}`);
  expect(lines).toEqual([
    "therapist: Step: Balcony.",
    "session: Now: Balcony.",
    "session: In the scene: the therapist asked for it.",
    "person: Distress 40, now, on the dial.",
    "person: Pressed wait (keyboard).",
    "session: Held: the person pressed wait.",
    "therapist: Step: Roof. Refused: the person pressed a control just before; look, then ask again.",
    "person: Pressed stop (keyboard).",
    "session: Stopped: the person pressed stop.",
  ]);
});

it("waits longer each time before it connects again, up to five seconds", () => {
  const delays = backoff(() => 0);
  expect(Array.from({ length: 5 }, () => delays.next().value)).toEqual([250, 500, 1000, 1500, 1500]);
  expect(backoff(() => 1).next().value).toBe(125);
});
