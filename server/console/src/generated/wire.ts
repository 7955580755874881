// Written by tools/vocabulary.py from the Python code; `make docs` writes it anew.

export type FromTherapist = Hello | Signed | CommandMessage | Kept | Commitment | Reveal | Recognised | WordsMatch | PageSignal;

export type ToSign = Heartbeat | CommandMessage;

export type FromHeadset = Hello | ReportMessage | RecordsMessage | Snapshot | Turned | Challenge | HeadsetHalf | Proven | HeadsetSignal;

export type ToHeadset = Welcome | Turned | PeerJoined | PeerLeft | Admit | Relayed;

export type ToTherapist = Welcome | Turned | PeerJoined | PeerLeft | ReportMessage | RecordsMessage | Snapshot | Challenge | HeadsetHalf | Proven | HeadsetSignal;

export type PageSaysInCall = CallOffer | CallCandidate | CallMuted | CallMirror | CallEarshot | CallCamera | CallEnded;

export type HeadsetSaysInCall = CallReady | CallAnswer | CallCandidate | CallMirrored | CallEarshotGiven;

export type LogEntry = Record | FrameRecord | ClockEstimate;

export interface ActiveStimulus {
  stimulus: string;
  start_ns: number;
  end_ns: number;
}

/** From the server, after the gate is complete and the therapist pressed admit. */
export interface Admit {
  type: "Admit";
  therapist: string;
}

/** The therapist let the person in from the waiting room. */
export interface Admitted {
  type: "Admitted";
  t_ns: number;
  therapist: string;
}

/**
 * Keys that a console and the headset share, and who has confirmed their words: the therapist, the person.
 *
 * A yes before `answerable_ns` was meant for other words, which these have taken the place of on the panel.
 */
export interface Agreement {
  sender: string;
  keys: string;
  words: string[];
  matched?: boolean;
  confirmed?: boolean;
  answerable_ns?: number;
}

/** Homework: why nothing may rise now, or None; the time in scenes that is left; and whether less is offered. */
export interface AloneReport {
  refusal: Refusal | null;
  left_ns: number;
  offers_less: boolean;
}

/** The person's own words for 0, 25, 50, 75 and 100, of at most ANCHOR_MAX characters each. */
export interface Anchors {
  at_0: string;
  at_25: string;
  at_50: string;
  at_75: string;
  at_100: string;
}

/** Not well: the person said no, or it was left out. */
export interface Answer {
  item: Item;
  is_well: boolean;
}

/** An area of interest by its name and title: something to look at. No rule of the core depends on it. */
export interface AreaRules {
  name: string;
  title: string;
  feared?: boolean;
}

/** Ask for a SUDS rating with the dial; the scene goes on. */
export interface AskRating {
  type: "AskRating";
  moment?: RatingMoment;
}

/** Consent to a recording of the conversation's sound, and ask the person for theirs; in the calm room alone. */
export interface AskRecording {
  type: "AskRecording";
}

/** Ask with the dial how sick the person feels; after what is asked already. The scene goes on. */
export interface AskSickness {
  type: "AskSickness";
}

/** An axis was sent from a value to a target, micro-units. */
export interface AxisRamped {
  type: "AxisRamped";
  axis: string;
  value: number;
  target: number;
}

/** Micro-units: where the axis is and where it is going. */
export interface AxisReport {
  value: number;
  target: number;
}

/** A scene's binding of one axis, in micro-units. `rate` is per second and 0 for an axis that only cuts. */
export interface AxisRules {
  axis: string;
  low: number;
  high: number;
  calm: number;
  rate: number;
}

/** `percent` is 0 to 100. That of a controller is for showing only: headsets measure it each in its own way. */
export interface Battery {
  of: BatteryOf;
  percent: number;
  is_charging: boolean;
}

export type BatteryOf = "computer" | "controller_left" | "controller_right";

export interface BeaconIssued {
  type: "BeaconIssued";
  number: number;
}

/** The person has been in scenes for so long without a break. The therapist is told, the person is not. */
export interface BreakDue {
  type: "BreakDue";
  unbroken_ns: number;
}

/** The person has been out of the scenes for long enough. */
export interface BreakTaken {
  type: "BreakTaken";
}

/** To the offer of this `number`. */
export interface CallAnswer {
  type: "CallAnswer";
  call: string;
  sdp: string;
  number?: number;
}

/**
 * Pictures of the therapist's camera come, or none do any more: then the last one is not to be seen either.
 *
 * Off when a call begins. Only a program whose `CallReady` says so takes it.
 */
export interface CallCamera {
  type: "CallCamera";
  call: string;
  is_on: boolean;
}

/** One address at which an end of the call may be reached (RFC 8838), for the media section `mid`. */
export interface CallCandidate {
  type: "CallCandidate";
  call: string;
  candidate: string;
  mid: string;
}

/** The therapist wants to hear what the person hears, or not any more. The newest holds. */
export interface CallEarshot {
  type: "CallEarshot";
  call: string;
  is_wanted: boolean;
}

/** Whether what the person hears is sent, for the newest wish: not while the line is narrow. */
export interface CallEarshotGiven {
  type: "CallEarshotGiven";
  call: string;
  is_wanted: boolean;
  is_given: boolean;
}

/** The page ended the call. */
export interface CallEnded {
  type: "CallEnded";
  call: string;
}

/** The therapist wants to see what the person sees, `per_s` pictures a second; 0 not any more. The newest holds. */
export interface CallMirror {
  type: "CallMirror";
  call: string;
  per_s: number;
}

/** So many pictures a second are sent for the wish of `asked_per_s`: fewer while the line is narrow, even none. */
export interface CallMirrored {
  type: "CallMirrored";
  call: string;
  asked_per_s: number;
  per_s: number;
}

/** The therapist's microphone is off, or on again. */
export interface CallMuted {
  type: "CallMuted";
  call: string;
  is_muted: boolean;
}

/**
 * `sdp` of a new call, or of one that goes on by other ways.
 *
 * `number` counts the offers of a call from 1, so that an answer to an earlier one is known; an offer that is said
 * again keeps its own. Only for a program whose `CallReady` counts them; 0 is not counted.
 */
export interface CallOffer {
  type: "CallOffer";
  call: string;
  sdp: string;
  number?: number;
}

/**
 * The voice program takes offers; `run` is empty while there is none.
 *
 * `network` counts the networks that the headset's computer was in: with another one a call needs other ways.
 * `takes_camera`: it knows `CallCamera`; `counts_offers`: it says which offer it answers. Older programs do not.
 */
export interface CallReady {
  type: "CallReady";
  run: string;
  network?: number;
  takes_camera?: boolean;
  counts_offers?: boolean;
}

/** Fade to the calm room. */
export interface Calm {
  type: "Calm";
}

/** The person would rather wait out the lost connection, within what the plan allows. */
export interface CanWaitPressed {
  type: "CanWaitPressed";
  t_ns: number;
  input: Input;
}

/** Why the session is in its state. Each has its own name in the log; none is called failure. */
export type Cause = "admitted" | "distress" | "ended" | "focus_lost" | "frame_rate" | "headset_off" | "homework" | "homework_over" | "input_lost" | "lease_lost" | "lease_old" | "no_answer" | "person_less" | "person_rise" | "person_stop" | "person_wait" | "program_restarted" | "recentred" | "resumed" | "someone_came_in" | "therapist" | "therapist_stop" | "time_gap" | "tracking_lost" | "unwell";

/** From the headset to a console that joined: what `Kept` must be made of. The agreement begins with it. */
export interface Challenge {
  type: "Challenge";
  peer: string;
  nonce: string;
}

/** When the computer was last checked, by which program, what must be mended, and what was noted. */
export interface Checked {
  unix_ms: number;
  program: string;
  bad?: string[];
  noted?: string[];
}

/** How a peer's clock stands to the headset's: peer time = headset time + `offset_ns`, within `uncertainty_ns`. */
export interface ClockEstimate {
  type: "ClockEstimate";
  t_ns: number;
  peer: string;
  offset_ns: number;
  uncertainty_ns: number;
  round_trip_ns: number;
}

export interface CommandAccepted {
  type: "CommandAccepted";
  sender: string;
  command_id: string;
}

/** A command from the console, with the newest beacon it has seen; signed, or it lowers (`vret.core.orders`). */
export interface CommandMessage {
  type: "CommandMessage";
  command_id: string;
  sequence: number;
  beacon: number;
  sent_ns: number;
  command: SetRung | SetLevel | SetAxis | ShowStimulus | StepDown | Pause | Calm | Stop | Continue | Resume | AskRating | EnterRating | SetAnchors | ExpectBefore | ExpectAfter | MarkSafetyBehaviour | Tag | Note | Say | End | SetVariant | Prepare | EnterPrepared | SayHere | SpeakAs | MuteScene | AskRecording | EndRecording | AskSickness | EnterSickness | GiveHomework | WithdrawHomework;
}

/** A command from the console. `sequence` counts up for each sender; `beacon` is the newest that it has seen. */
export interface CommandReceived {
  type: "CommandReceived";
  t_ns: number;
  sender: string;
  command_id: string;
  sequence: number;
  beacon: number;
  command: SetRung | SetLevel | SetAxis | ShowStimulus | StepDown | Pause | Calm | Stop | Continue | Resume | AskRating | EnterRating | SetAnchors | ExpectBefore | ExpectAfter | MarkSafetyBehaviour | Tag | Note | Say | End | SetVariant | Prepare | EnterPrepared | SayHere | SpeakAs | MuteScene | AskRecording | EndRecording | AskSickness | EnterSickness | GiveHomework | WithdrawHomework;
}

export interface CommandRefused {
  type: "CommandRefused";
  sender: string;
  command_id: string;
  reason: Refusal;
}

/** From a console that has none: the first step of `vret.link.agreement`. */
export interface Commitment {
  type: "Commitment";
  digest: string;
}

/** Go on after a pause or a hold. */
export interface Continue {
  type: "Continue";
}

/** Whom to call, and how: the local emergency number, a crisis line, the therapist's number to call back. */
export interface CrisisNumber {
  title: string;
  number: string;
}

/**
 * `headset` is the device by its own name, `runtime` the software behind it with its version; empty for unknown.
 *
 * `floor` is None where there is no headset. `sees_room` is whether the person sees the room around them.
 * `batteries` are those that are known of; no software tells that of the headset itself.
 * `checked` is None where the computer was never checked.
 */
export interface Device {
  headset?: string;
  runtime?: string;
  floor?: FloorSource | null;
  sees_room?: boolean;
  batteries?: Battery[];
  checked?: Checked | null;
}

/** What shows the scene, with its own rate in whole pictures a second; 0 where none is known. */
export interface DisplayDeclared {
  type: "DisplayDeclared";
  t_ns: number;
  profile: DisplayProfile;
  rate_hz: number;
}

export type DisplayProfile = "headset" | "software";

export interface End {
  type: "End";
  how: EndedHow;
  note?: string;
}

/** End the recording, or take the question back; never refused. */
export interface EndRecording {
  type: "EndRecording";
}

/** How a session ended: on a chosen step, by escape, or for a technical reason. None of them is a failure. */
export type EndedHow = "chosen_step" | "escaped" | "technical";

/** Enter what the person said of an item, or that it is left out. What is to be done cannot be said to be done. */
export interface EnterPrepared {
  type: "EnterPrepared";
  item: Item;
  is_well: boolean;
}

/** Enter a SUDS rating that the person said aloud. */
export interface EnterRating {
  type: "EnterRating";
  suds: number;
  moment?: RatingMoment;
}

/** Enter how sick the person said they feel, 0 to 10. */
export interface EnterSickness {
  type: "EnterSickness";
  fms: number;
}

/** Why the server or the headset turned a message or a connection away. */
export type ErrorCode = "axis_vocabulary_mismatch" | "bad_message" | "bad_origin" | "headset_absent" | "keys_differ" | "no_such_session" | "not_admitted" | "not_allowed" | "not_proven" | "protocol_mismatch" | "replaced" | "session_over" | "too_large" | "too_many_requests" | "too_slow" | "unknown_field" | "unknown_type";

/** Whether it happened, surprise 0-100, the new probability 0-100, and what was learnt. */
export interface ExpectAfter {
  type: "ExpectAfter";
  occurred: boolean;
  surprise: number;
  probability: number;
  learnt?: string;
}

/** The feared outcome in the person's words, its probability 0-100, and how both will know. */
export interface ExpectBefore {
  type: "ExpectBefore";
  feared_outcome: string;
  probability: number;
  how_known?: string;
}

/** The person, or the program for them, ends their homework. */
export interface Finished {
  type: "Finished";
  t_ns: number;
}

/**
 * How it is known where the floor is.
 *
 * The headset told it; it was measured from the eyes of who put it on; it is as far below the place where the headset
 * was centred as the eye height that was given; or as far as that of most people, which is assumed.
 */
export type FloorSource = "assumed" | "given" | "measured" | "told";

export interface FocusGained {
  type: "FocusGained";
  t_ns: number;
}

/** The runtime took the input away (system menu): no press can be read. */
export interface FocusLost {
  type: "FocusLost";
  t_ns: number;
}

/** For a whole second it has got enough again. */
export interface FrameRateFine {
  type: "FrameRateFine";
  t_ns: number;
}

/** For a whole second the display got fewer pictures than `vret.core.display.FLOOR` of its rate. */
export interface FrameRateLow {
  type: "FrameRateLow";
  t_ns: number;
}

/**
 * One rendered frame. Times in ns on the headset's clock, metres and quaternions (xyzw) in stage space.
 *
 * `t_ns` is the time of the frame's tick, at which scene and ramps were evaluated; `cpu_ns` the thread's CPU time.
 * `area` is the scene's area of interest that the head is turned to, found out ten times a second; empty for none.
 * `feared_m` is how far the person is from the nearest feared area, missing where there is none. `cleared` is how much
 * of the picture was clear, so that the person saw their own room: 0 nothing to 1000 all of it.
 */
export interface FrameRecord {
  type: "FrameRecord";
  frame: number;
  t_ns: number;
  display_ns: number;
  cpu_ns: number;
  head_position_in_stage: [number, number, number];
  head_rotation_in_stage: [number, number, number, number];
  scene: string;
  veil: number;
  area?: string;
  feared_m?: number | null;
  cleared?: number;
}

/**
 * Let the person go on without a therapist: only rungs that were done in this session, with this therapist there.
 *
 * `homework` is the text that was signed, a `vret.core.homework.Homework` as JSON. `key` is the public key of the page
 * as a point of P-256, 65 bytes uncompressed; `signature` is made over the text's UTF-8 with SHA-256, r and s in 64.
 * A newer homework takes the place of the one before.
 */
export interface GiveHomework {
  type: "GiveHomework";
  homework: string;
  key: string;
  signature: string;
}

export interface HeadsetHalf {
  type: "HeadsetHalf";
  peer: string;
  key: string;
  certificate: string;
}

export interface HeadsetRemoved {
  type: "HeadsetRemoved";
  t_ns: number;
}

/** The headset's side of the same, for the console `peer`. */
export interface HeadsetSignal {
  type: "HeadsetSignal";
  peer: string;
  content: string;
  mac: string;
}

export interface HeadsetWorn {
  type: "HeadsetWorn";
  t_ns: number;
}

/** Four times a second from the console, signed. Its clock in ns: when the beacon came, and when this was sent. */
export interface Heartbeat {
  type: "Heartbeat";
  sequence: number;
  beacon: number;
  beacon_received_ns: number;
  sent_ns: number;
}

/** The console is alive and has seen beacon `beacon`. */
export interface HeartbeatReceived {
  type: "HeartbeatReceived";
  t_ns: number;
  sender: string;
  beacon: number;
}

/**
 * The first message of either end. `protocol` is the lowest and highest version that it speaks.
 *
 * A console with the capability `WATCH` does not ask to lead.
 */
export interface Hello {
  type: "Hello";
  role: Role;
  protocol: [number, number];
  axis_vocabulary: number;
  program: string;
  capabilities?: string[];
}

export interface HoldExtended {
  type: "HoldExtended";
  until_ns: number;
}

/**
 * What was signed. `session_ns` is time in scenes in one session; `homework_id` names the folders of its sessions.
 *
 * `mark` is that of the session in which it was given. Times are seconds of Unix time.
 */
export interface Homework {
  homework_id: string;
  signed_unix_s: number;
  expires_unix_s: number;
  scenes: HomeworkScene[];
  session_ns: number;
  sessions_per_day: number;
  numbers: CrisisNumber[];
  anchors?: Anchors | null;
  mark?: string;
}

/**
 * What the therapist is told of one session of homework. `exposed_s` is time in scenes.
 *
 * `scene` and `step` are where the person stood highest, counted in rungs of it; empty and -1: no scene was shown.
 * `highest_suds` is None where no rating was given. `log` names the folder of its log.
 */
export interface HomeworkDone {
  homework_id: string;
  started_unix_s: number;
  exposed_s: number;
  scene: string;
  step: number;
  rung: string;
  highest_suds: number | null;
  highest_fms: number | null;
  stops: number;
  ended: HomeworkEnd;
  log: string;
}

/** How a session of homework ended. None of them is a failure. */
export type HomeworkEnd = "finished" | "not_today" | "stopped" | "technical" | "time_used" | "unwell";

export interface HomeworkGiven {
  type: "HomeworkGiven";
  homework_id: string;
}

/** The time in scenes of this session is used up. */
export interface HomeworkOver {
  type: "HomeworkOver";
}

/**
 * One scene, as it was when it was done together; up to which rung, and the most dreaded values by axis name in
 * micro-units.
 */
export interface HomeworkScene {
  scene: string;
  content_hash: string;
  top_rung: string;
  ceilings?: { [key: string]: number };
}

export interface HomeworkWithdrawn {
  type: "HomeworkWithdrawn";
}

/** An input on which the person can stop. */
export type Input = "controller_left" | "controller_right" | "hand_left" | "hand_right" | "keyboard" | "window";

export interface InputGained {
  type: "InputGained";
  t_ns: number;
  input: Input;
}

export interface InputLost {
  type: "InputLost";
  t_ns: number;
  input: Input;
}

/** In the order in which they are asked: first whether the person can be well here, stop last. */
export type Item = "boundary" | "floor" | "less" | "rating" | "reachable" | "read" | "room_clear" | "seat" | "seated" | "sober" | "sound" | "stop" | "wait" | "well";

/** From a console that has keys already, by another name: `vret.link.agreement.mac_of` its challenge's nonce. */
export interface Kept {
  type: "Kept";
  mac: string;
}

/** A console has proved that it holds the same keys as the headset: `keys` names them, `words` are made of them. */
export interface KeysAgreed {
  type: "KeysAgreed";
  t_ns: number;
  sender: string;
  keys: string;
  words: string[];
}

/** Console and headset compared the words of an earlier session: with that key both have proved who they are. */
export interface KeysRecognised {
  type: "KeysRecognised";
  t_ns: number;
  sender: string;
  keys: string;
}

/** What was offered was taken, or something else came first; `by_person` is False where it came by itself. */
export interface LessAnswered {
  type: "LessAnswered";
  by_person: boolean;
}

/** Great distress twice: the person is offered less or stop, and it becomes less by itself at `until_ns`. */
export interface LessOffered {
  type: "LessOffered";
  until_ns: number;
}

export interface LessPressed {
  type: "LessPressed";
  t_ns: number;
  input: Input;
}

/** A point of the macro level: at `level` (thousandths, 0 to 10 000) the axes have these values. */
export interface LevelPoint {
  level: number;
  values: { [key: string]: number };
}

/** What the therapist or the person wrote or said by a phrase is the `number`-th line of their conversation. */
export interface LineAdded {
  type: "LineAdded";
  number: number;
}

/** Whether recording keeps up and has space; `reason` says what is wrong, empty when healthy. */
export interface LogHealthChanged {
  type: "LogHealthChanged";
  t_ns: number;
  healthy: boolean;
  reason?: string;
}

/** An observed safety behaviour, such as gripping the rail or looking away. */
export interface MarkSafetyBehaviour {
  type: "MarkSafetyBehaviour";
  behaviour: string;
}

/** Somebody known from an earlier session: the name of that session's keys, and the proof of having one of them. */
export interface Met {
  name: string;
  mac: string;
}

/** The person will stand elsewhere; `scene` empty means the calm room. */
export interface Moved {
  type: "Moved";
  scene: string;
  place: string;
}

/** Turn the sound of the scene that is shown off, or on again, which is a rise; nothing else falls silent. */
export interface MuteScene {
  type: "MuteScene";
  is_muted: boolean;
}

export interface Note {
  type: "Note";
  text: string;
}

/** What the therapist proposed after a stop, and until when the person can accept it. */
export interface Offer {
  step: number;
  until_ns: number;
}

/** From the console that leads, about the call: `content` is a signal (`vret.link.signalling`), `mac` its MAC. */
export interface PageSignal {
  type: "PageSignal";
  content: string;
  mac: string;
}

/** Stay where you are; nothing approaches. */
export interface Pause {
  type: "Pause";
}

export interface PeerJoined {
  type: "PeerJoined";
  peer: string;
  role: Role;
  program: string;
}

export interface PeerLeft {
  type: "PeerLeft";
  peer: string;
  role: Role;
}

export interface PendingStimulus {
  stimulus: string;
  fires_ns: number;
}

/**
 * What the person can say by one press, in the order in which it is offered. The first and the last mislead least
 * when they are chosen by accident.
 */
export type Phrase = "cannot_hear" | "no" | "okay" | "please_talk" | "slower" | "yes";

/** The person said a phrase to the therapist. */
export interface PhraseSaid {
  type: "PhraseSaid";
  t_ns: number;
  input: Input;
  phrase: Phrase;
}

/** `hold_on_link_loss_ns` above 0: the person agreed to wait that long and may then press "I can wait". */
export interface Plan {
  scenes: ScenePlan[];
  surprises_consented?: boolean;
  hold_on_link_loss_ns?: number;
  mark?: string;
}

/** The newest answer to each item, in the order in which they came; `is_alone`: the items are those of homework. */
export interface Preparation {
  answers?: Answer[];
  is_alone?: boolean;
}

/** Go through the preparation with the person, from its start; in the calm room, before the first exposure. */
export interface Prepare {
  type: "Prepare";
}

/** An item of the preparation has its answer, by the person's own press or as the therapist entered it. */
export interface Prepared {
  type: "Prepared";
  item: Item;
  is_well: boolean;
  by_person: boolean;
}

/** A local control was pressed where there was nothing left to lower; the person is told so. */
export interface PressAcknowledged {
  type: "PressAcknowledged";
}

/** Somebody is with the person, from whom the session is hidden; or the person is alone again. */
export interface PrivacyChanged {
  type: "PrivacyChanged";
  is_private: boolean;
}

/** The person is alone again. */
export interface PrivateAgain {
  type: "PrivateAgain";
  t_ns: number;
  input: Input;
}

/** A new frame process took the session over from a dead one. */
export interface ProgramRestarted {
  type: "ProgramRestarted";
  t_ns: number;
}

/** The headset's proof: both hold the same keys now. `met` are those whom it knows (`vret.link.acquaintance`). */
export interface Proven {
  type: "Proven";
  peer: string;
  proof: string;
  met?: Met[];
}

export interface RatingAsked {
  type: "RatingAsked";
  moment: RatingMoment;
}

/** The person turned the dial and let go: SUDS 0 to 100. */
export interface RatingGiven {
  type: "RatingGiven";
  t_ns: number;
  suds: number;
}

/** The dial was shown and not answered. */
export interface RatingMissing {
  type: "RatingMissing";
  moment: RatingMoment;
}

/** Why a rating was asked for (clinical.md 2.1). */
export type RatingMoment = "after_stop" | "baseline" | "entry" | "exit" | "interval" | "peak" | "step";

export interface RatingRecorded {
  type: "RatingRecorded";
  suds: number;
  moment: RatingMoment;
  source: RatingSource;
}

export interface RatingRequest {
  moment: RatingMoment;
  until_ns: number;
}

export type RatingSource = "dial" | "therapist";

export interface ReadyPressed {
  type: "ReadyPressed";
  t_ns: number;
  input: Input;
}

/** The runtime moved the space in which the person stands, so that everything seen moved with it. */
export interface Recentred {
  type: "Recentred";
  t_ns: number;
}

/** The console's answer to one of them: its page and this headset compared their words in that session. */
export interface Recognised {
  type: "Recognised";
  met: Met;
}

/** An event, what followed from it, and the digest of the state after it. `sequence` counts from 1 without gaps. */
export interface Record {
  type: "Record";
  sequence: number;
  event: SessionOpened | Admitted | Tick | HeartbeatReceived | KeysAgreed | WordsMatched | KeysRecognised | CommandReceived | WaitPressed | LessPressed | StopPressed | ReadyPressed | ResumeAccepted | CanWaitPressed | RatingGiven | PhraseSaid | Wrote | HeadsetRemoved | HeadsetWorn | FocusLost | FocusGained | Recentred | InputGained | InputLost | TrackingLost | TrackingFound | DisplayDeclared | FrameRateLow | FrameRateFine | LogHealthChanged | ScenesMissing | ProgramRestarted | SomeoneCameIn | PrivateAgain | RecordingAccepted | RecordingDeclined | SicknessGiven | RisePressed | Finished;
  effects: (CommandAccepted | CommandRefused | StateChanged | AxisRamped | Moved | StepChanged | BeaconIssued | RiseStopped | StimulusWarned | StimulusShown | StimulusCancelled | StimulusEnded | RatingAsked | RatingRecorded | RatingMissing | ResumeOffered | ResumeWithdrawn | PressAcknowledged | StopPractised | TextShown | LineAdded | HoldExtended | VariantChanged | WordsCompared | Prepared | PrivacyChanged | SpeakerChanged | SceneSoundChanged | RecordingAsked | RecordingBegan | RecordingEnded | SicknessAsked | SicknessRecorded | SicknessMissing | BreakDue | BreakTaken | RungDone | HomeworkGiven | HomeworkWithdrawn | RiseRefused | LessOffered | LessAnswered | HomeworkOver)[];
  digest: string;
}

/** The person agrees that the sound of the conversation is recorded. */
export interface RecordingAccepted {
  type: "RecordingAccepted";
  t_ns: number;
  input: Input;
}

/** The therapist has consented to the `number`-th recording of the session, and the person is asked. */
export interface RecordingAsked {
  type: "RecordingAsked";
  number: number;
}

/** Both have consented: from here on the sound of the conversation may be recorded. */
export interface RecordingBegan {
  type: "RecordingBegan";
  number: number;
}

/** The person says no to a recording, or ends the one that is under way. */
export interface RecordingDeclined {
  type: "RecordingDeclined";
  t_ns: number;
  input: Input;
}

/**
 * Why a question about a recording is closed, or a recording over.
 *
 * `UNANSWERED`: nobody said yes in time, or before something else came in between.
 */
export type RecordingEnd = "declined" | "person" | "session_ended" | "therapist" | "unanswered";

/** From here on nothing may be recorded. Its question may never have been answered with yes. */
export interface RecordingEnded {
  type: "RecordingEnded";
  number: number;
  why: RecordingEnd;
}

/** Records as they are made, in order; answers to commands are among their effects. */
export interface RecordsMessage {
  type: "RecordsMessage";
  records: Record[];
}

/** Why a command was refused. The console shows a sentence for each. */
export type Refusal = "already_handled" | "fading" | "frame_rate_low" | "headset_not_ready" | "homework_fainting" | "homework_not_done" | "homework_over" | "homework_unfit" | "lease_stale" | "log_unhealthy" | "no_stop_input" | "no_therapist" | "not_prepared" | "not_private" | "not_today" | "out_of_range" | "outside_plan" | "overtaken" | "person_not_ready" | "scene_missing" | "software_display" | "stimulus_under_way" | "stop_not_practised" | "surprise_not_consented" | "too_soon" | "unknown_axis" | "unknown_rung" | "unknown_scene" | "unknown_stimulus" | "unknown_variant" | "unknown_voice" | "unwell" | "words_not_compared" | "wrong_state";

/** What the headset receives: a therapist's message, unread by the server, with its sender. */
export interface Relayed {
  type: "Relayed";
  sender: string;
  message: unknown;
}

/**
 * A snapshot at headset time `t_ns`. `beacon` is the number that the console must echo.
 *
 * `variant` is that of the scene shown; in the calm room it is the one to which a resume would lead. `prepares` is
 * what the preparation asks now. `here_count` is how often the therapist has let it be said that they are here.
 * `done` is the
 * rung by scene up to which all were done with the therapist there, and may become homework.
 */
export interface Report {
  t_ns: number;
  beacon: number;
  state: State;
  cause: Cause | null;
  scene: string;
  place: string;
  step_index: number;
  veil: number;
  axes: { [key: string]: AxisReport };
  lease_age_ns: number | null;
  can_rise: boolean;
  pending: PendingStimulus[];
  active: ActiveStimulus[];
  inputs: Input[];
  practised: Input[];
  worn: boolean;
  focused: boolean;
  log_healthy: boolean;
  ready: boolean;
  offer: Offer | null;
  rating: RatingRequest | null;
  saying?: Saying | null;
  variant?: string;
  agreement?: Agreement | null;
  words_asked?: string[];
  preparation?: Preparation | null;
  prepares?: Item | null;
  here_count?: number;
  is_private?: boolean;
  speaks_as?: string;
  is_scene_muted?: boolean;
  recording?: SoundRecording | null;
  sickness?: SicknessReport | null;
  done?: { [key: string]: number };
  alone?: AloneReport | null;
}

/** Ten times a second from the headset; the newest one replaces the others. `device` is None from older programs. */
export interface ReportMessage {
  type: "ReportMessage";
  report: Report;
  device?: Device | null;
}

/** Offer to go on after a stop. The person must have said ready, and must accept. */
export interface Resume {
  type: "Resume";
  level?: ResumeLevel;
}

export interface ResumeAccepted {
  type: "ResumeAccepted";
  t_ns: number;
  input: Input;
}

/** Where to go on after a stop; one lower is the default, `CALM` is the calm room without exposure. */
export type ResumeLevel = "calm" | "first" | "lower" | "same";

export interface ResumeOffered {
  type: "ResumeOffered";
  scene: string;
  step: number;
}

export interface ResumeWithdrawn {
  type: "ResumeWithdrawn";
}

/** What the console committed itself to, and its proof. */
export interface Reveal {
  type: "Reveal";
  key: string;
  certificate: string;
  proof: string;
}

/** The person goes one rung up, or on after a hold; in homework alone (`vret.core.alone`). */
export interface RisePressed {
  type: "RisePressed";
  t_ns: number;
  input: Input;
}

/** The person asked for more by a press, and there is none now. */
export interface RiseRefused {
  type: "RiseRefused";
  reason: Refusal;
}

/** Rising ramps were stopped because the lease is no longer fresh. */
export interface RiseStopped {
  type: "RiseStopped";
}

export type Role = "headset" | "therapist";

/** One step of the ladder: where the person stands (`place`) and a value for every bound axis (micro-units). */
export interface Rung {
  name: string;
  title: string;
  place: string;
  values: { [key: string]: number };
  tags?: string[];
  task?: string;
}

/** The person has been on a rung for long enough, at rest and with the therapist there: it may become homework. */
export interface RungDone {
  type: "RungDone";
  scene: string;
  step: number;
}

/**
 * Show the person a text (`vret.core.conversation.is_plain`) for as long as it takes to read, in every state.
 *
 * A newer one replaces it. It may be sent again under the same command id until it is answered, and is taken once.
 */
export interface Say {
  type: "Say";
  text: string;
}

/** Let the recorded prompt say that the therapist is here. Only now: refused unless the lease is fresh. */
export interface SayHere {
  type: "SayHere";
}

/** What the therapist wrote to the person, and until when it is shown. `is_here`: that they are here, no text. */
export interface Saying {
  text: string;
  until_ns: number;
  is_here?: boolean;
}

/** One permitted scene. `ceilings` are the most dreaded values permitted, in micro-units by axis name. */
export interface ScenePlan {
  scene: string;
  top_rung?: string | null;
  ceilings?: { [key: string]: number };
}

/** All that the core needs of a scene. `content_hash` names the very file and assets that were used. */
export interface SceneRules {
  name: string;
  title: string;
  content_hash: string;
  base_place: string;
  axes: AxisRules[];
  rungs: Rung[];
  level_points?: LevelPoint[];
  stimuli?: StimulusRules[];
  areas?: AreaRules[];
  variants?: VariantRules[];
  voices?: VoiceRules[];
}

export interface SceneSoundChanged {
  type: "SceneSoundChanged";
  scene: string;
  is_muted: boolean;
}

/** Scenes of the plan that cannot be shown yet, instead of those named before: they are still being loaded. */
export interface ScenesMissing {
  type: "ScenesMissing";
  t_ns: number;
  scenes: string[];
}

/**
 * The device redeemed its code: the session begins in the waiting room. Always the first event.
 *
 * With `compares_words` nothing rises before both people have compared the words of `KeysAgreed`. With
 * `watches_sickness` it is asked how sick the person feels, and breaks are looked after, without anybody's doing.
 * With `homework` there is no therapist: it begins in the calm room, and its plan is that of the homework.
 */
export interface SessionOpened {
  type: "SessionOpened";
  t_ns: number;
  session_id: string;
  plan: Plan;
  scenes: SceneRules[];
  compares_words?: boolean;
  watches_sickness?: boolean;
  homework?: Homework | null;
}

export interface SetAnchors {
  type: "SetAnchors";
  anchors: Anchors;
}

/** Move one axis of the scene that is shown, at `rate` micro-units a second or the scene's own rate. */
export interface SetAxis {
  type: "SetAxis";
  axis: string;
  target: number;
  rate?: number | null;
}

/** Set the macro level of the scene that is shown. */
export interface SetLevel {
  type: "SetLevel";
  level: number;
}

/** Go to a rung; from the calm room this starts the exposure. */
export interface SetRung {
  type: "SetRung";
  scene: string;
  rung: string;
}

/** Show the scene that is shown in another of its variants; always a rise, whichever way it goes. */
export interface SetVariant {
  type: "SetVariant";
  variant: string;
}

/** Show a one-shot stimulus; without warning only where the plan records the person's consent to surprises. */
export interface ShowStimulus {
  type: "ShowStimulus";
  stimulus: string;
  warned?: boolean;
}

/** Asked twice without an answer in between: something else came first meanwhile. */
export interface SicknessAsked {
  type: "SicknessAsked";
  moment: SicknessMoment;
}

/** The person turned the dial and let go: how sick they feel, 0 to 10 (`vret.core.sickness`). */
export interface SicknessGiven {
  type: "SicknessGiven";
  t_ns: number;
  fms: number;
}

/** It was to be asked, and there is no answer. */
export interface SicknessMissing {
  type: "SicknessMissing";
  moment: SicknessMoment;
}

/** Of when an answer about sickness tells: before the first exposure, in a scene, or out of it again. */
export type SicknessMoment = "after" | "before" | "during";

export interface SicknessRecorded {
  type: "SicknessRecorded";
  fms: number;
  moment: SicknessMoment;
  source: RatingSource;
}

/** How sick the person felt when last asked, and since when without a break they have been in scenes. */
export interface SicknessReport {
  request: SicknessRequest | null;
  fms: number | null;
  answered_ns: number | null;
  is_unwell: boolean;
  is_break_due: boolean;
  unbroken_ns: number;
}

/** The question: on the dial until `until_ns`, at None not yet, because something else comes first. */
export interface SicknessRequest {
  moment: SicknessMoment;
  by_therapist?: boolean;
  until_ns?: number | null;
}

/**
 * A console's `ToSign` as JSON text, under a MAC with its keys for this connection (`vret.link.agreement`).
 *
 * The MAC is made over the text as it is sent, so that nobody has to agree on how to write JSON.
 */
export interface Signed {
  type: "Signed";
  content: string;
  mac: string;
}

/**
 * From the headset whenever a console joins: all that a late joiner and a rebuilt room need.
 *
 * `conversation` are the records with the newest lines of the conversation, however long ago they were sent.
 * `homework` is what the headset keeps, and `homework_done` what was done of it since the last contact.
 */
export interface Snapshot {
  type: "Snapshot";
  opened: SessionOpened;
  report: Report;
  last_sequence: number;
  conversation?: Record[];
  homework?: Homework | null;
  homework_done?: HomeworkDone[];
}

/** Somebody else is in the person's room: nothing shall be seen or heard of the session. It is not a stop. */
export interface SomeoneCameIn {
  type: "SomeoneCameIn";
  t_ns: number;
  input: Input;
}

/**
 * The `number`-th that was asked for in this session: a question until `until_ns`, or with `is_on` under way.
 *
 * While somebody else is with the person it stays on, and silence is recorded.
 */
export interface SoundRecording {
  number: number;
  until_ns: number;
  is_on?: boolean;
}

/** Let the therapist's voice come from one of the scene's `voices`; empty is the therapist's own, in the head. */
export interface SpeakAs {
  type: "SpeakAs";
  voice: string;
}

/** As whom the therapist is heard: one of the scene's voices, or at empty themselves. */
export interface SpeakerChanged {
  type: "SpeakerChanged";
  scene: string;
  voice: string;
}

export type State = "calm" | "ended" | "exposed" | "held" | "paused" | "stopped" | "waiting";

export interface StateChanged {
  type: "StateChanged";
  state: State;
  cause: Cause;
}

/** The rung that the session counts itself on; -1 is the foot of the ladder. */
export interface StepChanged {
  type: "StepChanged";
  scene: string;
  step: number;
}

/** One step down; never refused while a scene is shown. */
export interface StepDown {
  type: "StepDown";
}

export interface StimulusCancelled {
  type: "StimulusCancelled";
  stimulus: string;
}

export interface StimulusEnded {
  type: "StimulusEnded";
  stimulus: string;
}

/** A one-shot event. `warning_ns` is how long the person is warned before it comes. */
export interface StimulusRules {
  name: string;
  title: string;
  warning_ns: number;
  duration_ns: number;
}

export interface StimulusShown {
  type: "StimulusShown";
  stimulus: string;
}

export interface StimulusWarned {
  type: "StimulusWarned";
  stimulus: string;
}

/** Cut to the calm room, latched. */
export interface Stop {
  type: "Stop";
}

export interface StopPractised {
  type: "StopPractised";
  input: string;
}

export interface StopPressed {
  type: "StopPressed";
  t_ns: number;
  input: Input;
}

/** A one-key mark on the timeline. */
export interface Tag {
  type: "Tag";
  tag: string;
}

/** The therapist's text is on the panel until `until_ns`, unless a newer one or an answer comes. */
export interface TextShown {
  type: "TextShown";
  until_ns: number;
}

/** Time passed. `gap_ns` is the time since the previous tick, as the frame loop measured it. */
export interface Tick {
  type: "Tick";
  t_ns: number;
  gap_ns: number;
}

/** It knows again. */
export interface TrackingFound {
  type: "TrackingFound";
  t_ns: number;
}

/** The headset does not know where the head is any more: what is seen stays behind or comes along with it. */
export interface TrackingLost {
  type: "TrackingLost";
  t_ns: number;
}

/** A message or the connection was turned away; `message` is a sentence for a person. */
export interface Turned {
  type: "Turned";
  code: ErrorCode;
  message: string;
  command_id?: string | null;
}

/** The variant in which the session counts the scene to be shown. */
export interface VariantChanged {
  type: "VariantChanged";
  scene: string;
  variant: string;
}

/** The same scene at another time of day, in other weather or with other people. Nobody knows which is milder. */
export interface VariantRules {
  name: string;
  title: string;
}

/** Somebody in the scene as whom the therapist can speak, by name and title; at `places`, or at empty everywhere. */
export interface VoiceRules {
  name: string;
  title: string;
  places?: string[];
}

export interface WaitPressed {
  type: "WaitPressed";
  t_ns: number;
  input: Input;
}

/**
 * The server's answer to hello. `peer` is the sender's name in this room; `mark` is shown at all times.
 *
 * A console that does not lead looks on; of what it asks for only what lowers is passed on.
 */
export interface Welcome {
  type: "Welcome";
  protocol: number;
  session_id: string;
  peer: string;
  admitted: boolean;
  mark: string;
  leads?: boolean;
}

/** Take back whatever homework the headset keeps; never refused. */
export interface WithdrawHomework {
  type: "WithdrawHomework";
}

/** Therapist and person have both confirmed that the words are the same: the keys are theirs alone. */
export interface WordsCompared {
  type: "WordsCompared";
  keys: string;
}

/** The therapist heard the words that the console shows; under a MAC, since only they may say so. */
export interface WordsMatch {
  type: "WordsMatch";
  mac: string;
}

/** The therapist has heard the words that the console shows. Only who holds the keys could say so. */
export interface WordsMatched {
  type: "WordsMatched";
  t_ns: number;
  sender: string;
  keys: string;
}

/** The person wrote to the therapist, at the desktop window; a text as `vret.core.conversation.is_plain` has it. */
export interface Wrote {
  type: "Wrote";
  t_ns: number;
  text: string;
}

export type Command = CommandMessage["command"];

export type SessionEvent = Record["event"];

export type Effect = Record["effects"][number];
