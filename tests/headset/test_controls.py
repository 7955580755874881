import pytest

from vret.core.events import Event, Input, LessPressed, RatingGiven, SicknessGiven, StopPressed, WaitPressed
from vret.headset.controls import DISTRESS, KEYS, NOTHING, SCALES, SICKNESS, Button, Controls, Scale
from vret.headset.profiles import Control

T_NS = 5


def pressed(controls: Controls, *states: Button, dial: int | None = None) -> list[Event]:
    return [event for state in states for event in controls.read(state, dial, T_NS)]


def test_a_press_is_one_event_however_long_it_is_held() -> None:
    controls = Controls(Input.KEYBOARD)
    assert pressed(controls, Button.WAIT, Button.WAIT, Button.WAIT) == [WaitPressed(t_ns=T_NS, input=Input.KEYBOARD)]
    assert len(pressed(controls, NOTHING, Button.WAIT)) == 1


def test_stop_comes_first_of_what_is_pressed_together() -> None:
    events = pressed(Controls(Input.HAND_LEFT), Button.READY | Button.LESS | Button.STOP)
    assert [type(event).__name__ for event in events] == ["StopPressed", "LessPressed", "ReadyPressed"]
    assert isinstance(events[0], StopPressed)
    assert events[0].input is Input.HAND_LEFT


def test_stop_is_read_while_another_button_is_held() -> None:
    events = pressed(Controls(Input.KEYBOARD), Button.WAIT, Button.WAIT | Button.STOP)
    assert isinstance(events[-1], StopPressed)


def test_the_dial_has_no_starting_value() -> None:
    controls = Controls(Input.KEYBOARD)
    assert controls.dial is None
    assert pressed(controls, Button.RATE_CONFIRM) == []


def test_the_dial_turned_and_confirmed_is_a_rating_once() -> None:
    controls = Controls(Input.KEYBOARD)
    turned = pressed(controls, Button.RATE_MORE, NOTHING, Button.RATE_MORE, NOTHING, Button.RATE_CONFIRM, NOTHING)
    assert turned == [RatingGiven(t_ns=T_NS, suds=DISTRESS.middle + 2 * DISTRESS.step)]
    assert pressed(controls, Button.RATE_CONFIRM) == []


def test_the_dial_stays_within_0_and_100() -> None:
    controls = Controls(Input.KEYBOARD)
    pressed(controls, *(Button.RATE_LESS, NOTHING) * 30)
    assert controls.dial == 0
    assert pressed(controls, Button.RATE_CONFIRM, dial=170) == [RatingGiven(t_ns=T_NS, suds=100)]


def test_an_unconfirmed_dial_is_no_answer() -> None:
    controls = Controls(Input.KEYBOARD)
    pressed(controls, Button.RATE_MORE, NOTHING)
    controls.forget_dial()
    assert pressed(controls, Button.RATE_CONFIRM) == []


def test_every_button_has_a_key_and_escape_stops() -> None:
    assert set(KEYS.values()) == set(Button)
    assert KEYS["ESCAPE"] is Button.STOP
    assert KEYS["SPACE"] is Button.STOP


def test_less_on_a_fresh_press_after_both_were_held() -> None:
    controls = Controls(Input.KEYBOARD)
    pressed(controls, Button.WAIT | Button.LESS, Button.WAIT)
    assert pressed(controls, Button.WAIT | Button.LESS) == [LessPressed(t_ns=T_NS, input=Input.KEYBOARD)]


def test_a_dial_that_was_turned_for_one_question_is_no_answer_to_the_next() -> None:
    controls = Controls(Input.KEYBOARD)
    controls.read(NOTHING, 40, 1)
    controls.forget_dial()
    assert controls.read(Button.RATE_CONFIRM, 40, 2) == ()
    controls.read(NOTHING, 45, 3)
    assert controls.read(Button.RATE_CONFIRM, 45, 4) == (RatingGiven(t_ns=4, suds=45),)


def test_the_same_answer_can_be_given_twice_after_the_dial_was_let_go() -> None:
    controls = Controls(Input.KEYBOARD)
    for t_ns in (1, 10):
        controls.read(NOTHING, None, t_ns)
        controls.read(NOTHING, 40, t_ns + 1)
        assert controls.read(Button.RATE_CONFIRM, 40, t_ns + 2) == (RatingGiven(t_ns=t_ns + 2, suds=40),)


def test_the_question_decides_what_the_dial_is_set_on_and_what_the_answer_is() -> None:
    controls = Controls(Input.KEYBOARD)
    controls.ask(Control.SICKNESS)
    turned = pressed(controls, Button.RATE_MORE, NOTHING, Button.RATE_MORE, NOTHING, Button.RATE_CONFIRM, NOTHING)
    assert turned == [SicknessGiven(t_ns=T_NS, fms=SICKNESS.middle + 2)]
    assert pressed(controls, Button.RATE_CONFIRM, dial=70) == [SicknessGiven(t_ns=T_NS, fms=10)]
    controls.read(NOTHING, 4, T_NS)
    controls.ask(Control.RATE)
    assert controls.dial is None, "what was set for sickness is no answer about fear"
    assert pressed(controls, Button.RATE_CONFIRM, dial=70) == [RatingGiven(t_ns=T_NS, suds=70)]


@pytest.mark.parametrize("scale", SCALES.values())
def test_a_scale_is_run_through_from_end_to_end(scale: Scale) -> None:
    assert scale.turned(None, -100) == 0
    assert scale.turned(None, 100) == scale.top
    assert scale.turned(0, 1) == scale.step
    assert scale.turned(None, 1) == scale.middle + scale.step
    assert scale.top % scale.step == 0
