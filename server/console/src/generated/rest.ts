// Written by tools/vocabulary.py from the Python code; `make docs` writes it anew.

/** `watches`: this login may look on and lower, and nothing else. */
export interface AccountBody {
  account_id: string;
  email: string;
  role: AccountRole;
  watches: boolean;
}

export type AccountRole = "therapist" | "reviewer";

export interface AnnounceBody {
  session_id: string;
  /** SHA-256 of the whole log, in lower-case hex */
  sha256: string;
  size: number;
}

export interface BeginRecordingBody {
  /** 128 random bits in lower-case hex */
  recording_id: string;
}

export interface CheckBody {
  /** A check code, or a join code that is not used yet */
  code: string;
}

/** The code is shown once and kept nowhere in clear. */
export interface CodeBody {
  code: string;
  expires_unix_ms: number;
}

/** Every error: a code for programs, and one sentence for people. */
export interface ErrorBody {
  code: string;
  message: string;
}

/**
 * Answers and reasons are by the `key` of GET /api/gate; it may be saved before it is complete.
 *
 * Without `emergency_number` it stays what it was, at first the clinic's.
 */
export interface GateBody {
  present_address?: string;
  callback_number?: string;
  answers?: { [key: string]: boolean };
  reasons?: { [key: string]: string };
  emergency_number?: string | null;
}

/** `missing` names what must still be entered, `blocked_by` the answers that rule the session out for today. */
export interface GateStateBody {
  complete: boolean;
  missing: string[];
  blocked_by: string[];
  present_address: string;
  callback_number: string;
  answers: { [key: string]: boolean };
  reasons: { [key: string]: string };
  emergency_number: string;
}

export interface HealthBody {
  status?: "ok";
  version: string;
  protocol?: [number, number];
  axis_vocabulary?: number;
  unix_ms: number;
}

export type Kind = "block" | "override";

export interface LinkBody {
  /** What stands behind #token= in a sign-in link */
  token: string;
}

export interface LogBody {
  /** SHA-256 of the whole log, in lower-case hex */
  sha256: string;
  size: number;
  stored_unix_ms: number;
}

export interface LoginBody {
  email: string;
  password: string;
}

/** `label` is for the therapist's own list: initials or a number, not a name. */
export interface NewSessionBody {
  /** A Plan as in docs/wire.md; an unknown field is refused */
  plan: { [key: string]: unknown };
  label?: string;
}

/** The next byte wanted; the log is stored when it equals the announced size. */
export interface OffsetBody {
  offset: number;
}

export interface QuestionBody {
  key: string;
  kind: Kind;
  text: string;
}

/** `emergency_number` is the clinic's, to start from. */
export interface QuestionsBody {
  questions: QuestionBody[];
  emergency_number: string;
}

/** Ciphertext alone is kept. `ended_unix_ms` null: it goes on, or the page that made it was cut off. */
export interface RecordingBody {
  /** 128 random bits in lower-case hex */
  recording_id: string;
  begun_unix_ms: number;
  /** When the newest piece arrived */
  newest_unix_ms: number;
  ended_unix_ms: number | null;
  /** How many there are, numbered from 0 */
  pieces: number;
  bytes: number;
}

export interface RecordingsBody {
  recordings: RecordingBody[];
}

export interface RedeemBody {
  code: string;
  /** Name and version of the headset's program */
  program: string;
}

export interface RedeemedBody {
  session_id: string;
  resume_token: string;
  plan: { [key: string]: unknown };
  mark: string;
}

export interface SessionBody {
  session_id: string;
  therapist: string;
  label: string;
  plan: { [key: string]: unknown };
  mark: string;
  created_unix_ms: number;
  admitted: boolean;
  admitted_unix_ms: number | null;
  ended: boolean;
  ended_unix_ms: number | null;
  gate: GateStateBody;
  /** The newest of `logs` */
  log: LogBody | null;
  /** Finished logs, oldest first */
  logs: LogBody[];
}

export interface SessionsBody {
  sessions: SessionBody[];
}

export interface TurnBody {
  /** null: this clinic's server has no relay */
  turn: TurnCredentialBody | null;
  /** Whether a call may also go past the relay */
  direct: boolean;
}

/** What a WebRTC program needs to use the relay, for one session; no new connection once it has expired. */
export interface TurnCredentialBody {
  /** Addresses as in RFC 7065, best first */
  urls: string[];
  username: string;
  credential: string;
  expires_unix_ms: number;
}
