"""The minimal gate before an admission: where the person is now, how to call back, whom to call for help there, and
the contraindications.

The list and its two kinds are clinical.md 2.3: a yes to a `BLOCK` question ends it for today, a yes to an `OVERRIDE`
question needs the therapist's reason. The full screening comes with the clinic; until then every session is a trial
with staff.
"""

import re
from enum import StrEnum

import msgspec

from vret_server.refusal import RefusedError

_CALLBACK = re.compile(r"\+?[0-9 ()./-]+")
_EMERGENCY = re.compile(r"\+?[0-9 -]+")
"""No slash: between such short numbers it stands between two of them."""
_DIGITS_MIN = 5
_EMERGENCY_DIGITS_MIN = 3


class Kind(StrEnum):
    BLOCK = "block"
    OVERRIDE = "override"


class Question(msgspec.Struct, frozen=True):
    key: str
    kind: Kind
    text: str


QUESTIONS: tuple[Question, ...] = (
    Question("photosensitive_epilepsy", Kind.BLOCK, "Photosensitive epilepsy, or a seizure from flashing light?"),
    Question("psychosis_or_mania", Kind.BLOCK, "An acute psychosis or mania at present?"),
    Question("acute_suicidality", Kind.BLOCK, "Acutely suicidal (C-SSRS moderate or high)?"),
    Question("intoxication", Kind.BLOCK, "Under the influence of alcohol or drugs now?"),
    Question("unstable_cardiac", Kind.BLOCK, "An unstable heart condition?"),
    Question("recent_eye_surgery_or_concussion", Kind.BLOCK, "Eye surgery or a concussion recently?"),
    Question("pregnancy", Kind.OVERRIDE, "Pregnant?"),
    Question("vestibular_disorder", Kind.OVERRIDE, "A disorder of balance?"),
    Question("migraine", Kind.OVERRIDE, "Migraine?"),
    Question("severe_dissociation", Kind.OVERRIDE, "Severe dissociation?"),
    Question("benzodiazepine_today", Kind.OVERRIDE, "A benzodiazepine taken today?"),
    Question("faints_at_blood", Kind.OVERRIDE, "Ever fainted at the sight of blood, injury or a needle?"),
    Question("implant", Kind.OVERRIDE, "A pacemaker, hearing aid, defibrillator or other implant?"),
    Question("motion_sickness", Kind.OVERRIDE, "Very prone to motion sickness?"),
)
_KEYS = frozenset(question.key for question in QUESTIONS)


class Gate(msgspec.Struct, frozen=True):
    """What the therapist entered. `answers` are yes (true) or no by question, `reasons` by question overridden.

    `emergency_number` is that of the place where the person is.
    """

    present_address: str = ""
    callback_number: str = ""
    answers: dict[str, bool] = {}
    reasons: dict[str, str] = {}
    emergency_number: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """`missing` names what must still be entered, `blocked_by` the answers that rule the session out."""

    complete: bool
    missing: tuple[str, ...]
    blocked_by: tuple[str, ...]


def judge(gate: Gate) -> Judgement:
    missing = []
    if not gate.present_address.strip():
        missing.append("present_address")
    if not _is_number(gate.callback_number, _CALLBACK, _DIGITS_MIN):
        missing.append("callback_number")
    if not is_emergency_number(gate.emergency_number):
        missing.append("emergency_number")
    missing += [f"answers.{question.key}" for question in QUESTIONS if question.key not in gate.answers]
    yes = [question for question in QUESTIONS if gate.answers.get(question.key)]
    overridden = [question.key for question in yes if question.kind is Kind.OVERRIDE]
    missing += [f"reasons.{key}" for key in overridden if not gate.reasons.get(key, "").strip()]
    blocked_by = tuple(question.key for question in yes if question.kind is Kind.BLOCK)
    return Judgement(not missing and not blocked_by, tuple(missing), blocked_by)


def is_emergency_number(text: str) -> bool:
    return _is_number(text, _EMERGENCY, _EMERGENCY_DIGITS_MIN)


def _is_number(text: str, form: re.Pattern[str], digits_min: int) -> bool:
    """One telephone number, as it can be dialled: who writes two of them would dial neither."""
    is_one = form.fullmatch(text.strip()) is not None
    return is_one and sum(letter.isdigit() for letter in text) >= digits_min


def check_keys(gate: Gate) -> None:
    """Raises RefusedError for a question that does not exist: a misspelt answer is a missing one."""
    for field, keys in (("answers", gate.answers), ("reasons", gate.reasons)):
        if wrong := sorted(set(keys) - _KEYS):
            raise RefusedError("bad_request", detail=f"{field}: there is no question {wrong[0]}.")


def require_open(gate: Gate | None) -> None:
    """Raises RefusedError unless the session may go ahead."""
    judgement = judge(gate or Gate())
    if judgement.blocked_by:
        raise RefusedError("gate_blocked", detail="yes to " + ", ".join(judgement.blocked_by))
    if judgement.missing:
        raise RefusedError("gate_incomplete", detail="enter " + ", ".join(judgement.missing))
