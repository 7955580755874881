"""Homework: what a person may do without a therapist, who signed it beforehand. The vocabulary, and what bounds it.

The therapist signs the text of a `Homework` as they send it: JSON, UTF-8, with a key of their page (ECDSA on P-256
over SHA-256). Nobody has to agree on how to write JSON, since nothing but that very text is ever signed, sent, kept
and read. A field that is not known here makes it no homework: an ignored safety field would be a hazard.
"""

from enum import StrEnum

import msgspec

from vret.core.limits import LIMITS
from vret.core.measures import Anchors
from vret.core.plan import TRIAL_WITH_STAFF_ONLY, Plan, ScenePlan

HOMEWORK_TEXT_MAX = 8_000
"""Characters of a signed homework, so that it goes through every message that carries it."""
EXPIRES_S = 14 * 24 * 3600
EXPIRES_MAX_S = 28 * 24 * 3600
"""For how long homework is good unless the therapist says otherwise, and at most."""
SESSIONS_PER_DAY_MAX = 3
SCENES_MAX = 4
NUMBERS_MAX = 4
NUMBER_TITLE_MAX = 40
NUMBER_MAX = 24
HOMEWORK_ID_MAX = 40
DONE_MAX = 32
"""Sessions of homework of which the therapist is told at once, the newest."""


class CrisisNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call, and how: the local emergency number, a crisis line, the therapist's number to call back."""

    title: str
    number: str

    def __post_init__(self) -> None:
        _check_line("numbers: title", self.title, NUMBER_TITLE_MAX)
        _check_line("numbers: number", self.number, NUMBER_MAX)


class HomeworkScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scene, as it was when it was done together; up to which rung, and the most dreaded values by axis name in
    micro-units."""

    scene: str
    content_hash: str
    top_rung: str
    ceilings: dict[str, int] = {}


class Homework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was signed. `session_ns` is time in scenes in one session; `homework_id` names the folders of its sessions.

    `mark` is that of the session in which it was given. Times are seconds of Unix time.
    """

    homework_id: str
    signed_unix_s: int
    expires_unix_s: int
    scenes: tuple[HomeworkScene, ...]
    session_ns: int
    sessions_per_day: int
    numbers: tuple[CrisisNumber, ...]
    anchors: Anchors | None = None
    mark: str = TRIAL_WITH_STAFF_ONLY

    def __post_init__(self) -> None:
        name = self.homework_id
        if not 0 < len(name) <= HOMEWORK_ID_MAX or not name.isascii() or not name.replace("-", "").isalnum():
            raise ValueError(f"homework: homework_id must be 1 to {HOMEWORK_ID_MAX} letters, digits and hyphens")
        if not 0 < self.expires_unix_s - self.signed_unix_s <= EXPIRES_MAX_S:
            raise ValueError(f"homework: expires_unix_s must lie within {EXPIRES_MAX_S} s after signed_unix_s")
        if not 0 < len(self.scenes) <= SCENES_MAX or len({entry.scene for entry in self.scenes}) < len(self.scenes):
            raise ValueError(f"homework: scenes must be 1 to {SCENES_MAX} different ones")
        if not 0 < self.session_ns <= LIMITS.homework_session_ceiling_ns:
            raise ValueError(f"homework: session_ns must lie between 1 and {LIMITS.homework_session_ceiling_ns}")
        if not 0 < self.sessions_per_day <= SESSIONS_PER_DAY_MAX:
            raise ValueError(f"homework: sessions_per_day must lie between 1 and {SESSIONS_PER_DAY_MAX}")
        if not 0 < len(self.numbers) <= NUMBERS_MAX:
            raise ValueError(f"homework: numbers must be 1 to {NUMBERS_MAX}")

    @property
    def plan(self) -> Plan:
        """The plan of each of its sessions: no surprises, and nothing to wait for on a line that there is not."""
        scenes = tuple(ScenePlan(entry.scene, entry.top_rung, entry.ceilings) for entry in self.scenes)
        return Plan(scenes=scenes, mark=self.mark)


class HomeworkEnd(StrEnum):
    """How a session of homework ended. None of them is a failure."""

    FINISHED = "finished"
    TIME_USED = "time_used"
    STOPPED = "stopped"
    NOT_TODAY = "not_today"
    UNWELL = "unwell"
    TECHNICAL = "technical"


class HomeworkDone(msgspec.Struct, frozen=True, gc=False):
    """What the therapist is told of one session of homework. `exposed_s` is time in scenes.

    `scene` and `step` are where the person stood highest, counted in rungs of it; empty and -1: no scene was shown.
    `highest_suds` is None where no rating was given. `log` names the folder of its log.
    """

    homework_id: str
    started_unix_s: int
    exposed_s: int
    scene: str
    step: int
    rung: str
    highest_suds: int | None
    highest_fms: int | None
    stops: int
    ended: HomeworkEnd
    log: str


def homework_of(text: str) -> Homework | None:
    """The homework that a text is, or None: too long, another format, an unknown field, or outside the bounds."""
    if len(text) > HOMEWORK_TEXT_MAX:
        return None
    try:
        return _FROM_TEXT.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


_FROM_TEXT: msgspec.json.Decoder[Homework] = msgspec.json.Decoder(Homework)


def _check_line(field: str, text: str, most: int) -> None:
    if not text.strip() or not text.isprintable() or len(text) > most:
        raise ValueError(f"homework: {field} must be one line of 1 to {most} characters")
