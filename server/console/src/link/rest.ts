/** The REST calls of `docs/openapi.json` that the console makes. */

import type {
  AccountBody,
  CodeBody,
  ErrorBody,
  GateBody,
  HealthBody,
  QuestionsBody,
  RecordingBody,
  RecordingsBody,
  SessionBody,
  SessionsBody,
  TurnBody,
} from "../generated/rest";
import type { Plan, Record } from "../generated/wire";
import type { Bytes } from "./agreement";
import { learnServerClock, nowMs } from "./clock";

/** The server's refusal: `message` is a sentence for a person. `status` 0: it could not be reached. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A piece that has not gone out by then is sent anew. */
const PIECE_MS = 20_000;
const UNREACHABLE = "unreachable";
const NOT_SIGNED_IN = "not_signed_in";

let signedOut: () => void = () => undefined;

/** Call this when the server says that nobody is signed in any more. */
export function whenSignedOut(call: () => void): void {
  signedOut = call;
}

async function request<T>(method: string, path: string, body?: unknown, within?: AbortSignal): Promise<T> {
  const said = body === undefined ? undefined : JSON.stringify(body);
  const response = await ask(method, path, "application/json", said, within);
  const text = await arrived(response.text());
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Throws RefusedError for every other answer than that it is well. */
async function ask(
  method: string,
  path: string,
  type: string,
  body: BodyInit | undefined,
  within?: AbortSignal,
): Promise<Response> {
  const sent = body !== undefined && { body, headers: { "Content-Type": type } };
  const response = await arrived(
    fetch(path, { method, credentials: "same-origin", ...(within && { signal: within }), ...sent }),
  );
  if (response.ok) return response;
  const refused = refusal(response.status, await arrived(response.text()));
  if (refused.code === NOT_SIGNED_IN) signedOut();
  throw refused;
}

async function arrived<T>(coming: Promise<T>): Promise<T> {
  try {
    return await coming;
  } catch {
    throw new RefusedError(0, UNREACHABLE, "");
  }
}

function refusal(status: number, text: string): RefusedError {
  try {
    const { code, message } = JSON.parse(text) as ErrorBody;
    return new RefusedError(status, code, message);
  } catch {
    return new RefusedError(status, UNREACHABLE, "");
  }
}

const OCTETS = "application/octet-stream";
const recording = (id: string, name: string) => `${session(id)}/recordings/${name}`;
const session = (id: string) => `/api/sessions/${encodeURIComponent(id)}`;

export const rest = {
  /** Learns how far the server's clock is from this computer's. */
  clock: async () => {
    const askedMs = nowMs();
    const { unix_ms } = await request<HealthBody>("GET", "/api/health");
    learnServerClock(unix_ms, askedMs, nowMs());
  },
  me: () => request<AccountBody>("GET", "/api/me"),
  login: (email: string, password: string) => request<AccountBody>("POST", "/api/login", { email, password }),
  loginByLink: (token: string) => request<AccountBody>("POST", "/api/login/link", { token }),
  logout: () => request<void>("POST", "/api/logout"),
  questions: () => request<QuestionsBody>("GET", "/api/gate"),
  sessions: () => request<SessionsBody>("GET", "/api/sessions"),
  create: (plan: Plan, label: string) => request<SessionBody>("POST", "/api/sessions", { plan, label }),
  session: (id: string) => request<SessionBody>("GET", session(id)),
  putGate: (id: string, gate: GateBody) => request<SessionBody>("PUT", `${session(id)}/gate`, gate),
  code: (id: string) => request<CodeBody>("POST", `${session(id)}/code`),
  checkCode: (id: string) => request<CodeBody>("POST", `${session(id)}/check-code`),
  admit: (id: string) => request<SessionBody>("POST", `${session(id)}/admit`),
  end: (id: string) => request<SessionBody>("POST", `${session(id)}/end`),
  /** By which ways the call may go now; given up after `waitMs`. */
  turn: (id: string, waitMs: number) =>
    request<TurnBody>("POST", `${session(id)}/turn`, undefined, AbortSignal.timeout(waitMs)),
  beginRecording: (id: string, name: string) =>
    request<RecordingBody>("POST", `${session(id)}/recordings`, { recording_id: name }),
  putPiece: async (id: string, name: string, number: number, sealed: Bytes): Promise<void> => {
    await ask("PUT", `${recording(id, name)}/pieces/${number}`, OCTETS, sealed, AbortSignal.timeout(PIECE_MS));
  },
  endRecording: (id: string, name: string) => request<RecordingBody>("POST", `${recording(id, name)}/end`),
  recordings: (id: string) => request<RecordingsBody>("GET", `${session(id)}/recordings`),
  piece: async (id: string, name: string, number: number): Promise<Bytes> => {
    const response = await ask("GET", `${recording(id, name)}/pieces/${number}`, OCTETS, undefined);
    return new Uint8Array(await arrived(response.arrayBuffer()));
  },
  deleteRecording: (id: string, name: string) => request<void>("DELETE", recording(id, name)),
  timeline: (id: string) => request<Record[]>("GET", `${session(id)}/timeline`),
  logAddress: (id: string) => `${session(id)}/log`,
};
