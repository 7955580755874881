"""What the REST calls take and give; unknown fields are refused."""

from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.plan import Plan
from vret.link.wire import PROTOCOL
from vret_server.accounts import Account, AccountRole
from vret_server.gate import QUESTIONS, Gate, Judgement, Kind
from vret_server.recordings import RecordingEntry
from vret_server.sessions import LogEntry, SessionEntry
from vret_server.turn import TurnCredential

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the whole log, in lower-case hex")]


RecordingId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="128 random bits in lower-case hex")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class ErrorBody(_Body):
    """Every error: a code for programs, and one sentence for people."""

    code: str
    message: str


class LoginBody(_Body):
    email: str = Field(max_length=254)
    password: str = Field(max_length=1024)


class LinkBody(_Body):
    token: str = Field(max_length=100, description="What stands behind #token= in a sign-in link")


class AccountBody(_Body):
    """`watches`: this login may look on and lower, and nothing else."""

    account_id: str
    email: str
    role: AccountRole
    watches: bool

    @classmethod
    def of(cls, account: Account) -> "AccountBody":
        return cls.model_validate(account)


class NewSessionBody(_Body):
    """`label` is for the therapist's own list: initials or a number, not a name."""

    plan: dict[str, object] = Field(description="A Plan as in docs/wire.md; an unknown field is refused")
    label: str = Field(default="", max_length=100)


class GateBody(_Body):
    """Answers and reasons are by the `key` of GET /api/gate; it may be saved before it is complete.

    Without `emergency_number` it stays what it was, at first the clinic's.
    """

    present_address: str = Field(default="", max_length=1000)
    callback_number: str = Field(default="", max_length=64)
    answers: dict[str, bool] = {}
    reasons: dict[str, Annotated[str, Field(max_length=2000)]] = {}
    emergency_number: str | None = Field(default=None, max_length=64)

    def gate(self, known_emergency_number: str) -> Gate:
        return Gate(
            self.present_address,
            self.callback_number,
            dict(self.answers),
            dict(self.reasons),
            known_emergency_number if self.emergency_number is None else self.emergency_number,
        )


class QuestionBody(_Body):
    key: str
    kind: Kind
    text: str


class QuestionsBody(_Body):
    """`emergency_number` is the clinic's, to start from."""

    questions: list[QuestionBody]
    emergency_number: str

    @classmethod
    def of(cls, emergency_number: str) -> "QuestionsBody":
        questions = [QuestionBody.model_validate(question) for question in QUESTIONS]
        return cls(questions=questions, emergency_number=emergency_number)


class GateStateBody(_Body):
    """`missing` names what must still be entered, `blocked_by` the answers that rule the session out for today."""

    complete: bool
    missing: tuple[str, ...]
    blocked_by: tuple[str, ...]
    present_address: str
    callback_number: str
    answers: dict[str, bool]
    reasons: dict[str, str]
    emergency_number: str

    @classmethod
    def of(cls, gate: Gate, judgement: Judgement) -> "GateStateBody":
        return cls(**msgspec.structs.asdict(gate), **msgspec.structs.asdict(judgement))


class LogBody(_Body):
    sha256: Sha256
    size: int
    stored_unix_ms: int

    @classmethod
    def of(cls, log: LogEntry) -> "LogBody":
        return cls.model_validate(log)


class BeginRecordingBody(_Body):
    recording_id: RecordingId


class RecordingBody(_Body):
    """Ciphertext alone is kept. `ended_unix_ms` null: it goes on, or the page that made it was cut off."""

    recording_id: RecordingId
    begun_unix_ms: int
    newest_unix_ms: int = Field(description="When the newest piece arrived")
    ended_unix_ms: int | None
    pieces: int = Field(description="How many there are, numbered from 0")
    bytes: int

    @classmethod
    def of(cls, entry: RecordingEntry) -> "RecordingBody":
        return cls.model_validate(entry)


class RecordingsBody(_Body):
    recordings: list[RecordingBody]


class SessionBody(_Body):
    session_id: str
    therapist: str
    label: str
    plan: dict[str, object]
    mark: str
    created_unix_ms: int
    admitted: bool
    admitted_unix_ms: int | None
    ended: bool
    ended_unix_ms: int | None
    gate: GateStateBody
    log: LogBody | None = Field(description="The newest of `logs`")
    logs: list[LogBody] = Field(description="Finished logs, oldest first")

    @classmethod
    def of(cls, entry: SessionEntry) -> "SessionBody":
        return cls(
            session_id=entry.session_id,
            therapist=entry.therapist,
            label=entry.label,
            plan=plan_json(entry.plan),
            mark=entry.mark,
            created_unix_ms=entry.created_unix_ms,
            admitted=entry.admitted_by is not None,
            admitted_unix_ms=entry.admitted_unix_ms,
            ended=entry.ended_unix_ms is not None,
            ended_unix_ms=entry.ended_unix_ms,
            gate=GateStateBody.of(entry.gate, entry.judgement),
            log=LogBody.of(entry.logs[-1]) if entry.logs else None,
            logs=[LogBody.of(log) for log in entry.logs],
        )


class SessionsBody(_Body):
    sessions: list[SessionBody]


class CodeBody(_Body):
    """The code is shown once and kept nowhere in clear."""

    code: str
    expires_unix_ms: int


class CheckBody(_Body):
    code: str = Field(max_length=64, description="A check code, or a join code that is not used yet")


class RedeemBody(_Body):
    code: str = Field(max_length=64)
    program: str = Field(max_length=100, description="Name and version of the headset's program")


class RedeemedBody(_Body):
    session_id: str
    resume_token: str
    plan: dict[str, object]
    mark: str


class AnnounceBody(_Body):
    session_id: str = Field(max_length=64)
    sha256: Sha256
    size: int = Field(gt=0)


class OffsetBody(_Body):
    """The next byte wanted; the log is stored when it equals the announced size."""

    offset: int


class TurnCredentialBody(_Body):
    """What a WebRTC program needs to use the relay, for one session; no new connection once it has expired."""

    urls: tuple[str, ...] = Field(description="Addresses as in RFC 7065, best first")
    username: str
    credential: str
    expires_unix_ms: int

    @classmethod
    def of(cls, made: TurnCredential) -> "TurnCredentialBody":
        return cls.model_validate(made)


class TurnBody(_Body):
    turn: TurnCredentialBody | None = Field(description="null: this clinic's server has no relay")
    direct: bool = Field(description="Whether a call may also go past the relay")


class HealthBody(_Body):
    status: Literal["ok"] = "ok"
    version: str
    protocol: tuple[int, int] = PROTOCOL
    axis_vocabulary: int = AXIS_VOCABULARY_VERSION
    unix_ms: int


def plan_json(plan: Plan) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(plan)
    return built
