"""Homework: what a person may do without a therapist, who signed it beforehand. The vocabulary, and what bounds it.

The therapist signs the text of a `Homework` as they send it: JSON, UTF-8, with a key of their page (ECDSA on P-256
over SHA-256). Nobody has to agree on how to write JSON, since nothing but that very text is ever signed, sent, kept
and read. A field that is not known here makes it no homework: an ignored safety field would be a hazard.
"""

from collections.abc import Container, Iterable
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from vret.core.ladder import FAINTING_RISK, SceneRules
from vret.core.limits import LIMITS
from vret.core.measures import SUDS_ALARM, Anchors
from vret.core.plan import TRIAL_WITH_STAFF_ONLY, Plan, ScenePlan

HOMEWORK_TEXT_MAX = 6_000
"""Characters of a signed homework, so that it goes through every message that carries it, quoted twice."""
EXPIRES_S = 14 * 24 * 3600
EXPIRES_MAX_S = 28 * 24 * 3600
"""For how long homework is good unless the therapist says otherwise, and at most."""
UNIX_S_MAX = 1 << 36
CEILING_MAX = 1 << 53
"""More than any axis has, and a number that JSON and MessagePack both hold."""
SESSION_MIN_NS = 2 * LIMITS.homework_rung_ns
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

    def __post_init__(self) -> None:
        if any(abs(value) > CEILING_MAX for value in self.ceilings.values()):
            raise ValueError(f"scenes: ceilings must lie between -{CEILING_MAX} and {CEILING_MAX}")


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
        if not 0 < self.signed_unix_s < UNIX_S_MAX:
            raise ValueError("homework: signed_unix_s must be a time of this age, in seconds")
        if not 0 < self.expires_unix_s - self.signed_unix_s <= EXPIRES_MAX_S:
            raise ValueError(f"homework: expires_unix_s must lie within {EXPIRES_MAX_S} s after signed_unix_s")
        if not 0 < len(self.scenes) <= SCENES_MAX or len({entry.scene for entry in self.scenes}) < len(self.scenes):
            raise ValueError(f"homework: scenes must be 1 to {SCENES_MAX} different ones")
        if not SESSION_MIN_NS <= self.session_ns <= LIMITS.homework_session_ceiling_ns:
            bounds = f"{SESSION_MIN_NS} and {LIMITS.homework_session_ceiling_ns}"
            raise ValueError(f"homework: session_ns must lie between {bounds}")
        if not 0 < self.sessions_per_day <= SESSIONS_PER_DAY_MAX:
            raise ValueError(f"homework: sessions_per_day must lie between 1 and {SESSIONS_PER_DAY_MAX}")
        if not 0 < len(self.numbers) <= NUMBERS_MAX:
            raise ValueError(f"homework: numbers must be 1 to {NUMBERS_MAX}")

    @property
    def plan(self) -> Plan:
        """The plan of each of its sessions: no surprises, and nothing to wait for on a line that there is not."""
        scenes = tuple(ScenePlan(entry.scene, entry.top_rung, entry.ceilings) for entry in self.scenes)
        return Plan(scenes=scenes, mark=self.mark)


class Alone(msgspec.Struct, frozen=True):
    """What a session of homework keeps besides what every session does; its rules stand in `vret.core.alone`.

    `finished` are the scenes that were done up to their last rung. `rated` is the rung on which distress was asked
    last, at None since the scene was entered none; `asked_ns` when it was. `suds` is the newest answer in a scene,
    `distress_ns` when the first great distress was told that counts, `missed` how many questions in a row have had no
    answer. `less_until_ns`: until then less or stop is offered. `is_rating_due`: a scene was left, and nothing was
    asked since.
    """

    homework: Homework
    finished: tuple[str, ...] = ()
    rated: tuple[str, int] | None = None
    asked_ns: int = 0
    suds: int | None = None
    distress_ns: int | None = None
    missed: int = 0
    less_until_ns: int | None = None
    is_rating_due: bool = False
    is_over_told: bool = False

    def scene_next(self, known: Container[str]) -> HomeworkScene | None:
        """The first that is not finished, of those that are `known`."""
        left = (entry for entry in self.homework.scenes if entry.scene not in self.finished)
        return next((entry for entry in left if entry.scene in known), None)

    @property
    def interval_ns(self) -> int:
        """Until distress is asked again in a scene."""
        is_great = self.suds is not None and self.suds >= SUDS_ALARM
        return LIMITS.distress_apart_ns if is_great else LIMITS.homework_rating_ns

    def answered(self, suds: int, t_ns: int) -> "Alone":
        """In a scene. Great distress counts from its first telling until it has been told again long enough after."""
        told = replace(self, suds=suds, missed=0)
        if suds < SUDS_ALARM:
            return told
        if self.distress_ns is None:
            return replace(told, distress_ns=t_ns)
        if t_ns - self.distress_ns < LIMITS.distress_apart_ns:
            return told
        return replace(told, distress_ns=t_ns, less_until_ns=t_ns + LIMITS.less_offer_ns)


def scenes_of(homework: Homework, known: Iterable[SceneRules]) -> tuple[SceneRules, ...]:
    """Those of the known scenes that may be shown in it: the very ones that were done, and nobody faints in them."""
    return tuple(
        rules
        for rules in known
        for entry in homework.scenes
        if (entry.scene, entry.content_hash) == (rules.name, rules.content_hash)
        and rules.rung_index(entry.top_rung) is not None
        and not has_fainting_risk(rules, entry.top_rung)
    )


def has_fainting_risk(rules: SceneRules, top_rung: str) -> bool:
    """Whether people faint on a rung up to this one, which the scene has."""
    top = rules.rung_index(top_rung)
    assert top is not None
    return any(FAINTING_RISK in rung.tags for rung in rules.rungs[: top + 1])


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
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


_FROM_TEXT: msgspec.json.Decoder[Homework] = msgspec.json.Decoder(Homework)


def _check_line(field: str, text: str, most: int) -> None:
    if not text.strip() or not text.isprintable() or len(text) > most:
        raise ValueError(f"homework: {field} must be one line of 1 to {most} characters")
