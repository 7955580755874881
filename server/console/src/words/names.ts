/** What the headset program and the server name by a code: states, causes, refusals, axes. In plain English. */

import type { Blocked } from "../core/arming";
import { PHRASES } from "../generated/core";
import type {
  Cause,
  EndedHow,
  ErrorCode,
  Item,
  Phrase,
  RatingMoment,
  RatingSource,
  RecordingEnd,
  Refusal,
  ResumeLevel,
  SicknessMoment,
  State,
} from "../generated/wire";

type Words<K extends string> = { [key in K]: string };

export const states: Words<State> = {
  waiting: "Waiting room",
  calm: "Calm room",
  exposed: "In the scene",
  held: "Held",
  paused: "Paused",
  stopped: "Stopped",
  ended: "Ended",
};

export const causes: Words<Cause> = {
  admitted: "the person was let in",
  therapist: "the therapist asked for it",
  person_wait: "the person pressed wait",
  person_less: "the person pressed less",
  person_stop: "the person pressed stop",
  therapist_stop: "the therapist pressed stop",
  resumed: "both went on after a stop",
  lease_old: "the link was slow",
  lease_lost: "the link was lost",
  time_gap: "the computer stood still for a moment",
  headset_off: "the headset was taken off",
  recentred: "the headset moved the space the person stands in",
  focus_lost: "another window took the headset",
  input_lost: "no control was left that can stop",
  tracking_lost: "the headset lost sight of the room",
  frame_rate: "the headset's pictures came too slowly",
  program_restarted: "the headset's program started anew",
  ended: "the session was ended",
  someone_came_in: "someone came into the person's room",
  unwell: "the person feels very sick",
  homework: "homework began, without a therapist",
  person_rise: "the person asked for the next step",
  distress: "great distress was told twice, and less or stop not chosen",
  no_answer: "two questions in a row had no answer",
  homework_over: "the time of this homework was used up",
  heart_fell: "the heart rate fell where people faint",
  stood_up: "the person does not sit where people faint",
};

/** As the person says them. */
export const phrases: Words<Phrase> = PHRASES;

export const refusals: Words<Refusal> = {
  lease_stale: "the link is too slow for a rise just now",
  stop_not_practised: "the person has not practised stop yet",
  no_stop_input: "the person has no control in hand that can stop",
  headset_not_ready: "the headset is off, has lost sight of the room, or shows something else",
  log_unhealthy: "the log does not keep up",
  overtaken: "the person pressed a control just before; look, then ask again",
  fading: "the picture is still changing",
  wrong_state: "this does not go with what is shown now",
  outside_plan: "the plan does not permit this",
  out_of_range: "this is beyond what the scene can do",
  unknown_scene: "the headset does not have this scene",
  unknown_rung: "the headset does not have this step",
  unknown_axis: "this scene does not have this",
  unknown_stimulus: "the headset does not have this event",
  stimulus_under_way: "this is already on its way",
  surprise_not_consented: "the person did not agree to surprises",
  person_not_ready: "the person has not said ready yet",
  already_handled: "this was done already",
  unknown_variant: "this scene does not have this variant",
  scene_missing: "the headset does not have this scene yet",
  words_not_compared: "the four words are not compared yet",
  not_private: "someone is in the room with the person",
  unknown_voice: "this scene does not have this voice",
  frame_rate_low: "the headset's pictures come too slowly; step down, or wait until they are fast enough",
  software_display: "no headset shows this, and the plan is not one for trials with staff",
  unwell: "the person feels very sick; ask again how they are",
  homework_unfit: "this is no homework that the headset could keep: another scene, mark or bound",
  homework_not_done: "not every step up to there was done in this session, half a minute at rest with you there",
  homework_fainting: "people faint on a step like this: never without you",
  no_therapist: "this is homework, in which nobody else steers",
  not_today: "something that must be right without a therapist is not",
  not_prepared: "the preparation is not finished",
  too_soon: "too soon after the step before, or an answer is still awaited",
  homework_over: "the time of this homework is used up",
  heart_falling: "the person's heart rate has fallen; let them tense their muscles",
  not_seated: "people faint in this scene: enter that the person sits first",
};

export const recordingEnds: Words<RecordingEnd> = {
  declined: "the person said no",
  unanswered: "the person did not say yes",
  person: "the person ended it",
  therapist: "the therapist ended it",
  session_ended: "the session was ended",
};

export const turned: Partial<Words<ErrorCode>> = {
  replaced: "Another page leads this session now.",
  not_allowed: "this page looks on; it can lower and stop",
  session_over: "The session has ended.",
  no_such_session: "There is no such session, or it belongs to another therapist.",
  headset_absent: "the headset is not connected",
  not_proven: "the headset could not tell that it was you; try again",
  not_admitted: "the person has not been let in yet",
  too_slow: "This page could not keep up and is connecting again.",
  too_many_requests: "This page sent too much and is connecting again.",
  protocol_mismatch: "This page and the headset's program are of different versions. Update the older one.",
  axis_vocabulary_mismatch: "This page and the headset's program are of different versions. Update the older one.",
};

export const blocked: Words<Blocked> = {
  nothing_armed: "Nothing is prepared.",
  lapsed: "What was prepared has lapsed. Prepare it again.",
  too_soon: "Too soon after preparing. Confirm again.",
  held_key: "A held key does not count. Let go, then press once.",
  by_focus: "Enter does not confirm. Press F2, or click.",
  double_click: "A double click does not count. Click once.",
  hidden: "This page was hidden, so nothing can rise. Prepare it again.",
  new_step: "A new step needs 10 s since the last one.",
};

export const moments: Words<RatingMoment> = {
  baseline: "before we begin",
  entry: "on entering",
  step: "after a step",
  peak: "at the peak",
  interval: "now",
  exit: "at the end",
  after_stop: "after a stop",
};

export const sicknessMoments: Words<SicknessMoment> = {
  before: "before the first scene",
  during: "in a scene",
  after: "after a scene",
};

export const sources: Words<RatingSource> = { dial: "on the dial", therapist: "said aloud" };

export const resumeLevels: Words<ResumeLevel> = {
  lower: "One step lower",
  same: "The same step",
  first: "The first step",
  calm: "Stay in the calm room",
};

export const endings: Words<EndedHow> = {
  chosen_step: "On a step that we chose",
  escaped: "The person wanted out",
  technical: "For a technical reason",
};

/** What the preparation asks, before a yes or no. */
export const items: Words<Item> = {
  read: "Reads the line",
  seat: "Seat",
  floor: "Floor",
  boundary: "Room around",
  sound: "Sound",
  wait: "Wait",
  less: "Less",
  rating: "Rating",
  stop: "Stop",
  well: "Well today",
  sober: "Sober",
  room_clear: "Room clear",
  reachable: "Someone reachable",
  seated: "Seated",
};

export const axes: Words<string> = {
  height_m: "Height",
  edge_distance_m: "Distance to the edge",
  railing: "Railing",
  floor_opacity: "Floor opacity",
  walkway_width_m: "Walkway width",
  wind_mps: "Wind",
  sway_deg: "Sway of objects",
  distance_m: "Distance",
  count: "Number",
  size_m: "Size",
  realism: "Realism",
  containment: "Containment",
  speed_mps: "Speed",
  density_ppm2: "Crowding",
  gaze_at_client: "Looks at the person",
  attitude: "Attitude of others",
  noise_db: "Loudness",
  light_lux: "Light",
  enclosure_m3: "Room around",
  turbulence: "Turbulence",
  exit_visible: "Way out in sight",
  exit_distance_m: "Distance to the way out",
  rain_mmph: "Rain",
  lightning_per_min: "Lightning",
  dirt: "Dirt",
  blood_ml: "Blood",
};

export const questions: Words<string> = {
  present_address: "the address where the person is now",
  callback_number: "one number to call back, in digits",
  emergency_number: "the emergency number where the person is, in digits",
};
