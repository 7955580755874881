"""What hands say, frame by frame; and what no sequence of values may ever make them say."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vret.core.events import (
    CanWaitPressed,
    Event,
    Input,
    InputGained,
    InputLost,
    LessPressed,
    PhraseSaid,
    PrivateAgain,
    RatingGiven,
    ReadyPressed,
    RecordingAccepted,
    RecordingDeclined,
    ResumeAccepted,
    RisePressed,
    SicknessGiven,
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.headset.choosing import PHRASES, SAID_AFTER_NS
from vret.headset.gestures import ANSWER_REST_NS, LAPSE_NS, STOP_HOLD_NS, Component, Hand, Hold, Press, Pull
from vret.headset.hands import Hands
from vret.headset.profiles import BOTH, PROFILES, Control, Profile

MS = 1_000_000
FRAME_NS = 11 * MS
TOUCH = "/interaction_profiles/oculus/touch_controller"
VIVE = "/interaction_profiles/htc/vive_controller"
SIMPLE = "/interaction_profiles/khr/simple_controller"
BARE = "/interaction_profiles/ext/hand_interaction_ext"
LEFT, RIGHT = Hand.LEFT, Hand.RIGHT
Values = Mapping[tuple[Hand, Component], float]
EACH = pytest.mark.parametrize("path", PROFILES, ids=[path.rsplit("/", 1)[1] for path in PROFILES])
EACH_HAND = pytest.mark.parametrize("hand", BOTH)
UPWARDS = (ReadyPressed, ResumeAccepted, CanWaitPressed, PrivateAgain, RecordingAccepted, RisePressed)
_ANSWERED = (
    Control.READY,
    Control.ACCEPT,
    Control.CAN_WAIT,
    Control.RATE,
    Control.SICKNESS,
    Control.PRIVATE_AGAIN,
    Control.RECORD,
)


class Wearing:
    """Two hands with one profile on virtual time; what is not said to be pressed is at rest."""

    def __init__(self, path: str, hands: Iterable[Hand] = BOTH) -> None:
        self.read = Hands()
        self.t_ns = 0
        self.profiles = dict.fromkeys(hands, path)
        self.values(())

    def values(self, pressed: Values | tuple[()], ms: int = 11) -> list[Event]:
        """Frames of `ms` in all with these values."""
        here = {
            (hand, one): 0.0
            for hand, path in self.profiles.items()
            for one in PROFILES[path].bindings
            if PROFILES[path].has(one, hand)
        }
        return self.exactly(here | dict(pressed), ms)

    def exactly(self, values: Values, ms: int = 11) -> list[Event]:
        events: list[Event] = []
        for _ in range(max(ms * MS // FRAME_NS, 1)):
            self.t_ns += FRAME_NS
            events += self.read.read(self.profiles, values, self.t_ns)
        return events

    def press(self, hand: Hand, component: Component, ms: int = 100, **axes: float) -> list[Event]:
        values = {(hand, component): 1.0} | {(hand, Component(name)): value for name, value in axes.items()}
        return self.values(values, ms) + self.values((), 22)


def kinds(events: Iterable[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def values_of(gesture: object, hand: Hand) -> Values:
    match gesture:
        case Press(component) | Hold(component):
            return {(hand, component): 1.0}
        case Pull(along):
            return {(hand, along): -1.0}
    raise AssertionError(gesture)


# -- stop


@EACH
@EACH_HAND
def test_stop_by_each_way_and_with_one_hand_alone(path: str, hand: Hand) -> None:
    for way in PROFILES[path].controls[Control.STOP]:
        if hand not in way.hands:
            continue
        wearing = Wearing(path, [hand])
        events = wearing.values(values_of(way.gesture, hand), 600) + wearing.values((), 200)
        assert events == [StopPressed(t_ns=events[0].t_ns, input=PROFILES[path].inputs[hand])]


def test_a_grip_stops_after_four_tenths_of_a_second_and_once() -> None:
    wearing = Wearing(TOUCH)
    start_ns = wearing.t_ns + FRAME_NS
    (stop,) = wearing.values({(LEFT, Component.GRIP): 1.0}, 3_000)
    assert isinstance(stop, StopPressed)
    assert 0 <= stop.t_ns - start_ns - STOP_HOLD_NS < FRAME_NS
    assert wearing.values({(LEFT, Component.GRIP): 0.3}, 500) == []
    assert wearing.press(LEFT, Component.GRIP, 300) == []
    assert kinds(wearing.press(LEFT, Component.GRIP, 500)) == [StopPressed]


def test_a_jammed_grip_hides_no_other_stop() -> None:
    wearing = Wearing(TOUCH)
    jammed = {(LEFT, Component.GRIP): 1.0}
    wearing.values(jammed, 1_000)
    for other in ((LEFT, Component.MENU), (LEFT, Component.SECONDARY), (RIGHT, Component.SECONDARY)):
        assert kinds(wearing.values(jammed | {other: 1.0}, 100)) == [StopPressed]
        wearing.values(jammed, 100)


def test_stop_is_heard_through_everything_else() -> None:
    wearing = Wearing(TOUCH)
    everything = {(hand, one): 1.0 for hand in BOTH for one in (Component.TRIGGER, Component.PRIMARY)}
    wearing.values(everything, 500)
    assert StopPressed in kinds(wearing.values(everything | {(RIGHT, Component.SECONDARY): 1.0}))


def test_a_moment_that_the_cameras_miss_does_not_break_a_fist() -> None:
    wearing = Wearing(BARE)
    fist = {(RIGHT, Component.GRASP): 1.0}
    wearing.values(fist, 200)
    assert wearing.exactly({(LEFT, Component.GRASP): 0.0}, 150) == []
    assert kinds(wearing.values(fist, 200)) == [StopPressed]


# -- wait and less


@EACH
@EACH_HAND
def test_wait_and_less_with_one_hand_alone(path: str, hand: Hand) -> None:
    profile, wearing = PROFILES[path], Wearing(path, [hand])
    source = profile.inputs[hand]
    if path in (SIMPLE, BARE):
        button = Component.SELECT if path == SIMPLE else Component.PINCH
        waits = wearing.press(hand, button)
        lesses = wearing.press(hand, button)
    elif path == VIVE:
        waits = wearing.press(hand, Component.TRACKPAD_CLICK, trackpad_y=0.8)
        lesses = wearing.press(hand, Component.TRACKPAD_CLICK, trackpad_y=-0.8)
    else:
        waits = wearing.values(values_of(profile.controls[Control.WAIT][0].gesture, hand), 200)
        lesses = wearing.values(values_of(profile.controls[Control.LESS][0].gesture, hand), 200)
    assert waits == [WaitPressed(t_ns=waits[0].t_ns, input=source)]
    assert lesses == [LessPressed(t_ns=lesses[0].t_ns, input=source)]


def test_a_pinch_counts_at_once_and_a_slow_second_one_is_a_new_wait() -> None:
    wearing = Wearing(BARE)
    assert kinds(wearing.values({(LEFT, Component.PINCH): 1.0})) == [WaitPressed]
    wearing.values((), 1_000)
    assert kinds(wearing.press(LEFT, Component.PINCH)) == [WaitPressed]


def test_while_the_panel_asks_a_short_pinch_still_waits_and_two_still_step_down() -> None:
    wearing = Wearing(BARE)
    wearing.read.ask(Control.READY)
    assert kinds(wearing.press(LEFT, Component.PINCH)) == [WaitPressed]
    assert kinds(wearing.press(LEFT, Component.PINCH)) == [LessPressed]


def test_a_pinch_that_outlasts_its_question_is_a_wait() -> None:
    wearing = Wearing(BARE)
    wearing.read.ask(Control.READY)
    wearing.values({(LEFT, Component.PINCH): 1.0}, 200)
    wearing.read.ask(None)
    assert kinds(wearing.values({(LEFT, Component.PINCH): 1.0}, 600)) == [WaitPressed]


def test_the_sides_of_a_trackpad_wait_unless_a_dial_is_shown() -> None:
    wearing = Wearing(VIVE)
    assert kinds(wearing.press(LEFT, Component.TRACKPAD_CLICK, trackpad_x=0.9)) == [WaitPressed]
    wearing.read.ask(Control.RATE)
    wearing.values(())
    assert wearing.press(LEFT, Component.TRACKPAD_CLICK, trackpad_x=0.9) == []
    assert wearing.read.dial == 55


def test_a_hand_that_squeezes_says_nothing_else() -> None:
    wearing = Wearing(TOUCH)
    grip = {(LEFT, Component.GRIP): 1.0}
    wearing.values(grip)
    assert wearing.values(grip | {(LEFT, Component.PRIMARY): 1.0}, 200) == []
    assert kinds(wearing.values(grip | {(RIGHT, Component.PRIMARY): 1.0}, 100)) == [WaitPressed]


# -- yes


@EACH
@EACH_HAND
@pytest.mark.parametrize(
    ("asked", "event"),
    [
        (Control.READY, ReadyPressed),
        (Control.ACCEPT, ResumeAccepted),
        (Control.CAN_WAIT, CanWaitPressed),
        (Control.RECORD, RecordingAccepted),
    ],
)
def test_one_hand_alone_says_yes_to_what_is_asked(path: str, hand: Hand, asked: Control, event: type[Event]) -> None:
    wearing = Wearing(path, [hand])
    yes = values_of(PROFILES[path].controls[asked][0].gesture, hand)
    assert not set(kinds(wearing.values(yes, 700))) & set(UPWARDS)
    wearing.values((), 1_000)
    wearing.read.ask(asked)
    wearing.values((), 50)
    assert kinds(wearing.values(yes, 1_500)) == [event]
    assert wearing.values((), 100) == []


@EACH
def test_a_hold_that_began_before_the_question_is_no_answer(path: str) -> None:
    wearing = Wearing(path)
    yes = values_of(PROFILES[path].controls[Control.READY][0].gesture, LEFT)
    wearing.values(yes, 200)
    wearing.read.ask(Control.READY)
    assert ReadyPressed not in kinds(wearing.values(yes, 1_500))


def test_one_hold_answers_one_question() -> None:
    wearing = Wearing(TOUCH)
    trigger = {(LEFT, Component.TRIGGER): 1.0}
    wearing.read.ask(Control.READY)
    wearing.values(())
    assert kinds(wearing.values(trigger, 600)) == [ReadyPressed]
    wearing.read.ask(Control.ACCEPT)
    assert wearing.values(trigger, 2_000) == []


def test_nobody_says_yes_while_a_hand_squeezes_nor_in_the_same_hold() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.READY)
    wearing.values((), 50)
    trigger, grip = {(LEFT, Component.TRIGGER): 1.0}, {(RIGHT, Component.GRIP): 1.0}
    assert kinds(wearing.values(trigger | grip, 2_000)) == [StopPressed]
    assert wearing.values(trigger, 2_000) == []
    wearing.values((), 50)
    assert kinds(wearing.values(trigger, 2_000)) == [ReadyPressed]


@EACH
@EACH_HAND
def test_one_hand_alone_tells_of_somebody_who_came_in_and_that_they_are_gone(path: str, hand: Hand) -> None:
    wearing = Wearing(path, [hand])
    source = PROFILES[path].inputs[hand]
    long = values_of(PROFILES[path].controls[Control.SOMEONE_CAME_IN][0].gesture, hand)
    assert SomeoneCameIn not in kinds(wearing.values(long, 1_300))
    wearing.values((), 1_000)
    told = [event for event in wearing.values(long, 2_000) if not isinstance(event, WaitPressed)]
    assert told == [SomeoneCameIn(t_ns=told[0].t_ns, input=source)]
    wearing.read.ask(Control.PRIVATE_AGAIN)
    assert set(kinds(wearing.values(long, 3_000))) <= {RecordingDeclined}, "the same hold shows nothing again"
    wearing.values((), 1_000)
    yes = values_of(PROFILES[path].controls[Control.PRIVATE_AGAIN][0].gesture, hand)
    (alone,) = wearing.values(yes, 700)
    assert alone == PrivateAgain(t_ns=alone.t_ns, input=source)
    wearing.read.ask(None)
    assert SomeoneCameIn not in kinds(wearing.values(yes, 3_000)), "the same hold hides nothing again"


@EACH
@pytest.mark.parametrize("asked", _ANSWERED)
def test_while_the_panel_asks_a_hold_is_the_answer_alone(path: str, asked: Control) -> None:
    wearing = Wearing(path)
    wearing.read.ask(asked)
    wearing.values((), 50)
    long = values_of(PROFILES[path].controls[Control.SOMEONE_CAME_IN][0].gesture, LEFT)
    told = wearing.values(long, 1_000)
    wearing.read.ask(None)
    assert SomeoneCameIn not in [*kinds(told), *kinds(wearing.values(long, 3_000))]


@EACH
@EACH_HAND
def test_the_next_step_is_asked_for_by_letting_go_and_a_hold_that_goes_on_hides(path: str, hand: Hand) -> None:
    wearing = Wearing(path, [hand])
    hold = values_of(PROFILES[path].controls[Control.RISE][0].gesture, hand)
    assert RisePressed not in kinds(wearing.values(hold, 700) + wearing.values((), 1_000)), "nothing was asked"
    wearing.values(hold, 200)
    wearing.read.ask(Control.RISE)
    assert RisePressed not in kinds(wearing.values(hold, 600) + wearing.values((), 1_000)), "it began before"
    assert wearing.values(hold, 700) == []
    assert kinds(wearing.values((), 1_000)) == [RisePressed]
    assert RisePressed not in kinds(wearing.values(hold, 300) + wearing.values((), 1_000)), "a tap"
    assert kinds(wearing.values(hold, 1_500)) == [SomeoneCameIn]
    assert RisePressed not in kinds(wearing.values((), 1_000))


def test_a_hand_that_squeezes_asks_for_no_step() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.RISE)
    wearing.values((), 50)
    trigger, grip = {(LEFT, Component.TRIGGER): 1.0}, {(RIGHT, Component.GRIP): 1.0}
    wearing.values(trigger, 300)
    assert kinds(wearing.values(trigger | grip, 500)) == [StopPressed]
    assert wearing.values((), 500) == []


def test_a_hand_that_squeezes_hides_nothing() -> None:
    wearing = Wearing(TOUCH)
    trigger, grip = {(LEFT, Component.TRIGGER): 1.0}, {(RIGHT, Component.GRIP): 1.0}
    assert kinds(wearing.values(trigger | grip, 3_000)) == [StopPressed]


@EACH
@EACH_HAND
def test_one_hand_alone_says_no_to_a_recording_at_any_time(path: str, hand: Hand) -> None:
    """By two short pulls, or where one button is all by the hold that hides, gone on with."""
    wearing = Wearing(path, [hand])
    no = RecordingDeclined(t_ns=0, input=PROFILES[path].inputs[hand])
    gesture = PROFILES[path].controls[Control.NO_RECORDING][0].gesture
    if isinstance(gesture, Hold):
        told = wearing.values(values_of(gesture, hand), 1_500)
        wearing.read.ask(Control.PRIVATE_AGAIN)
        told += wearing.values(values_of(gesture, hand), 2_000)
        assert RecordingDeclined not in kinds(told)
        (said,) = wearing.values(values_of(gesture, hand), 2_000)
        assert said == RecordingDeclined(t_ns=said.t_ns, input=no.input)
        return
    for asked in (None, Control.RECORD):
        wearing.read.ask(asked)
        assert wearing.press(hand, Component.TRIGGER) == []
        (said,) = wearing.press(hand, Component.TRIGGER)
        assert said == RecordingDeclined(t_ns=said.t_ns, input=no.input)
        assert wearing.press(hand, Component.TRIGGER) == [], "a third pull is a first one"
        wearing.values((), 1_000)


def test_pulls_that_are_slow_long_or_of_two_hands_decline_nothing() -> None:
    wearing = Wearing(TOUCH)
    for _ in range(2):
        assert wearing.press(LEFT, Component.TRIGGER) == []
        wearing.values((), 1_000)
    assert wearing.press(LEFT, Component.TRIGGER, 600) == []
    assert wearing.press(LEFT, Component.TRIGGER) == []
    assert wearing.press(RIGHT, Component.TRIGGER) == []


@pytest.mark.parametrize("path", [SIMPLE, BARE])
def test_a_hold_that_answers_a_question_declines_nothing(path: str) -> None:
    """One button says yes, too: whoever holds it for long while a recording is asked for has said yes and no more."""
    wearing = Wearing(path)
    wearing.read.ask(Control.RECORD)
    wearing.values((), 50)
    long = values_of(PROFILES[path].controls[Control.NO_RECORDING][0].gesture, LEFT)
    assert kinds(wearing.values(long, 6_000)) == [RecordingAccepted]


# -- the dial


@EACH
@EACH_HAND
def test_one_hand_alone_gives_a_rating_that_has_no_starting_value(path: str, hand: Hand) -> None:
    wearing = Wearing(path, [hand])
    wearing.read.ask(Control.RATE)
    wearing.values((), 50)
    if path in (SIMPLE, BARE):
        button = Component.SELECT if path == SIMPLE else Component.PINCH
        assert wearing.values({(hand, button): 1.0}, 2_550) == []
        assert wearing.read.dial == 40
        events = wearing.values((), ANSWER_REST_NS // MS + 100)
    else:
        yes = {(hand, Component.TRIGGER): 1.0}
        assert wearing.values(yes, 700) == []
        assert wearing.read.dial is None
        if path == VIVE:
            wearing.press(hand, Component.TRACKPAD_CLICK, trackpad_x=-0.9)
            wearing.press(hand, Component.TRACKPAD_CLICK, trackpad_x=-0.9)
        else:
            wearing.press(hand, Component.THUMBSTICK_CLICK, thumbstick_x=-0.9)
            wearing.press(hand, Component.THUMBSTICK_CLICK, thumbstick_x=-0.9)
        assert wearing.read.dial == 40
        events = wearing.values(yes, 700)
    assert events == [RatingGiven(t_ns=events[0].t_ns, suds=40)]
    assert wearing.read.dial is None


@EACH
@EACH_HAND
def test_the_same_way_says_how_sick_somebody_feels_from_0_to_10(path: str, hand: Hand) -> None:
    wearing = Wearing(path, [hand])
    wearing.read.ask(Control.SICKNESS)
    wearing.values((), 50)
    if path in (SIMPLE, BARE):
        button = Component.SELECT if path == SIMPLE else Component.PINCH
        assert wearing.values({(hand, button): 1.0}, 1_300) == []
        events = wearing.values((), ANSWER_REST_NS // MS + 100)
    else:
        component = Component.TRACKPAD_CLICK if path == VIVE else Component.THUMBSTICK_CLICK
        for _ in range(2):
            wearing.press(hand, component, trackpad_x=-0.9, thumbstick_x=-0.9)
        events = wearing.values({(hand, Component.TRIGGER): 1.0}, 700)
    assert events == [SicknessGiven(t_ns=events[0].t_ns, fms=3)]


def test_what_was_set_for_one_question_is_no_answer_to_the_other() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.RATE)
    wearing.values((), 50)
    wearing.press(LEFT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
    assert wearing.read.dial == 55
    wearing.read.ask(Control.SICKNESS)
    assert wearing.read.dial is None
    assert wearing.values({(LEFT, Component.TRIGGER): 1.0}, 700) == []


@EACH
def test_two_hands_give_one_rating_together(path: str) -> None:
    wearing = Wearing(path)
    wearing.read.ask(Control.RATE)
    wearing.values((), 50)
    confirm = PROFILES[path].controls[Control.CONFIRM][0].gesture
    if isinstance(confirm, Hold):
        wearing.press(LEFT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
        wearing.press(LEFT, Component.TRACKPAD_CLICK, trackpad_x=0.9)
        events = wearing.values(dict(values_of(confirm, LEFT)) | dict(values_of(confirm, RIGHT)), 700)
    else:
        button = Component.SELECT if path == SIMPLE else Component.PINCH
        wearing.values({(LEFT, button): 1.0, (RIGHT, button): 1.0}, 1_500)
        events = wearing.values((), 2 * ANSWER_REST_NS // MS)
    assert kinds(events).count(RatingGiven) == 1


def test_a_stick_held_aside_runs_and_ends_at_the_end() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.RATE)
    wearing.values(())
    wearing.values({(RIGHT, Component.THUMBSTICK_X): 1.0}, 1_000)
    assert wearing.read.dial == 70
    wearing.values({(RIGHT, Component.THUMBSTICK_X): 1.0}, 5_000)
    assert wearing.read.dial == 100


def test_without_a_question_nothing_turns_and_nothing_is_rated() -> None:
    wearing = Wearing(TOUCH)
    assert wearing.values({(RIGHT, Component.THUMBSTICK_X): 1.0}, 900) == []
    assert wearing.read.dial is None
    assert wearing.press(RIGHT, Component.TRIGGER, 700) == []


def test_a_dial_that_was_not_confirmed_is_forgotten_with_its_question() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.RATE)
    wearing.values(())
    wearing.press(LEFT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
    wearing.read.ask(None)
    wearing.read.ask(Control.RATE)
    wearing.values(())
    assert wearing.read.dial is None
    assert wearing.press(LEFT, Component.TRIGGER, 700) == []


# -- phrases


@EACH
@EACH_HAND
def test_one_hand_alone_says_a_phrase_by_choosing_it_and_letting_go(path: str, hand: Hand) -> None:
    wearing = Wearing(path, [hand])
    wearing.read.ask(None, phrases=True)
    wearing.values((), 50)
    if path in (SIMPLE, BARE):
        button = Component.SELECT if path == SIMPLE else Component.PINCH
        assert wearing.values({(hand, button): 1.0}, 1_700) == []
    else:
        click = Component.TRACKPAD_CLICK if path == VIVE else Component.THUMBSTICK_CLICK
        x = Component.TRACKPAD_X if path == VIVE else Component.THUMBSTICK_X
        for _ in range(2):
            assert wearing.values({(hand, click): 1.0, (hand, x): 0.9}, 100) + wearing.values((), 22) == []
    assert wearing.read.choice == 1
    (said,) = wearing.values((), SAID_AFTER_NS // MS + 100)
    assert said == PhraseSaid(t_ns=said.t_ns, input=PROFILES[path].inputs[hand], phrase=PHRASES[1])
    assert wearing.values((), 5_000) == []


def test_a_push_to_the_other_side_begins_at_the_end_and_one_too_many_says_nothing() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(None, phrases=True)
    wearing.values(())
    wearing.press(LEFT, Component.THUMBSTICK_CLICK, thumbstick_x=-0.9)
    assert wearing.read.choice == len(PHRASES) - 1
    wearing.press(RIGHT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
    assert wearing.read.choice is None
    assert wearing.values((), 5_000) == []


@EACH
def test_wait_less_and_stop_stay_one_press_while_phrases_are_offered_where_they_are(path: str) -> None:
    """Where choosing would take the button of wait, phrases are not offered in the scene (`offers_phrases`)."""
    profile = PROFILES[path]
    if profile.shares_wait:
        return
    for control, kind in ((Control.WAIT, WaitPressed), (Control.LESS, LessPressed), (Control.STOP, StopPressed)):
        wearing = Wearing(path)
        wearing.read.ask(None, phrases=True)
        wearing.values(())
        wearing.press(RIGHT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
        assert kinds(wearing.values(values_of(profile.controls[control][0].gesture, LEFT), 600)) == [kind]


def test_a_yes_that_is_asked_for_is_heard_beside_the_phrases() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(Control.READY)
    wearing.values(())
    trigger = {(LEFT, Component.TRIGGER): 1.0}
    assert wearing.values(trigger, 300) == []
    wearing.read.ask(Control.READY, phrases=True)
    assert kinds(wearing.values(trigger, 300)) == [ReadyPressed]


def test_what_was_chosen_is_not_said_when_phrases_are_offered_no_more() -> None:
    wearing = Wearing(TOUCH)
    wearing.read.ask(None, phrases=True)
    wearing.values(())
    wearing.press(LEFT, Component.THUMBSTICK_CLICK, thumbstick_x=0.9)
    wearing.read.ask(Control.RATE)
    assert wearing.values((), 1_000) == []
    wearing.read.ask(None, phrases=True)
    assert wearing.values((), 5_000) == []


# -- inputs gained and lost


def test_inputs_are_gained_with_what_can_stop_and_lost_after_a_lapse() -> None:
    hands = Hands()
    values = {(LEFT, Component.GRIP): 0.0, (RIGHT, Component.TRIGGER): 0.0}
    profiles = {LEFT: TOUCH, RIGHT: TOUCH}
    assert hands.read(profiles, values, 1) == (InputGained(t_ns=1, input=Input.CONTROLLER_LEFT),)
    assert hands.profile is PROFILES[TOUCH]
    assert hands.read(profiles, {}, 1 + LAPSE_NS) == ()
    late_ns = 2 + LAPSE_NS
    assert hands.read(profiles, {}, late_ns) == (InputLost(t_ns=late_ns, input=Input.CONTROLLER_LEFT),)
    assert hands.profile is None


def test_a_controller_put_down_for_bare_hands_is_gained_before_it_is_lost() -> None:
    hands = Hands()
    hands.read({LEFT: TOUCH}, {(LEFT, Component.GRIP): 0.0}, 1)
    assert hands.read({LEFT: BARE}, {(LEFT, Component.GRASP): 0.0}, 2) == (
        InputGained(t_ns=2, input=Input.HAND_LEFT),
        InputLost(t_ns=2, input=Input.CONTROLLER_LEFT),
    )


def test_an_unknown_profile_is_no_input() -> None:
    assert Hands().read({LEFT: "/interaction_profiles/other"}, {(LEFT, Component.GRIP): 1.0}, 1) == ()


# -- what may never happen

SIGHTS = st.one_of(st.none(), st.sampled_from([-1.0, -0.5, 0.0, 0.3, 0.5, 0.8, 1.0]), st.floats(allow_infinity=False))
MOMENTS = st.fixed_dictionaries(
    {
        "ms": st.integers(1, 700),
        "values": st.dictionaries(st.tuples(st.sampled_from(Hand), st.sampled_from(Component)), SIGHTS, max_size=8),
        "phrases": st.booleans(),
        "asked": st.sampled_from([None, *_ANSWERED]),
    }
)


def said(path: str, moments: list[dict[str, object]], without: set[Component]) -> list[list[Event]]:
    """The events of each frame; components `without` are at rest all the time."""
    profile, hands, frames, t_ns = PROFILES[path], Hands(), [], 0
    here = [(hand, one) for hand in BOTH for one in profile.bindings if profile.has(one, hand)]
    for moment in moments:
        hands.ask(moment["asked"], phrases=moment["phrases"])  # type: ignore[arg-type]
        given = moment["values"]
        assert isinstance(given, dict)
        values = {at: given.get(at, 0.0) if at[1] not in without else 0.0 for at in here}
        for _ in range(2):
            t_ns += int(moment["ms"]) * MS  # type: ignore[call-overload]
            seen = {at: value for at, value in values.items() if value is not None}
            frames.append(list(hands.read(dict.fromkeys(BOTH, path), seen, t_ns)))
    return frames


@given(st.sampled_from(sorted(PROFILES)), st.lists(MOMENTS, max_size=12))
def test_nothing_but_its_own_gesture_stops(path: str, moments: list[dict[str, object]]) -> None:
    frames = said(path, moments, _stops(PROFILES[path]))
    assert not any(StopPressed in kinds(frame) for frame in frames)


@given(st.sampled_from(sorted(PROFILES)), st.lists(MOMENTS, max_size=12))
def test_stop_and_what_leads_upwards_never_come_together(path: str, moments: list[dict[str, object]]) -> None:
    for frame in said(path, moments, set()):
        assert not (
            any(isinstance(one, StopPressed) for one in frame) and any(isinstance(one, UPWARDS) for one in frame)
        )


@given(st.sampled_from(sorted(PROFILES)), st.lists(MOMENTS, max_size=12))
def test_nothing_is_answered_that_was_not_asked(path: str, moments: list[dict[str, object]]) -> None:
    answers = {
        Control.READY: ReadyPressed,
        Control.ACCEPT: ResumeAccepted,
        Control.CAN_WAIT: CanWaitPressed,
        Control.PRIVATE_AGAIN: PrivateAgain,
        Control.RECORD: RecordingAccepted,
        Control.RATE: RatingGiven,
        Control.SICKNESS: SicknessGiven,
    }
    frames = said(path, moments, set())
    for number, frame in enumerate(frames):
        asked = moments[number // 2]["asked"]
        for event in frame:
            assert not isinstance(event, PhraseSaid) or moments[number // 2]["phrases"]
            for control, kind in answers.items():
                assert not isinstance(event, kind) or control is asked


@given(st.sampled_from(sorted(PROFILES)), st.lists(MOMENTS, max_size=8), st.sampled_from(Hand))
def test_whatever_came_before_a_fresh_stop_is_heard(path: str, moments: list[dict[str, object]], hand: Hand) -> None:
    profile, hands, t_ns = PROFILES[path], Hands(), 0
    rest = {(one, part): 0.0 for one in BOTH for part in profile.bindings if profile.has(part, one)}
    profiles = dict.fromkeys(BOTH, path)
    for moment in moments:
        hands.ask(moment["asked"], phrases=moment["phrases"])  # type: ignore[arg-type]
        t_ns += int(moment["ms"]) * MS  # type: ignore[call-overload]
        given_values = moment["values"]
        assert isinstance(given_values, dict)
        seen = {at: value for at, value in (rest | given_values).items() if value is not None and at in rest}
        hands.read(profiles, seen, t_ns)
    gesture = profile.controls[Control.STOP][0].gesture
    hands.read(profiles, rest, t_ns := t_ns + FRAME_NS)
    heard: list[Event] = []
    for _ in range(50):
        heard += hands.read(profiles, rest | dict(values_of(gesture, hand)), t_ns := t_ns + FRAME_NS)
    assert kinds(heard).count(StopPressed) == 1


def _stops(profile: Profile) -> set[Component]:
    return {way.gesture.component for way in profile.controls[Control.STOP] if isinstance(way.gesture, Press | Hold)}
