"""Small golden sessions: few events at known times, so that every measure can be checked by hand."""

from msgspec.structs import replace

from vret.core import commands, events
from vret.core.events import Input
from vret.core.measures import EndedHow, RatingMoment
from vret.recording.record import Entry, FrameRecord
from vret.review.course import Course, read_course
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.sessions import Rehearsal

KEYBOARD = Input.KEYBOARD
FRAME_NS = 100_000_000


def in_calm_room() -> Rehearsal:
    """Ten frames a second, so that nothing takes long; stop is practised."""
    rehearsal = Rehearsal((heights_rules(),), heights_plan(), frame_ns=FRAME_NS)
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="t"))
    rehearsal.run(1.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.happen(events.ReadyPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.command(commands.Resume())
    return rehearsal


def go_to(rehearsal: Rehearsal, rung: str, seconds: float) -> None:
    rehearsal.command(commands.SetRung(scene="heights", rung=rung))
    rehearsal.run(seconds)


def rate(rehearsal: Rehearsal, suds: int | None) -> None:
    """Ask with the dial; None: let the question go unanswered."""
    rehearsal.command(commands.AskRating(moment=RatingMoment.STEP))
    if suds is None:
        rehearsal.run(15.1)
    else:
        rehearsal.happen(events.RatingGiven(t_ns=rehearsal.t_ns, suds=suds))


def end(rehearsal: Rehearsal) -> None:
    rehearsal.command(commands.End(how=EndedHow.CHOSEN_STEP, note="as planned"))
    rehearsal.run(1.0)


def course_of(rehearsal: Rehearsal) -> Course:
    return read_course(entries_of(rehearsal))


def entries_of(rehearsal: Rehearsal) -> list[Entry]:
    return [*rehearsal.records, *rehearsal.frames]


def look(rehearsal: Rehearsal, rotations: list[tuple[float, float, float, float]], back_m: float = 0.0) -> None:
    """Give the last frames these head rotations, and the last of them a head that stands back."""
    first = len(rehearsal.frames) - len(rotations)
    for index, rotation in enumerate(rotations):
        frame = rehearsal.frames[first + index]
        position = (0.0, 1.6, back_m if index == len(rotations) - 1 else 0.0)
        rehearsal.frames[first + index] = replace(
            frame, head_rotation_in_stage=rotation, head_position_in_stage=position
        )


def frame_at(t_ns: int, number: int, cpu_ns: int = 1_000_000) -> FrameRecord:
    return FrameRecord(number, t_ns, t_ns + 20_000_000, cpu_ns, (0.0, 1.6, 0.0), (0.0, 0.0, 0.0, 1.0), "", 0)
