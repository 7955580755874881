/** Every text that a person reads, in plain English. Another language is another folder like this one. */

import type { Blocked } from "../core/arming";
import type {
  Cause,
  EndedHow,
  ErrorCode,
  RatingMoment,
  RatingSource,
  Refusal,
  ResumeLevel,
  State,
} from "../generated/wire";

type Words<K extends string> = { [key in K]: string };

const states: Words<State> = {
  waiting: "Waiting room",
  calm: "Calm room",
  exposed: "In the scene",
  held: "Held",
  paused: "Paused",
  stopped: "Stopped",
  ended: "Ended",
};

const causes: Words<Cause> = {
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
  program_restarted: "the headset's program started anew",
  ended: "the session was ended",
};

const refusals: Words<Refusal> = {
  lease_stale: "the link is too slow for a rise just now",
  stop_not_practised: "the person has not practised stop yet",
  no_stop_input: "the person has no control in hand that can stop",
  headset_not_ready: "the headset is off, or another window has it",
  log_unhealthy: "the recording does not keep up",
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
};

const turned: Partial<Words<ErrorCode>> = {
  replaced: "Another page leads this session now.",
  not_allowed: "this page looks on; it can lower and stop",
  session_over: "The session has ended.",
  no_such_session: "There is no such session, or it belongs to another therapist.",
  headset_absent: "the headset is not connected",
  not_admitted: "the person has not been let in yet",
  too_slow: "This page could not keep up and is connecting again.",
  too_many_requests: "This page sent too much and is connecting again.",
  protocol_mismatch: "This page and the headset's program are of different versions. Update the older one.",
  axis_vocabulary_mismatch: "This page and the headset's program are of different versions. Update the older one.",
};

const blocked: Words<Blocked> = {
  nothing_armed: "Nothing is prepared.",
  lapsed: "What was prepared has lapsed. Prepare it again.",
  too_soon: "Too soon after preparing. Confirm again.",
  held_key: "A held key does not count. Let go, then press once.",
  by_focus: "Enter does not confirm. Press F2, or click.",
  double_click: "A double click does not count. Click once.",
  hidden: "This page was hidden, so nothing can rise. Prepare it again.",
  new_step: "A new step needs 10 s since the last one.",
};

const moments: Words<RatingMoment> = {
  baseline: "before we begin",
  entry: "on entering",
  step: "after a step",
  peak: "at the peak",
  interval: "now",
  exit: "at the end",
  after_stop: "after a stop",
};

const sources: Words<RatingSource> = { dial: "on the dial", therapist: "said aloud" };

const resumeLevels: Words<ResumeLevel> = {
  lower: "One step lower",
  same: "The same step",
  first: "The first step",
  calm: "Stay in the calm room",
};

const endings: Words<EndedHow> = {
  chosen_step: "On a step that we chose",
  escaped: "The person wanted out",
  technical: "For a technical reason",
};

const axes: Words<string> = {
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

const questions: Words<string> = {
  present_address: "the address where the person is now",
  callback_number: "one number to call back, in digits",
  emergency_number: "the emergency number where the person is, in digits",
};

export const words = {
  product: "vret console",
  states,
  causes,
  refusals,
  turned,
  blocked,
  moments,
  sources,
  resumeLevels,
  endings,
  axes,
  questions,

  unreachable: "The server cannot be reached. Check the connection, then try again.",
  tryAgain: "Try again",

  signIn: {
    title: "Sign in",
    email: "E-mail",
    password: "Password",
    action: "Sign in",
    byLink: "Signing in by link …",
    linkFailed:
      "This sign-in link does not work any more. Links work once, for ten minutes. Sign in below, or ask for a new one.",
    again: "Your sign-in has run out. Sign in, and this page goes on where it was.",
    out: "Sign out",
  },

  sessions: {
    title: "Sessions",
    create: "New session",
    none: "No sessions yet. Plan the first one with New session.",
    unnamed: "No label",
    columns: ["Label", "Made", "Scene", "State", ""],
    open: "Open",
    stages: {
      gate: "Safety check to do",
      waiting: "Person to be let in",
      live: "Running",
      ended: "Ended",
    },
  },

  plan: {
    title: "New session",
    label: "Label",
    labelHint: "Initials or a number, not a name. Only you see it.",
    scene: "Scene",
    warnings: "Shows",
    top: "Highest step today",
    topHint: "Nothing above this step can be shown.",
    surprises: "The person agreed to events without warning",
    hold: "If the link is lost, the person agreed to hold on for",
    holdNone: "not at all",
    holdS: (s: number) => `up to ${s} s`,
    action: "Create session",
  },

  gate: {
    title: "Safety check",
    intro: "Ask every question aloud today. Nobody can be let in before this is complete.",
    address: "Where is the person now?",
    addressHint: "Street, number, town: where help would be sent.",
    number: "Number to call back",
    numberHint: "A telephone that the person hears without the headset.",
    emergency: "Emergency number where the person is",
    emergencyHint: "From another region or country a short number rings where you are: write the full one.",
    yes: "Yes",
    no: "No",
    allNo: "All asked, all answered no",
    reason: "Why is it all right to go on?",
    blocks: "Rules the session out for today.",
    blocked: "With these answers the session may not go ahead today.",
    missing: (names: string) => `Still missing: ${names}.`,
    answers: (count: number) => (count === 1 ? "1 answer" : `${count} answers`),
    reasons: (count: number) => (count === 1 ? "1 reason" : `${count} reasons`),
    action: "Save and show the code",
  },

  waiting: {
    title: "Let the person in",
    read: "Read this code aloud. The person types it into the headset's program.",
    again: "New code",
    show: "Show a code",
    expires: (minutes: number, seconds: number) =>
      `Good for ${minutes}:${String(seconds).padStart(2, "0")} more, for one device.`,
    expired: "This code is no longer good.",
    nobody: "Nobody is waiting yet.",
    somebody: "A headset is waiting.",
    program: (program: string) => `Program: ${program}`,
    check: "Ask the person to say their name. Let in only whom you know.",
    admit: "Let in",
    change: "Change the safety check",
    watching: "The therapist has not let the person in yet. This page looks on.",
    replaces: "A new code takes the place of one that was not used yet.",
  },

  bar: {
    label: "Always here",
    stop: "STOP",
    pause: "Pause",
    down: "One step down",
    calm: "Fade to calm",
    keys: { stop: "Esc", pause: "F8", down: "F9", confirm: "F2" },
  },

  outcome: {
    waiting: "sent …",
    unsent: "NOT SENT: no connection",
    unsentStop: "NOT SENT: no connection. It is sent as soon as there is one. Call.",
    unconfirmed: "not confirmed",
    applied: (ms: number) => `applied in ${ms} ms`,
    refused: (why: string) => `refused: ${why}`,
  },

  live: {
    unknown: "Not known: the headset has not reported yet",
    unknownSince: (s: number, was: string) => `Not known for ${s} s. Last: ${was}`,
    because: (cause: string) => ` (${cause})`,
    since: (cause: string) => `because ${cause}`,
    calmRoom: "Calm room",
    foot: "Foot of the ladder",
    step: (number: number, count: number) => `Step ${number} of ${count}`,
    leave: "All sessions",
    leaveAsk: "The session goes on without you: it holds, then fades to calm.",
    leaveYes: "Leave",
    leaveNo: "Stay",
    newCode: "Connect another headset",
    timer: "Session",
    inScene: "in the scene",
    age: (text: string) => `${text} ago`,
    never: "none yet",
    ownRoom: "After the stop the person sees their own room, as they asked beforehand.",
    other: "Another page lowered something in this session.",
    watching: "This page looks on; it can lower and stop. Another one leads, or none does.",
    lead: "Lead here",
    hidden: "This page was hidden: nothing could rise. The session went on.",
    hiddenTitle: "Hidden: no rises",
    hiddenSilent: "Headset silent",
    away: {
      hidden: (time: string) => `This page was hidden for ${time}. The session went on, nothing rose.`,
      still: (time: string) => `This page stood still for ${time}: the headset had no sign of you.`,
      meanwhile: "Meanwhile:",
      nothing: "Nothing happened meanwhile.",
      more: (count: number) => `${count} more before.`,
    },
    ok: "Connected.",
    connecting: "No connection to the server",
    absent: "The headset is not connected",
    silent: (s: number) => `Nothing heard from the headset for ${s} s`,
    silentPlain: "Nothing heard from the headset",
    holds: "It holds after 3 s, fades to calm after 8 s.",
    callNow: "Call now",
    callEmergency: "Emergency",
    callAt: "The person is at",
    callTitle: "Whom to call",
    callBack: "The person",
    missed: (count: number) => `${count} records went by while this page was away. They are in the log.`,
    pressed: {
      WaitPressed: "The person pressed WAIT: nothing comes nearer.",
      LessPressed: "The person pressed LESS: one step down.",
      StopPressed: "The person pressed STOP: calm room.",
    },
    seen: "Seen",
    signedOut: "You are not signed in any more. The headset holds, then fades to calm.",
    signIn: "Sign in again",
    silentSpeaker: "Sound is off until you click once on this page.",
    soundOn: "Turn sound on",
  },

  device: {
    batteryOf: {
      computer: "the person's computer",
      controller_left: "left controller",
      controller_right: "right controller",
    },
    battery: (of: string, percent: number, isCharging: boolean) =>
      `${of} ${percent} %${isCharging ? ", plugged in" : ""}`,
    low: (percent: number) =>
      `The battery of the person's computer is at ${percent} %. Their window asks them to plug it in.`,
    empty: (percent: number) =>
      `The battery of the person's computer is nearly empty, at ${percent} %. Come to a good end before it ends the session.`,
    floorAssumed:
      "This headset does not know where the floor is: it is taken to be 1.6 m below the eyes. The program takes the " +
      "person's own eye height when it starts (--eye-height).",
  },

  health: {
    title: "Health",
    report: "Report",
    lease: "Your signal",
    head: "Head",
    pictures: "Pictures",
    perSecond: (hz: number, ms: string) => `${hz}/s, ${ms} ms each`,
    device: "Headset",
    log: "Recording",
    logOk: "keeps up",
    logBad: "DOES NOT KEEP UP",
    unknown: "not known",
  },

  ladder: {
    title: "Ladder",
    prepare: "Prepare",
    lower: "Go down",
    again: "Go",
    done: "reached",
    here: "here",
    outside: "not in the plan",
    nothing: "The headset has no step of this plan. End the session, and plan another one.",
    ask: "Ask",
  },

  raise: {
    title: "Raise",
    idle: "Prepare a step, a level, a value, a variant or an event. It is shown here, and nothing happens before you confirm.",
    comes: "Comes next",
    confirm: "Confirm",
    cancel: "Cancel",
    wait: (s: number) => `in ${s} s`,
    nothing: "Nothing changes in numbers.",
    warned: (s: number) => `The person is warned, then ${s} s later it comes.`,
    unwarned: "Without a warning.",
    lasts: (s: number) => `Lasts ${s} s.`,
    entering: "From the calm room into the scene.",
    begins: (variant: string) => `It begins as: ${variant}.`,
    to: (from: string, to: string) => `${from} → ${to}`,
    rate: (share: string) => `At ${share}.`,
    cannot: "Nothing can rise now:",
    ready: "Rises are possible.",
  },

  limit: {
    atMost: (value: string) => `plan: at most ${value}`,
    atLeast: (value: string) => `plan: at least ${value}`,
    between: (low: string, high: string) => `plan: ${low} to ${high}`,
    refused: (limit: string) => `Not sent: the plan permits no more (${limit}).`,
  },

  cannot: {
    connection: "this page has no connection",
    headset: "the headset is not connected",
    silent: "the headset does not report",
    hidden: "this page is hidden",
    watching: "this page looks on; another one leads",
    worn: "the headset is off",
    focused: "another window has the headset",
    inputs: "the person has no control in hand that can stop",
    practised: "stop is not practised yet: ask the person to press it once",
    log: "the recording does not keep up",
    lease: "the link is too slow just now",
    fading: "the picture still changes",
  },

  goOn: {
    stopped: "After a stop",
    ready: "The person is ready.",
    notReady: "The person has not said ready yet.",
    offer: "Offer",
    offered: (title: string, s: number) => `Offered: ${title}. The person has ${s} s to accept.`,
    choose: "Go on with",
    continue: "Prepare to continue",
    continueTitle: "Continue in the scene",
    continuePreview: "Things may come nearer again.",
    variant: (title: string) => `The scene comes again as: ${title}.`,
    holding: "Nothing comes nearer, and nothing else can rise, before you continue.",
  },

  level: {
    title: "Level of the scene",
    prepare: (level: string) => `Prepare level ${level}`,
    lower: (level: string) => `Lower to ${level}`,
    now: (level: string) => `About ${level} of 10 now`,
    rise: (level: string) => `Level ${level} of 10`,
  },

  axis: {
    title: "Single values",
    now: "Set",
    set: "Lower",
    prepare: "Prepare",
    rate: "Speed",
    rates: { full: "full speed", half: "half speed", quarter: "quarter speed" },
  },

  variant: {
    title: "Variant",
    hint: "The same step at another hour or in other weather. Every change counts as a rise, also the way back.",
    now: "shown now",
    prepare: "Prepare",
    rise: (from: string, to: string) => `${from} → ${to}, under a short veil.`,
    same: "Step and values stay as they are.",
  },

  stimuli: {
    title: "Events",
    warn: "Warn first",
    prepare: "Prepare",
    pending: (s: number) => `comes in ${s} s`,
    active: (s: number) => `shown, ${s} s left`,
    notConsented: "The plan has no consent to surprises.",
  },

  rating: {
    title: "Distress (SUDS)",
    ask: "Ask on the dial",
    asked: (s: number) => `Asked: ${s} s left to answer`,
    said: "Said aloud",
    moment: "When",
    last: (suds: number, moment: string, age: string) => `Last: ${suds}, ${moment}, ${age} ago`,
    none: "No rating yet",
    enter: (suds: number) => `Enter ${suds}`,
  },

  expectancy: {
    title: "Expectation",
    before: "Before",
    after: "After",
    feared: "What will happen?",
    probability: "How likely? (0 to 100)",
    howKnown: "How will we know?",
    occurred: "Did it happen?",
    surprise: "How surprising? (0 to 100)",
    probabilityNow: "How likely next time? (0 to 100)",
    learnt: "What was learnt?",
    record: "Record",
  },

  marks: {
    title: "Marks",
    safety: "Safety behaviour",
    behaviours: ["Looks away", "Eyes closed", "Grips the rail", "Steps back", "Seeks reassurance", "Talks to distract"],
    tags: "Tags",
    tagWords: ["Key moment", "I reassured", "Technical problem"],
    other: "Other",
    add: "Mark",
  },

  say: {
    title: "Write to the person",
    placeholder: "Shown for some seconds",
    send: "Show",
    shown: (text: string) => `The person reads: “${text}”`,
  },

  notes: {
    title: "Note",
    placeholder: "Kept on this computer until you save it",
    save: "Save note",
    hint: "Ctrl+Enter saves. Esc stops, here too.",
  },

  end: {
    title: "End the session",
    how: "How did it end?",
    note: "Closing note",
    action: "End now",
  },

  anchors: {
    title: "Anchors of the scale",
    hint: "The person's own past experiences.",
    at: (suds: number) => `${suds} is`,
    action: "Keep the anchors",
  },

  failed: "This part of the page failed. The bar below works. Reload the page.",

  person: {
    title: "The person",
    looks: "Head",
    looksAt: "Looks at",
    looksAtFor: (title: string, duration: string) => `${title} (for ${duration})`,
    elsewhere: "something else",
    feared: "Nearest feared",
    fearedM: (m: string) => `${m} m`,
    ahead: "straight ahead",
    left: (deg: number) => `${deg}° to the left`,
    right: (deg: number) => `${deg}° to the right`,
    behind: "backwards",
    up: (deg: number) => `${deg}° up`,
    down: (deg: number) => `${deg}° down`,
    stands: "Stands",
    centre: "in the middle",
    forward: (m: string) => `${m} m forward`,
    back: (m: string) => `${m} m back`,
    leftM: (m: string) => `${m} m left`,
    rightM: (m: string) => `${m} m right`,
    top: "Seen from above. Forward is up, rings are 0.5 m apart.",
    caption: "Forward up, rings 0.5 m",
    nothing: "Nothing seen yet",
    controls: "Controls",
    noControls: "none",
    practised: "stop practised",
    notPractised: "stop NOT practised",
    inputs: {
      keyboard: "keyboard",
      window: "desktop window",
      controller_left: "left controller",
      controller_right: "right controller",
      hand_left: "left hand",
      hand_right: "right hand",
    },
  },

  chart: {
    title: "Distress and step",
    suds: "SUDS",
    step: "Step",
    described: (ratings: number, last: string) =>
      `Chart of distress and step over time: ${ratings} ratings, last ${last}.`,
    time: "min",
  },

  log: {
    title: "What happened",
    waiting: "The finished log has not arrived yet. What this page has seen is shown until then.",
    nothing: "The finished log has not arrived yet.",
    sealed: "From the finished log.",
    download: "Download the log (MCAP)",
    table: "Table of everything",
    columns: ["Time", "Who", "What"],
    lanes: {
      state: "State",
      step: "Step",
      suds: "SUDS",
      person: "Person",
      therapist: "Therapist",
      events: "Events",
    },
    who: { person: "Person", therapist: "Therapist", session: "Session", technical: "Technical" },
    filter: "Show",
    everything: "Everything",
    described: "Timeline of the session. The table below has the same in words.",
    key: { exposed: "in the scene", held: "held or paused", stopped: "stopped", calm: "calm room", refused: "refused" },
  },

  ago: {
    seconds: (s: number) => `${s} s`,
    minutes: (min: number) => `${min} min`,
  },
} as const;
