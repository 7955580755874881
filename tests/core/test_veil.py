"""However fast people press, the veil never flashes three times in a second; a stop is a single cut."""

from bisect import bisect_left
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.core.drive import Drive
from tests.core.ladders import PLAN, SCENE, M, S
from vret.core import commands, events
from vret.core.commands import Command
from vret.core.effects import Effect, State
from vret.core.events import Event
from vret.core.ladder import Rung
from vret.core.limits import LIMITS
from vret.core.session import Session
from vret.core.veil import VEIL_MAX, Veil

MS = S // 1000
FRAME_NS = S // 90
TENTH = VEIL_MAX // 10
"""The least change that counts for a flash, of the most brightness (WCAG 2.2, general flash)."""
FLASHES_MOST = 2
STEPS = 24
STAIRS = replace(
    SCENE,
    rungs=tuple(Rung(f"rung{i}", f"Rung {i}", f"place{i}", {**SCENE.rungs[0].values}) for i in range(STEPS)),
    level_points=(),
)
"""Every rung is a place of its own, so that every step comes under a veil."""


def turns_ns(shown: list[tuple[int, int]]) -> list[int]:
    """When the darkness, of (time, darkness), had gone the other way by a tenth: two of them are a flash."""
    turns, went, farthest = [], 0, shown[0][1]
    for t_ns, dark in shown:
        change = dark - farthest
        if change * went > 0:
            farthest = dark
        elif abs(change) >= TENTH:
            turns.append(t_ns)
            went, farthest = (1 if change > 0 else -1), dark
    return turns


def flashes_in_a_second(shown: list[tuple[int, int]]) -> int:
    times_ns = turns_ns(shown)
    return max((bisect_left(times_ns, t_ns + S) - index for index, t_ns in enumerate(times_ns)), default=0) // 2


class Watched(Drive):
    """A session on the stairs; `veils` are what a headset would have shown of its veil, frame by frame."""

    def __init__(self, rung: str = f"rung{STEPS // 2}") -> None:
        self.states: list[tuple[int, Session]] = []
        super().__init__(PLAN, (STAIRS,))
        self.expose(rung)
        self.states.clear()

    def feed(self, event: Event) -> tuple[Effect, ...]:
        follows = super().feed(event)
        self.states.append((event.t_ns, self.session))
        return follows

    def veils(self) -> list[tuple[int, int]]:
        """Each state when it came, and in every frame until the next."""
        return [
            (t_ns, session.veil_at(t_ns))
            for (first_ns, session), (next_ns, _) in pairwise([*self.states, (self.t_ns + 1, self.session)])
            for t_ns in (first_ns, *range(first_ns - first_ns % FRAME_NS + FRAME_NS, next_ns, FRAME_NS))
        ]


class Change(msgspec.Struct, frozen=True):
    """Something is done to a veil, `wait_ns` after what was done before."""

    wait_ns: int
    kind: str
    over_ns: int


CHANGES = st.lists(
    st.builds(
        Change,
        wait_ns=st.integers(0, S // 5) | st.integers(0, 2 * S),
        kind=st.sampled_from(["lower", "rise", "take_back", "cut"]),
        over_ns=st.sampled_from([LIMITS.blink_ns, LIMITS.enter_fade_ns, LIMITS.tracking_calm_ns]),
    ),
    max_size=40,
)
COMMANDS: list[Command] = [
    commands.StepDown(),
    commands.Pause(),
    commands.Calm(),
    commands.Continue(),
    commands.SetAxis(axis="height_m", target=0),
    commands.SetAxis(axis="height_m", target=9 * M),
    commands.SetVariant(variant="dusk"),
    commands.SetVariant(variant="day"),
    *(commands.SetRung(scene="tower", rung=f"rung{index}") for index in range(0, STEPS, 5)),
]
DONE = st.lists(
    st.tuples(
        st.integers(0, S // 5) | st.integers(0, 2 * S),
        st.sampled_from(COMMANDS) | st.sampled_from(["less", "less", "wait", "stop", "back"]),
    ),
    min_size=5,
    max_size=60,
)


def change(veil: Veil, kind: str, over_ns: int, t_ns: int) -> Veil:
    match kind:
        case "lower":
            return veil.closing(t_ns, over_ns, veil.closes_ns(t_ns, over_ns))
        case "rise":
            return veil.closing(t_ns, over_ns, t_ns + over_ns)
        case "take_back":
            return veil.opening(t_ns, over_ns)
        case _:
            return veil.cut(t_ns)


@given(CHANGES)
def test_it_never_jumps_and_never_flashes_whatever_is_done(changes: list[Change]) -> None:
    veil, t_ns, cuts, shown = Veil(), 10 * S, 0, []
    for one in [*changes, Change(3 * S, "", 0)]:
        for at_ns in range(t_ns, t_ns + one.wait_ns, FRAME_NS):
            shown.append((at_ns, veil.at(at_ns)))
        t_ns += one.wait_ns
        if not one.kind:
            break
        before, veil = veil.at(t_ns), change(veil, one.kind, one.over_ns, t_ns)
        assert veil.at(t_ns) == (0 if one.kind == "cut" else before)
        cuts += one.kind == "cut"
        if one.kind in ("lower", "rise"):
            assert {veil.at(at_ns) for at_ns in range(veil.closed_ns, veil.opens_ns + 1, S // 10)} <= {VEIL_MAX}
            assert veil.closed_ns <= t_ns + one.over_ns
        assert veil.opens_ns <= max(t_ns + one.over_ns, t_ns + LIMITS.veil_apart_ns)
    assert veil.at(t_ns + 10 * S) == 0
    assert not cuts or flashes_in_a_second(shown) <= FLASHES_MOST + cuts
    assert cuts or flashes_in_a_second(shown) <= FLASHES_MOST


@settings(max_examples=settings().max_examples // 2)
@given(DONE)
def test_no_presses_and_commands_make_it_flash(done: list[tuple[int, Command | str]]) -> None:
    """Apart from stops, each of which is one cut into the calm room."""
    drive, cuts = Watched(), 0
    for wait_ns, what in done:
        drive.wait(wait_ns)
        before = drive.session.veil_at(drive.t_ns)
        match what:
            case "less":
                drive.press(events.LessPressed)
            case "wait":
                drive.press(events.WaitPressed)
            case "stop":
                drive.press(events.StopPressed)
                assert drive.session.whereabouts_at(drive.t_ns).is_calm
                assert drive.session.veil_at(drive.t_ns) == 0
                cuts += 1
                continue
            case "back":
                back(drive)
            case str():
                raise AssertionError(what)
            case _:
                drive.command(what)
        assert drive.session.veil_at(drive.t_ns) == before
    drive.wait(4 * S)
    assert drive.session.veil_at(drive.t_ns) == 0
    assert flashes_in_a_second(drive.veils()) <= FLASHES_MOST + cuts


def back(drive: Drive) -> None:
    """All that leads back into the scene, without a pause in between."""
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume())
    drive.press(events.ResumeAccepted)
    if drive.state is State.CALM:
        drive.command(commands.SetRung(scene="tower", rung="rung5"))


@pytest.mark.parametrize("presses_per_s", [1, 2, 3, 4, 6, 10, 30])
@pytest.mark.parametrize("asks", [events.LessPressed, commands.StepDown])
def test_less_pressed_again_and_again_darkens_and_flashes_at_most_twice_a_second(
    presses_per_s: int, asks: type[events.LessPressed] | type[commands.StepDown]
) -> None:
    drive = Watched()
    for _ in range(min(4 * presses_per_s, STEPS)):
        if asks is events.LessPressed:
            drive.press(events.LessPressed)
        else:
            drive.command(commands.StepDown())
        drive.wait(S // presses_per_s)
    drive.wait(2 * S)
    assert flashes_in_a_second(drive.veils()) <= FLASHES_MOST
    assert drive.session.veil_at(drive.t_ns) == 0
    assert drive.session.whereabouts_at(drive.t_ns).place == STAIRS.place_of(drive.session.step_index)


def test_a_lower_step_is_there_when_the_veil_is_black_however_often_it_is_asked_for() -> None:
    drive = Watched()
    for _ in range(5):
        drive.press(events.LessPressed)
        assert drive.session.whereabouts_at(drive.t_ns).place == f"place{STEPS // 2}"
        drive.wait(LIMITS.blink_ns // 5)
    assert drive.session.whereabouts_at(drive.t_ns).place == f"place{STEPS // 2 - 5}"
    assert drive.session.veil_at(drive.t_ns) == VEIL_MAX


def test_up_and_down_within_a_moment_is_no_faster() -> None:
    """A step up that is taken back before it is seen opens the veil, so this would be the fastest way to flash."""
    drive = Watched()
    for _ in range(40):
        drive.command(commands.SetRung(scene="tower", rung=f"rung{STEPS - 1}"))
        drive.wait(S // 10)
        drive.command(commands.StepDown())
        drive.wait(S // 50)
    assert flashes_in_a_second(drive.veils()) <= FLASHES_MOST


def test_a_rise_keeps_its_whole_time_to_be_taken_back_also_in_the_dark() -> None:
    drive = Watched()
    drive.press(events.LessPressed)
    drive.wait(LIMITS.blink_ns)
    lower = drive.session.whereabouts_at(drive.t_ns)
    assert drive.refusal(commands.SetRung(scene="tower", rung=f"rung{STEPS - 1}")) is None
    drive.wait(LIMITS.blink_ns - 1)
    assert drive.session.whereabouts_at(drive.t_ns) == lower
    drive.press(events.WaitPressed)
    drive.wait(2 * S)
    assert drive.session.whereabouts_at(drive.t_ns) == lower


def test_stop_is_calm_at_once_while_an_opening_waits() -> None:
    drive = Watched()
    for _ in range(12):
        drive.press(events.LessPressed)
        drive.wait(S // 8)
    assert drive.session.veil_at(drive.t_ns) > 0
    drive.press(events.StopPressed)
    assert drive.session.veil_at(drive.t_ns) == 0
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
