/** A record in sentences: who did what, and what followed. */

import type { Command, Effect, Record, SceneRules, SessionEvent } from "../generated/wire";
import { words } from "./en";
import { axisName, levelText, quantity } from "./number";

export type Who = keyof typeof words.log.who;

export interface Line {
  tNs: number;
  who: Who;
  text: string;
}

export function tell(record: Record, scenes: SceneRules[]): Line[] {
  const tNs = record.event.t_ns;
  const asked = ofEvent(record, scenes);
  const followed = record.effects.flatMap((effect) => {
    const text = ofEffect(effect, scenes);
    return text === null ? [] : [{ tNs, ...text }];
  });
  return asked === null ? followed : [{ tNs, ...asked }, ...followed];
}

type Told = Omit<Line, "tNs">;

function ofEvent({ event, effects }: Record, scenes: SceneRules[]): Told | null {
  const person = (text: string): Told => ({ who: "person", text });
  const technical = (text: string): Told => ({ who: "technical", text });
  switch (event.type) {
    case "SessionOpened":
      return { who: "session", text: "The headset joined the session." };
    case "Admitted":
      return { who: "therapist", text: "Let the person in." };
    case "KeysAgreed":
      return technical("The therapist's page and the headset agreed on keys.");
    case "WordsMatched":
      return { who: "therapist", text: "Found the four words the same." };
    case "KeysRecognised":
      return technical("The page and the headset knew each other from an earlier session.");
    case "CommandReceived":
      return { who: "therapist", text: ofCommand(event.command, scenes) + refusal(effects) };
    case "WaitPressed":
      return person(`Pressed wait (${input(event)}).`);
    case "LessPressed":
      return person(`Pressed less (${input(event)}).`);
    case "StopPressed":
      return person(`Pressed stop (${input(event)}).`);
    case "ReadyPressed":
      return person("Said ready.");
    case "ResumeAccepted":
      return person("Accepted to go on.");
    case "CanWaitPressed":
      return person("Said: I can wait.");
    case "SomeoneCameIn":
      return person(`Someone came in (${input(event)}).`);
    case "PrivateAgain":
      return person("Is alone again.");
    case "RecordingAccepted":
      return person(`Agreed to a recording of what both say (${input(event)}).`);
    case "RecordingDeclined":
      return person(`Wants no recording (${input(event)}).`);
    case "RatingGiven":
    case "SicknessGiven":
      return null;
    case "PhraseSaid":
      return person(`Said to the therapist: “${words.phrases[event.phrase]}”.`);
    case "Wrote":
      return person(`Wrote to the therapist: “${event.text}”`);
    case "HeadsetRemoved":
      return person("Took the headset off.");
    case "HeadsetWorn":
      return person("Put the headset on.");
    case "FocusLost":
      return technical("Another window took the headset.");
    case "TrackingLost":
      return technical("The headset lost sight of the room.");
    case "TrackingFound":
      return technical("The headset sees the room again.");
    case "DisplayDeclared":
      return technical(
        event.profile === "headset"
          ? `Shown in a headset, ${event.rate_hz} pictures a second.`
          : "Drawn by software, for trials with staff only.",
      );
    case "FrameRateLow":
      return technical("The headset's pictures come too slowly.");
    case "FrameRateFine":
      return technical("The headset's pictures are fast enough again.");
    case "Recentred":
      return technical("The headset moved the space that the person stands in.");
    case "FocusGained":
      return technical("The headset is back in the session.");
    case "InputGained":
      return technical(`Control at hand: ${words.person.inputs[event.input]}.`);
    case "InputLost":
      return technical(`Control lost: ${words.person.inputs[event.input]}.`);
    case "LogHealthChanged":
      return technical(event.healthy ? "The log keeps up again." : `The log fails: ${event.reason ?? ""}.`);
    case "ScenesMissing":
      return technical(
        event.scenes.length > 0 ? "The headset is loading scenes." : "The headset has loaded its scenes.",
      );
    case "ProgramRestarted":
      return technical("The headset's program started anew.");
    case "RisePressed":
      return person(`Asked for the next step (${input(event)}).`);
    case "Finished":
      return person("Ended their homework.");
    case "StoodUp":
      return person("Stood up.");
    case "SatDown":
      return person("Sat down.");
    case "HeartRateRead":
    case "Tick":
    case "HeartbeatReceived":
      return null;
  }
}

function input(event: Extract<SessionEvent, { input: unknown }>): string {
  return words.person.inputs[event.input];
}

function refusal(effects: Effect[]): string {
  const refused = effects.find((effect) => effect.type === "CommandRefused");
  return refused === undefined ? "" : ` Refused: ${words.refusals[refused.reason]}.`;
}

/** What was asked, as a sentence. */
export function ofCommand(command: Command, scenes: SceneRules[]): string {
  switch (command.type) {
    case "SetRung":
      return `Step: ${rungTitle(scenes, command.scene, command.rung)}.`;
    case "SetLevel":
      return `Level ${levelText(command.level)} of 10.`;
    case "SetAxis":
      return `${axisName(command.axis)}: ${quantity(command.axis, command.target)}.`;
    case "ShowStimulus":
      return `Event: ${stimulusTitle(scenes, command.stimulus)}${command.warned === false ? ", without warning" : ""}.`;
    case "SetVariant":
      return `Variant: ${variantTitle(scenes, command.variant)}.`;
    case "SpeakAs":
      return command.voice === "" ? "Speaks as themselves." : `Speaks as: ${voiceTitle(scenes, command.voice)}.`;
    case "MuteScene":
      return command.is_muted ? "Turned the scene's sound off." : "Turned the scene's sound on.";
    case "StepDown":
      return "One step down.";
    case "Pause":
      return "Pause.";
    case "Calm":
      return "Fade to calm.";
    case "Stop":
      return "Stop.";
    case "Continue":
      return "Continue.";
    case "Resume":
      return `Offer to go on: ${words.resumeLevels[command.level ?? "lower"].toLowerCase()}.`;
    case "AskRating":
      return `Asked for a rating, ${words.moments[command.moment ?? "interval"]}.`;
    case "EnterRating":
      return `Entered a rating: ${command.suds}.`;
    case "AskSickness":
      return "Asked how sick the person feels.";
    case "EnterSickness":
      return `Entered how sick the person feels: ${command.fms} of 10.`;
    case "SetAnchors":
      return "Wrote down the person's own anchors.";
    case "ExpectBefore":
      return `Before: “${command.feared_outcome}”, likely ${command.probability} of 100. ${known(command.how_known)}`.trim();
    case "ExpectAfter":
      return [
        `After: ${command.occurred ? "it happened" : "it did not happen"}, surprise ${command.surprise}, `,
        `likely ${command.probability} of 100. ${command.learnt ?? ""}`,
      ]
        .join("")
        .trim();
    case "MarkSafetyBehaviour":
      return `Safety behaviour: ${command.behaviour}.`;
    case "Tag":
      return `Tag: ${command.tag}.`;
    case "Note":
      return `Note: ${command.text}`;
    case "Say":
      return `Wrote to the person: “${command.text}”`;
    case "Prepare":
      return "Went through the preparation from its start.";
    case "EnterPrepared":
      return `Preparation, as the person said: ${words.preparation.answer(command.item, command.is_well)}.`;
    case "AskRecording":
      return "Consented to a recording of what both say, and asked the person.";
    case "EndRecording":
      return "Ended the recording.";
    case "SayHere":
      return "Let it be said: your therapist is here.";
    case "GiveHomework":
      return "Gave homework, signed.";
    case "WithdrawHomework":
      return "Took the homework back.";
    case "EnterSeated":
      return command.is_seated ? "Entered that the person sits." : "Entered that the person does not sit.";
    case "StartTension":
      return "Began applied tension.";
    case "EndTension":
      return "Ended applied tension.";
    case "End":
      return `Ended: ${words.endings[command.how].toLowerCase()}. ${command.note ?? ""}`.trim();
  }
}

function known(how: string | undefined): string {
  return how ? `We will know by: ${how}.` : "";
}

function ofEffect(effect: Effect, scenes: SceneRules[]): Told | null {
  const session = (text: string): Told => ({ who: "session", text });
  switch (effect.type) {
    case "StateChanged":
      return session(`${words.states[effect.state]}: ${words.causes[effect.cause]}.`);
    case "StepChanged":
      return session(`Now: ${stepTitle(scenes, effect.scene, effect.step)}.`);
    case "VariantChanged": {
      const title = variantTitle(scenes, effect.variant, effect.scene);
      return title === "" ? null : session(`Shown as: ${title}.`);
    }
    case "RiseStopped":
      return session("What was rising was stopped: the link was slow.");
    case "StimulusWarned":
      return session(`The person was warned: ${stimulusTitle(scenes, effect.stimulus)}.`);
    case "StimulusShown":
      return session(`Shown: ${stimulusTitle(scenes, effect.stimulus)}.`);
    case "StimulusCancelled":
      return session(`Called off: ${stimulusTitle(scenes, effect.stimulus)}.`);
    case "StimulusEnded":
      return session(`Over: ${stimulusTitle(scenes, effect.stimulus)}.`);
    case "RatingRecorded":
      return {
        who: "person",
        text: `Distress ${effect.suds}, ${words.moments[effect.moment]}, ${words.sources[effect.source]}.`,
      };
    case "RatingMissing":
      return { who: "person", text: `No answer to the rating, ${words.moments[effect.moment]}.` };
    case "SicknessRecorded":
      return {
        who: "person",
        text: `Sickness ${effect.fms} of 10, ${words.sicknessMoments[effect.moment]}, ${words.sources[effect.source]}.`,
      };
    case "SicknessMissing":
      return { who: "person", text: `No answer to how sick they feel, ${words.sicknessMoments[effect.moment]}.` };
    case "BreakDue":
      return session(`A break is due: ${Math.round(effect.unbroken_ns / 60e9)} min in scenes without one.`);
    case "BreakTaken":
      return session("A break was taken.");
    case "RungDone":
      return session(`Done together: ${stepTitle(scenes, effect.scene, effect.step)}.`);
    case "HomeworkGiven":
      return session("The headset has the homework.");
    case "HomeworkWithdrawn":
      return session("The headset keeps no homework.");
    case "RiseRefused":
      return session(`Nothing rose: ${words.refusals[effect.reason]}.`);
    case "LessOffered":
      return session("Great distress twice: less or stop was offered.");
    case "LessAnswered":
      return effect.by_person ? null : session("No answer to the offer of less or stop.");
    case "HomeworkOver":
      return session("The time of this homework is used up.");
    case "HeartFell":
      return { who: "person", text: `Heart rate fell from ${effect.from_bpm} to ${effect.bpm}.` };
    case "TensionBegan":
      return effect.by_therapist ? null : session("Applied tension began by itself.");
    case "TensionEnded":
      return effect.by_therapist ? null : session("Applied tension is over.");
    case "SeatedChanged":
      return session(effect.is_seated ? "The person sits." : "The person does not sit.");
    case "ResumeWithdrawn":
      return session("The offer to go on was taken back.");
    case "StopPractised":
      return { who: "person", text: `Practised stop (${inputName(effect.input)}).` };
    case "HoldExtended":
      return session("The hold was made longer.");
    case "WordsCompared":
      return session("Both have confirmed the four words: nobody is in between.");
    case "Prepared":
      return {
        who: effect.by_person ? "person" : "therapist",
        text: `Preparation: ${words.preparation.answer(effect.item, effect.is_well)}.`,
      };
    case "PrivacyChanged":
      return session(
        effect.is_private
          ? "The scene and the voices are back."
          : "The scene is hidden, and neither can hear the other.",
      );
    case "SpeakerChanged":
      return effect.voice === "" ? session("The therapist is heard as themselves.") : null;
    case "SceneSoundChanged":
      return effect.is_muted ? null : session("The scene's sound is on.");
    case "RecordingBegan":
      return session("Both have consented: what they say may be recorded from here on.");
    case "RecordingEnded":
      return session(`No recording from here on: ${words.recordingEnds[effect.why]}.`);
    case "AxisRamped":
    case "RecordingAsked":
    case "TextShown":
    case "LineAdded":
    case "Moved":
    case "BeaconIssued":
    case "CommandAccepted":
    case "CommandRefused":
    case "RatingAsked":
    case "SicknessAsked":
    case "ResumeOffered":
    case "PressAcknowledged":
      return null;
  }
}

function inputName(input: string): string {
  return (words.person.inputs as { [input: string]: string })[input] ?? input;
}

function rungTitle(scenes: SceneRules[], scene: string, rung: string): string {
  return scenes.find(({ name }) => name === scene)?.rungs.find(({ name }) => name === rung)?.title ?? rung;
}

export function stepTitle(scenes: SceneRules[], scene: string, step: number): string {
  if (step < 0) return words.live.foot;
  return scenes.find(({ name }) => name === scene)?.rungs[step]?.title ?? `${scene} ${step + 1}`;
}

export function variantTitle(scenes: SceneRules[], variant: string, scene: string | null = null): string {
  for (const { name, variants } of scenes) {
    const found = scene === null || scene === name ? variants?.find((rules) => rules.name === variant) : undefined;
    if (found !== undefined) return found.title;
  }
  return variant;
}

export function voiceTitle(scenes: SceneRules[], voice: string): string {
  for (const { voices } of scenes) {
    const found = voices?.find(({ name }) => name === voice);
    if (found !== undefined) return found.title;
  }
  return voice;
}

export function stimulusTitle(scenes: SceneRules[], stimulus: string): string {
  for (const { stimuli } of scenes) {
    const found = stimuli?.find(({ name }) => name === stimulus);
    if (found !== undefined) return found.title;
  }
  return stimulus;
}
