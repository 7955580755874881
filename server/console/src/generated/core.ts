// Written by tools/vocabulary.py from the Python code; `make docs` writes it anew.

export const PROTOCOL = [
  2,
  2
] as const;

export const WATCH = "watch" as const;

export const LOWERING = [
  "StepDown",
  "Pause",
  "Calm",
  "Stop"
] as const;

export const AXIS_VOCABULARY_VERSION = 1 as const;

export const LEVEL_MAX = 10000 as const;

export const SAY_MAX = 500 as const;

export const PHRASES = {
  "cannot_hear": "I cannot hear you",
  "please_talk": "Please talk to me",
  "slower": "Slower, please",
  "okay": "I am okay",
  "yes": "Yes",
  "no": "No"
} as const;

export const BATTERY_LOW_PERCENT = 20 as const;

export const BATTERY_EMPTY_PERCENT = 10 as const;

export const ANCHOR_MAX = 60 as const;

export const SUDS_MAX = 100 as const;

export const SUDS_ALARM = 95 as const;

export const FMS_MAX = 10 as const;

export const FMS_ALARM = 5 as const;

export const FMS_UNWELL = 7 as const;

export const FAINTING_RISK = "fainting_risk" as const;

export const TOGETHER = [
  "read",
  "seat",
  "floor",
  "boundary",
  "sound",
  "wait",
  "less",
  "rating",
  "stop"
] as const;

export const HOMEWORK = {
  "ID_MAX": 40,
  "TEXT_MAX": 6000,
  "EXPIRES_S": 1209600,
  "EXPIRES_MAX_S": 2419200,
  "SESSIONS_PER_DAY_MAX": 3,
  "SCENES_MAX": 4,
  "NUMBERS_MAX": 4,
  "NUMBER_TITLE_MAX": 40,
  "NUMBER_MAX": 24
} as const;

export const WORDS = [
  "acorn",
  "album",
  "amber",
  "apron",
  "ardent",
  "autumn",
  "ballad",
  "bamboo",
  "banjo",
  "beryl",
  "birch",
  "blanket",
  "blossom",
  "blue",
  "bouquet",
  "brass",
  "bronze",
  "button",
  "calendar",
  "calico",
  "cardigan",
  "carpet",
  "cashmere",
  "cedar",
  "chalk",
  "chapter",
  "chess",
  "circle",
  "clarinet",
  "clover",
  "cobalt",
  "collar",
  "copper",
  "crayon",
  "crystal",
  "curtain",
  "cushion",
  "cymbal",
  "cypress",
  "daisy",
  "denim",
  "easel",
  "emerald",
  "envelope",
  "evening",
  "fabric",
  "fern",
  "fiddle",
  "flannel",
  "folder",
  "frame",
  "garland",
  "gentle",
  "glitter",
  "granite",
  "guitar",
  "harbour",
  "harmony",
  "harp",
  "indigo",
  "inkwell",
  "iris",
  "ivory",
  "jacket",
  "jasmine",
  "jigsaw",
  "journal",
  "juniper",
  "kimono",
  "lantern",
  "laurel",
  "lavender",
  "leaf",
  "lily",
  "linen",
  "lotus",
  "marble",
  "marigold",
  "meadow",
  "melody",
  "mitten",
  "morning",
  "mosaic",
  "muslin",
  "notebook",
  "olive",
  "orange",
  "orchid",
  "organ",
  "origami",
  "palette",
  "paper",
  "pearl",
  "pebble",
  "pencil",
  "piccolo",
  "pillow",
  "plaid",
  "polka",
  "postcard",
  "pottery",
  "primrose",
  "puzzle",
  "quartz",
  "quilt",
  "rattan",
  "ribbon",
  "rosemary",
  "ruby",
  "satin",
  "scarf",
  "sequin",
  "shawl",
  "silver",
  "slipper",
  "sofa",
  "sonnet",
  "tapestry",
  "teapot",
  "thistle",
  "topaz",
  "trumpet",
  "tulip",
  "turquoise",
  "tweed",
  "velvet",
  "viola",
  "walnut"
] as const;

export const PHRASE_WORDS = 4 as const;

export const IN_SCENE = [
  "exposed",
  "held",
  "paused"
] as const;

export const LIMITS = {
  "beacon_period_ns": 100000000,
  "beacon_memory_ns": 9000000000,
  "lease_rise_ns": 1500000000,
  "lease_hold_ns": 3000000000,
  "lease_calm_ns": 8000000000,
  "tick_gap_ns": 250000000,
  "lost_fade_ns": 2000000000,
  "calm_fade_ns": 1000000000,
  "enter_fade_ns": 1000000000,
  "blink_ns": 500000000,
  "veil_apart_ns": 500000000,
  "rating_ns": 15000000000,
  "sickness_interval_ns": 600000000000,
  "sickness_after_ns": 60000000000,
  "break_after_ns": 1800000000000,
  "break_ns": 600000000000,
  "say_ns": 20000000000,
  "say_character_ns": 80000000,
  "answer_ns": 4000000000,
  "new_words_ns": 3000000000,
  "resume_offer_ns": 60000000000,
  "recording_question_ns": 60000000000,
  "input_lost_calm_ns": 5000000000,
  "tracking_hold_ns": 1000000000,
  "tracking_calm_ns": 3000000000,
  "frame_rate_second_ns": 1000000000,
  "frame_rate_hold_ns": 3000000000,
  "frame_rate_calm_ns": 9000000000,
  "homework_rung_ns": 30000000000,
  "homework_rating_ns": 120000000000,
  "homework_session_ceiling_ns": 2400000000000,
  "distress_apart_ns": 60000000000,
  "less_offer_ns": 20000000000,
  "heart_rate_ns": 5000000000,
  "heart_pause_ns": 10000000000,
  "fainting_after_ns": 300000000000,
  "tense_ns": 15000000000,
  "let_go_ns": 25000000000,
  "hold_extension_ceiling_ns": 30000000000
} as const;

export const AXES = {
  "height_m": {
    "unit": "m",
    "calm": 0,
    "dread": "up",
    "meaning": "height of the floor underfoot above the ground below"
  },
  "edge_distance_m": {
    "unit": "m",
    "calm": 20000000,
    "dread": "down",
    "meaning": "distance from the person to the nearest drop"
  },
  "railing": {
    "unit": "1",
    "calm": 1000000,
    "dread": "down",
    "meaning": "protection at the edge: 1 solid wall, 0.5 light rail, 0 none"
  },
  "floor_opacity": {
    "unit": "1",
    "calm": 1000000,
    "dread": "down",
    "meaning": "how opaque the floor is: 1 solid, 0 clear glass"
  },
  "walkway_width_m": {
    "unit": "m",
    "calm": 20000000,
    "dread": "down",
    "meaning": "width of the surface that the person stands on"
  },
  "wind_mps": {
    "unit": "m/s",
    "calm": 0,
    "dread": "up",
    "meaning": "wind seen and heard, never felt as a moved view"
  },
  "sway_deg": {
    "unit": "deg",
    "calm": 0,
    "dread": "up",
    "meaning": "sway of objects around the person, never of the view"
  },
  "distance_m": {
    "unit": "m",
    "calm": 200000000,
    "dread": "down",
    "meaning": "distance to the feared object"
  },
  "count": {
    "unit": "1",
    "calm": 0,
    "dread": "up",
    "meaning": "how many feared objects or people there are"
  },
  "size_m": {
    "unit": "m",
    "calm": 0,
    "dread": "up",
    "meaning": "size of the feared object"
  },
  "realism": {
    "unit": "1",
    "calm": 0,
    "dread": "up",
    "meaning": "from drawing (0) to lifelike (1)"
  },
  "containment": {
    "unit": "1",
    "calm": 1000000,
    "dread": "down",
    "meaning": "from locked away (1) to free (0)"
  },
  "speed_mps": {
    "unit": "m/s",
    "calm": 0,
    "dread": "up",
    "meaning": "speed of what moves"
  },
  "density_ppm2": {
    "unit": "1/m2",
    "calm": 0,
    "dread": "up",
    "meaning": "people per square metre"
  },
  "gaze_at_client": {
    "unit": "1",
    "calm": 0,
    "dread": "up",
    "meaning": "share of people who look at the person"
  },
  "attitude": {
    "unit": "1",
    "calm": 1000000,
    "dread": "down",
    "meaning": "attitude of others: 1 friendly, 0 neutral, -1 hostile"
  },
  "noise_db": {
    "unit": "dB",
    "calm": 35000000,
    "dread": "up",
    "meaning": "level of the feared sound at the ear"
  },
  "light_lux": {
    "unit": "lx",
    "calm": 500000000,
    "dread": "away",
    "meaning": "light on the scene"
  },
  "enclosure_m3": {
    "unit": "m3",
    "calm": 2000000000,
    "dread": "down",
    "meaning": "volume of the space around the person"
  },
  "turbulence": {
    "unit": "1",
    "calm": 0,
    "dread": "up",
    "meaning": "movement of the cabin around the person, never of the view"
  },
  "exit_visible": {
    "unit": "1",
    "calm": 1000000,
    "dread": "down",
    "meaning": "how visible and open the way out is"
  },
  "exit_distance_m": {
    "unit": "m",
    "calm": 0,
    "dread": "up",
    "meaning": "distance to the way out"
  },
  "rain_mmph": {
    "unit": "mm/h",
    "calm": 0,
    "dread": "up",
    "meaning": "rain"
  },
  "lightning_per_min": {
    "unit": "1/min",
    "calm": 0,
    "dread": "up",
    "meaning": "lightning flashes"
  },
  "dirt": {
    "unit": "1",
    "calm": 0,
    "dread": "up",
    "meaning": "visible contamination"
  },
  "blood_ml": {
    "unit": "mL",
    "calm": 0,
    "dread": "up",
    "meaning": "visible blood"
  }
} as const;
