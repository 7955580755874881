/** Sessions, scenes and records as the headset would tell of them, for the tests. */

import type {
  Command,
  Effect,
  Record,
  Report,
  SceneRules,
  SessionEvent,
  SessionOpened,
  ToTherapist,
} from "../src/generated/wire";

export const SCENE: SceneRules = {
  name: "heights",
  title: "Heights",
  content_hash: "0",
  base_place: "plaza",
  axes: [
    { axis: "height_m", low: 0, high: 100e6, calm: 0, rate: 0 },
    { axis: "edge_distance_m", low: 300_000, high: 6e6, calm: 6e6, rate: 0 },
    { axis: "light_lux", low: 1e6, high: 1000e6, calm: 500e6, rate: 50e6 },
  ],
  rungs: [
    { name: "plaza", title: "Square", place: "plaza", values: { height_m: 0, edge_distance_m: 6e6, light_lux: 500e6 } },
    {
      name: "balcony",
      title: "Balcony",
      place: "terrace",
      values: { height_m: 4e6, edge_distance_m: 4e6, light_lux: 500e6 },
    },
    { name: "roof", title: "Roof", place: "roof", values: { height_m: 40e6, edge_distance_m: 1e6, light_lux: 500e6 } },
  ],
  level_points: [
    { level: 0, values: { height_m: 0, edge_distance_m: 6e6, light_lux: 500e6 } },
    { level: 10_000, values: { height_m: 60e6, edge_distance_m: 1e6, light_lux: 500e6 } },
  ],
  stimuli: [{ name: "gust", title: "A gust", warning_ns: 3e9, duration_ns: 6e9 }],
};

export function opened(tNs = 1): SessionOpened {
  return {
    type: "SessionOpened",
    t_ns: tNs,
    session_id: "s",
    plan: { scenes: [{ scene: "heights" }] },
    scenes: [SCENE],
  };
}

export function report(changes: Partial<Report> = {}): Report {
  return {
    t_ns: 1e9,
    beacon: 1,
    state: "calm",
    cause: "admitted",
    scene: "",
    place: "",
    step_index: -1,
    veil: 0,
    axes: {},
    lease_age_ns: 100e6,
    can_rise: true,
    pending: [],
    active: [],
    inputs: ["keyboard"],
    practised: ["keyboard"],
    worn: true,
    focused: true,
    log_healthy: true,
    ready: false,
    offer: null,
    rating: null,
    ...changes,
  };
}

/** In the scene, on a rung. */
export function exposed(step: number, changes: Partial<Report> = {}): Report {
  const values = SCENE.rungs[step]!.values;
  const axes = Object.fromEntries(Object.entries(values).map(([axis, value]) => [axis, { value, target: value }]));
  return report({ state: "exposed", scene: SCENE.name, step_index: step, axes, ...changes });
}

export function record(
  sequence: number,
  event: Partial<SessionEvent> & { type: SessionEvent["type"] },
  effects: Effect[] = [],
): Record {
  return { type: "Record", sequence, event: { t_ns: sequence * 1e9, ...event } as SessionEvent, effects, digest: "" };
}

export function commandRecord(sequence: number, command: Command, sender = "me", effects: Effect[] = []): Record {
  return record(
    sequence,
    { type: "CommandReceived", sender, command_id: `c${sequence}`, sequence, beacon: 1, command },
    effects,
  );
}

export const say = (message: ToTherapist) => JSON.stringify(message);
export const WELCOME = {
  type: "Welcome",
  protocol: 2,
  session_id: "s",
  peer: "me",
  admitted: true,
  mark: "trial",
  leads: true,
} as const;
export const HEADSET = { type: "PeerJoined", peer: "headset-1", role: "headset", program: "vret 0.1.0" } as const;
