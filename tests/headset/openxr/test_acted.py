"""Two who press in one headset: the acted person, and whoever wears it."""

from pathlib import Path

import msgspec
import pytest

from vret.core.events import (
    CanWaitPressed,
    Event,
    Input,
    InputGained,
    InputLost,
    LessPressed,
    RatingGiven,
    ReadyPressed,
    ResumeAccepted,
    StopPressed,
    WaitPressed,
)
from vret.headset.controls import NOTHING, Button
from vret.headset.openxr.acted import SHARED, Acted
from vret.headset.profiles import Control
from vret.memory import Block
from vret.memory.messages import Wearer

RIGHT = Input.CONTROLLER_RIGHT
YES = {Button.READY: ReadyPressed, Button.ACCEPT: ResumeAccepted, Button.CAN_WAIT: CanWaitPressed}
DOWN = {Button.STOP: StopPressed, Button.LESS: LessPressed, Button.WAIT: WaitPressed}


class Both:
    """Frames of an acted person who presses one button at a time."""

    def __init__(self, folder: Path) -> None:
        self._block = Block.create(folder / "wearer", 1 << 12)
        self.acted = Acted(self._block)
        self.t_ns = 0
        self.frame()

    def frame(
        self, button: Button = NOTHING, *by_hand: Event, is_seen: bool = True, **changes: object
    ) -> tuple[Event, ...]:
        wearer = msgspec.structs.replace(Wearer(buttons=int(button)), **changes)
        self._block.publish(msgspec.msgpack.encode(wearer))
        self.t_ns += 1
        return self.acted.read(by_hand, is_seen=is_seen, t_ns=self.t_ns)

    def press(self, button: Button, *by_hand: Event, is_seen: bool = True) -> tuple[Event, ...]:
        said = self.frame(button, *by_hand, is_seen=is_seen)
        self.frame()
        return said


@pytest.fixture
def both(tmp_path: Path) -> Both:
    return Both(tmp_path)


def test_the_acted_person_is_an_input_from_the_first_frame(tmp_path: Path) -> None:
    acted = Acted(Block.create(tmp_path / "wearer", 1 << 12))
    assert acted.read((), is_seen=False, t_ns=5) == (InputGained(t_ns=5, input=SHARED),)


@pytest.mark.parametrize("button", YES)
def test_a_program_that_takes_over_waits_for_the_wearers_ready(tmp_path: Path, button: Button) -> None:
    both = Both(tmp_path)
    both.acted = Acted(both._block, is_stopped=True)
    both.frame()
    assert both.press(button) == ()
    both.frame(NOTHING, ReadyPressed(t_ns=0, input=RIGHT))
    assert [type(event) for event in both.press(button)] == [YES[button]]


@pytest.mark.parametrize("button", [*YES, *DOWN])
def test_the_acted_person_presses(both: Both, button: Button) -> None:
    assert both.press(button) == ((YES | DOWN)[button](t_ns=both.t_ns - 1, input=SHARED),)


def test_what_the_wearer_presses_counts_as_the_same_input_and_comes_first(both: Both) -> None:
    """Else the first wait of a wearer who never practised stop would end every rise."""
    by_hand = (StopPressed(t_ns=2, input=RIGHT), WaitPressed(t_ns=2, input=RIGHT), RatingGiven(t_ns=2, suds=40))
    assert both.frame(Button.LESS, *by_hand) == (
        StopPressed(t_ns=2, input=SHARED),
        WaitPressed(t_ns=2, input=SHARED),
        RatingGiven(t_ns=2, suds=40),
        LessPressed(t_ns=2, input=SHARED),
    )


def test_controllers_that_come_and_go_leave_the_acted_person_as_the_input(both: Both) -> None:
    assert both.frame(NOTHING, InputGained(t_ns=2, input=RIGHT), InputLost(t_ns=2, input=RIGHT)) == ()


@pytest.mark.parametrize("button", YES)
def test_after_the_wearers_stop_only_the_wearer_can_say_ready(both: Both, button: Button) -> None:
    both.frame(NOTHING, StopPressed(t_ns=2, input=RIGHT))
    assert both.press(button) == ()
    for lower in DOWN:
        assert len(both.press(lower)) == 1
    assert both.press(button) == ()
    assert both.press(button, ReadyPressed(t_ns=both.t_ns + 1, input=RIGHT)) == (
        ReadyPressed(t_ns=both.t_ns - 1, input=SHARED),
        YES[button](t_ns=both.t_ns - 1, input=SHARED),
    )


def test_a_stop_and_a_ready_of_the_same_frame_are_a_stop(both: Both) -> None:
    both.frame(NOTHING, StopPressed(t_ns=2, input=RIGHT), ReadyPressed(t_ns=2, input=RIGHT))
    assert both.press(Button.READY) == ()


def test_the_acted_persons_own_stop_is_not_the_wearers(both: Both) -> None:
    both.press(Button.STOP)
    assert len(both.press(Button.READY)) == 1


@pytest.mark.parametrize("button", YES)
def test_nothing_rises_while_nobody_wears_it(both: Both, button: Button) -> None:
    assert both.press(button, is_seen=False) == ()
    assert len(both.press(button)) == 1


def test_a_body_in_the_block_neither_wears_the_headset_nor_takes_it_off(both: Both) -> None:
    assert both.frame(worn=False, focused=False) == ()
    assert both.frame(worn=True, focused=True) == ()


def test_a_rating_is_asked_of_both_and_the_acted_persons_dial_is_forgotten_with_the_question(both: Both) -> None:
    both.acted.ask(Control.RATE)
    assert both.frame(dial=70) == ()
    assert both.acted.dial == 70
    assert both.frame(Button.RATE_CONFIRM, dial=70) == (RatingGiven(t_ns=both.t_ns, suds=70),)
    both.frame(dial=30)
    both.acted.ask(None)
    assert both.acted.dial is None
