"""What no sequence of events may ever do in homework, by an account of its own."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.alone import AloneDrive, homework_for, prepared
from tests.core.ladders import AXES, SCENE, S
from tests.core.run import OTHERS, PRESSES
from vret.core import commands, effects, events
from vret.core.axes import dread_of
from vret.core.effects import State
from vret.core.events import Event, Input
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.core.transitions import IN_SCENE

SESSION_NS = 400 * S
TOP = 2
APART_NS = 30 * S
Act = tuple[int, str, int]
KINDS = st.sampled_from(["rise"] * 8 + ["rate"] * 6 + ["recover"] * 3 + ["rung", "sick", "gap", *PRESSES, *OTHERS])
ACTS = st.lists(
    st.tuples(st.integers(0, 40 * S) | st.integers(0, 3 * S), KINDS, st.integers(0, 100)), min_size=4, max_size=40
)


class Watched(AloneDrive):
    """Homework in which every step is looked at."""

    def __init__(self) -> None:
        self.history: list[tuple[Event, str]] = []
        self.rose_ns: int | None = None
        self.exposed_ns = 0
        self.seen_ns = 0
        super().__init__(homework_for(top_rung=f"rung{TOP}", session_ns=SESSION_NS), watches_sickness=True)

    def feed(self, event: Event) -> tuple[effects.Effect, ...]:
        before = self.session
        follows = super().feed(event)
        if follows or self.session is not before:
            self.history.append((event, self.session.digest()))
        if before.state in IN_SCENE:
            self.exposed_ns += event.t_ns - self.seen_ns
        self.seen_ns = event.t_ns
        self.check(before, event)
        return follows

    def check(self, before: Session, event: Event) -> None:
        session = self.session
        asks = isinstance(event, events.RisePressed | events.ResumeAccepted)
        assert session.step_index <= TOP
        assert session.step_index <= before.step_index + 1
        if session.step_index > before.step_index and not before.rising_cut_at(event.t_ns):
            assert asks
        if isinstance(event, events.RisePressed) and session.step_index > before.step_index:
            assert before.state in (State.CALM, State.EXPOSED)
            assert session.state is State.EXPOSED
            if before.state is State.EXPOSED:
                assert self.rose_ns is not None
                assert event.t_ns - self.rose_ns >= APART_NS
                assert before.rating is None
        if asks and session.state is State.EXPOSED and session != before:
            self.rose_ns = event.t_ns
        if not asks:
            assert not (session.state is State.EXPOSED and before.state is not State.EXPOSED)
            now, then = self.goals(session), self.goals(before)
            assert all(now[axis] <= then.get(axis, now[axis]) for axis in now)
            assert not now or then, "nobody leaves the calm room without a press"
        if session.state in IN_SCENE:
            assert self.exposed_ns <= SESSION_NS
        if isinstance(event, events.StopPressed) and before.state is not State.ENDED:
            assert session.state is State.STOPPED
            assert session.whereabouts_at(event.t_ns).is_calm

    def goals(self, session: Session) -> dict[str, int]:
        """How dreaded what is on its way will be, by axis; nothing in the calm room."""
        if session.cut.after.is_calm:
            return {}
        return {
            rules.axis: dread_of(rules.dread, rules.calm, session.ramps[rules.axis].target)
            for rules in AXES
            if rules.axis != "light_lux"
        }

    def act(self, act: Act) -> None:
        wait_ns, kind, number = act
        self.wait(wait_ns)
        match kind:
            case "rise":
                self.press(events.RisePressed)
            case "rate":
                self.rate(number)
            case "rung":
                self.command(commands.SetRung(scene="tower", rung="rung1"))
            case "sick":
                self.feed(events.SicknessGiven(t_ns=self.t_ns, fms=number // 10))
            case "gap":
                self.t_ns += S
                self.feed(events.Tick(t_ns=self.t_ns, gap_ns=S))
            case "recover":
                self.recover()
            case kind if kind in PRESSES:
                self.press(PRESSES[kind])
            case kind:
                self.feed(OTHERS[kind](t_ns=self.t_ns))

    def recover(self) -> None:
        """What a person would do to go on."""
        for kind in (events.HeadsetWorn, events.FocusGained, events.TrackingFound, events.FrameRateFine):
            self.happens(kind)
        self.feed(events.SicknessGiven(t_ns=self.t_ns, fms=1))
        self.press(events.PrivateAgain)
        self.wait(2 * S)
        self.rate(30)
        for press in (events.StopPressed, events.ReadyPressed, events.ResumeAccepted, events.RisePressed):
            self.press(press)


@settings(max_examples=2 * settings().max_examples)
@given(ACTS)
def test_nothing_rises_but_by_a_press_and_never_too_far_or_too_soon(acts: list[Act]) -> None:
    drive = Watched()
    drive.prepare()
    for act in acts:
        drive.act(act)


@given(ACTS)
def test_replaying_homework_gives_the_same_states(acts: list[Act]) -> None:
    drive = Watched()
    drive.prepare()
    for act in acts:
        drive.act(act)
    codec = msgspec.json.Decoder(Event)
    session = open_session(msgspec.json.decode(msgspec.json.encode(drive.opened), type=events.SessionOpened))
    for event, digest in drive.history:
        session, _ = step(session, codec.decode(msgspec.json.encode(event)))
        assert session.digest() == digest
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(session), type=Session) == session


def test_a_tick_on_which_nothing_happens_leaves_the_same_object() -> None:
    drive = prepared()
    assert drive.rise() is None
    drive.answer(20 * S)
    session, follows = step(drive.session, events.Tick(t_ns=drive.t_ns + 1, gap_ns=1))
    assert session is drive.session
    assert follows == ()


def test_the_presses_reach_the_top() -> None:
    """So that the account above has seen something."""
    drive = Watched()
    drive.prepare()
    for _ in range(TOP + 1):
        drive.act((0, "rise", 0))
        drive.stay()
    assert drive.session.step_index == TOP
    assert drive.session.plan.of(SCENE.name) is not None
    drive.press(events.StopPressed, Input.KEYBOARD)
    assert drive.state is State.STOPPED
