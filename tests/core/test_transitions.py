"""`step` walked through every cell of the state table."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from vret.core import commands, events
from vret.core.effects import State
from vret.core.events import Input
from vret.core.ladder import FAINTING_RISK
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.sickness import FMS_UNWELL
from vret.core.transitions import HOLDABLE, IN_SCENE, STATES, STOPPABLE, TABLE

MS = S // 1000


def lose_last_input(drive: Drive) -> None:
    drive.feed(events.InputLost(t_ns=drive.t_ns, input=Input.KEYBOARD))


def lose_last_input_for_long(drive: Drive) -> None:
    lose_last_input(drive)
    drive.wait(LIMITS.input_lost_calm_ns + MS)


def let_heart_fall(drive: Drive) -> None:
    """Where people faint."""
    among_needles(drive)
    for second in range(17):
        drive.wait(S)
        bpm = 100 if second < 8 else 60
        drive.feed(events.HeartRateRead(t_ns=drive.t_ns, bpm=bpm, has_contact=True))


def stand_up(drive: Drive) -> None:
    among_needles(drive)
    drive.happens(events.StoodUp)


def among_needles(drive: Drive) -> None:
    """As if people fainted in the scene in which the person is."""
    rules = drive.session.scenes[0]
    tagged = replace(rules, rungs=(*rules.rungs[:-1], replace(rules.rungs[-1], tags=(FAINTING_RISK,))))
    drive.session = replace(drive.session, scenes=(tagged,))


def lose_tracking(duration_ns: int) -> Callable[[Drive], None]:
    def lose(drive: Drive) -> None:
        drive.feed(events.TrackingLost(t_ns=drive.t_ns))
        drive.wait(duration_ns + 100 * MS)

    return lose


def draw_slowly(duration_ns: int) -> Callable[[Drive], None]:
    def draw(drive: Drive) -> None:
        drive.feed(events.FrameRateLow(t_ns=drive.t_ns))
        drive.wait(duration_ns - LIMITS.frame_rate_second_ns + 100 * MS)

    return draw


def sleep(drive: Drive) -> None:
    drive.t_ns += LIMITS.tick_gap_ns + 1
    drive.feed(events.Tick(t_ns=drive.t_ns, gap_ns=LIMITS.tick_gap_ns + 1))


def accept(drive: Drive) -> None:
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume())
    drive.press(events.ResumeAccepted)


def resume_into_calm(drive: Drive) -> None:
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))


def silence(duration_ns: int) -> Callable[[Drive], None]:
    return lambda drive: drive.wait(duration_ns, silent=True)


def pressing(kind: type) -> Callable[[Drive], None]:
    return lambda drive: void(drive.press(kind))


def happening(kind: type) -> Callable[[Drive], None]:
    return lambda drive: void(drive.happens(kind))


def commanding(command: commands.Command) -> Callable[[Drive], None]:
    return lambda drive: void(drive.command(command))


def void(_: object) -> None:
    return None


ACTS: dict[str, Callable[[Drive], None]] = {
    "admitted": Drive.admit,
    "person: wait": pressing(events.WaitPressed),
    "person: less": pressing(events.LessPressed),
    "person: stop": pressing(events.StopPressed),
    "person: accepts": accept,
    "person: someone came in": pressing(events.SomeoneCameIn),
    "person: private again": pressing(events.PrivateAgain),
    "headset off": happening(events.HeadsetRemoved),
    "focus lost": happening(events.FocusLost),
    "space recentred": happening(events.Recentred),
    "last stop input lost": lose_last_input,
    "  ... for 5 s": lose_last_input_for_long,
    "tracking lost for 1 s": lose_tracking(LIMITS.tracking_hold_ns),
    "  ... for 3 s": lose_tracking(LIMITS.tracking_calm_ns),
    "pictures slow for 3 s": draw_slowly(LIMITS.frame_rate_hold_ns),
    "  ... for 9 s": draw_slowly(LIMITS.frame_rate_calm_ns),
    "heart rate falls (1)": let_heart_fall,
    "stands up (1)": stand_up,
    "feels very sick": lambda drive: void(drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=FMS_UNWELL))),
    "program restarted": happening(events.ProgramRestarted),
    "time gap over 250 ms": sleep,
    "lease over 3 s": silence(LIMITS.lease_hold_ns + 100 * MS),
    "lease over 8 s": silence(LIMITS.lease_calm_ns + 100 * MS),
    "therapist: rung": commanding(commands.SetRung(scene="tower", rung="rung4")),
    "therapist: one step down": commanding(commands.StepDown()),
    "therapist: pause": commanding(commands.Pause()),
    "therapist: calm": commanding(commands.Calm()),
    "therapist: stop": commanding(commands.Stop()),
    "therapist: continue": commanding(commands.Continue()),
    "therapist: resume (calm)": resume_into_calm,
    "therapist: end": commanding(commands.End(how=EndedHow.TECHNICAL)),
}


def test_every_row_has_its_act() -> None:
    assert list(ACTS) == list(TABLE)
    assert all(len(row) == len(STATES) for row in TABLE.values())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("row", TABLE)
def test_cell(row: str, state: State) -> None:
    drive = in_state(state)
    ACTS[row](drive)
    after = TABLE[row][STATES.index(state)]
    assert drive.state is (state if after is None else after)
    assert (drive.state in IN_SCENE) == (not drive.session.cut.after.is_calm)


def test_the_sets_agree_with_the_table() -> None:
    stops = {state for state, after in zip(STATES, TABLE["person: stop"], strict=True) if after is State.STOPPED}
    holds = {state for state, after in zip(STATES, TABLE["person: wait"], strict=True) if after is State.HELD}
    assert stops | {State.STOPPED} == STOPPABLE
    assert holds == HOLDABLE
