"""What the log of a demonstration must show. The log alone is asked; nothing that the demonstration believes counts."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from vret.core import events
from vret.core.effects import Cause, RatingRecorded, State, StepChanged
from vret.recording.log import read_log
from vret.recording.verification import Verification, verify
from vret.review.course import Course, intensity_at, read_course
from vret.review.dose import dose
from vret.review.presses import Interruption, interruptions, presses, resumed_by_both
from vret.review.words import times

RUNGS_WANTED = 6
SAMPLE_NS = 100_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that must be there, whether it is, and what was found, in words."""

    wanted: str
    found: bool
    detail: str


def findings(log_path: Path, *, stored: bool) -> tuple[Finding, ...]:
    """Ask the log; `stored` is whether the server holds this very log. Raises LogError if it cannot be read."""
    course = read_course(read_log(log_path))
    rungs = dose(course).rungs_reached
    ratings = sum(isinstance(effect, RatingRecorded) for record in course.records for effect in record.effects)
    stops = sum(1 for press in presses(course) if press.control == "stop" and press.scene)
    cuts = [entry for entry in interruptions(course) if Cause.LEASE_LOST in entry.causes and _was_held(course, entry)]
    resumed = resumed_by_both(course)
    return (
        Finding(f"at least {RUNGS_WANTED} rungs", rungs >= RUNGS_WANTED, f"{rungs} rungs"),
        Finding("a rating", ratings > 0, f"{ratings} ratings"),
        Finding("a less that led one step down", _lessened(course) > 0, times(_lessened(course))),
        Finding("a stop in the scene", stops > 0, times(stops)),
        Finding("a link cut with hold, then calm", bool(cuts), times(len(cuts))),
        _no_rise(course, cuts),
        Finding("a resume by both sides", resumed > 0, times(resumed)),
        *kept_findings(log_path, stored=stored),
    )


def kept_findings(log_path: Path, *, stored: bool) -> tuple[Finding, ...]:
    """What every session's log must show, whoever led it."""
    return (
        _replayed(verify(log_path)),
        Finding("the log stored on the server", stored, "the same bytes" if stored else "not there"),
    )


def _lessened(course: Course) -> int:
    return sum(
        isinstance(record.event, events.LessPressed)
        and any(isinstance(effect, StepChanged) for effect in record.effects)
        for record in course.records
    )


def _was_held(course: Course, cut: Interruption) -> bool:
    """Whether a hold came before the calm, or was there already: then the link's own has nothing left to hold."""
    stays = [stay for stay in course.stays if stay.end_ns >= cut.start_ns and stay.start_ns < cut.end_ns]
    return any(stay.state is State.HELD for stay in stays)


def _no_rise(course: Course, cuts: list[Interruption]) -> Finding:
    """From the hold until the person was back in the scene the intensity must never grow."""
    wanted = "no rise while the link was cut"
    for cut in cuts:
        instants = range(cut.start_ns, cut.end_ns, SAMPLE_NS)
        shares = [intensity_at(course, t_ns) for t_ns in instants]
        if any(after > before for before, after in pairwise(shares)):
            return Finding(wanted, False, f"it rose after {course.seconds(cut.start_ns):.1f} s")
        variants = [course.session_at(t_ns).whereabouts_at(t_ns).variant for t_ns in instants]
        if any(after not in (before, "") for before, after in pairwise(variants)):
            return Finding(wanted, False, f"another variant was shown after {course.seconds(cut.start_ns):.1f} s")
        if any(course.session_at(t_ns).state is State.EXPOSED for t_ns in instants):
            return Finding(wanted, False, f"it went on by itself after {course.seconds(cut.start_ns):.1f} s")
    return Finding(wanted, bool(cuts), "none" if cuts else "there was no cut")


def _replayed(verification: Verification) -> Finding:
    difference = verification.difference
    detail = f"record {difference.sequence}: {difference.what}" if difference else f"{verification.records} records"
    return Finding("replay equal to the record", verification.equal, detail)
