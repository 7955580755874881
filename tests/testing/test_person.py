"""The synthetic person: practises stop, presses by script and by fear, rates, looks away, all from the seed."""

import numpy as np
from msgspec.structs import replace

from vret.core.effects import State
from vret.core.ramp import NS_PER_S
from vret.core.sickness import FMS_ALARM
from vret.headset.controls import Button
from vret.memory.messages import Shown, Wearer
from vret.review.movement import directions_of, pitch_deg
from vret.testing.person import Person, ScriptedPress, Thresholds, rotation_of

STEP_NS = NS_PER_S // 60
BASE = Shown(
    t_ns=0,
    state=State.CALM,
    scene="",
    place="",
    veil=0,
    axes={},
    stimuli=(),
    held=False,
    head_position_in_scene=(0.0, 1.6, 0.0),
    head_rotation_in_scene=(0.0, 0.0, 0.0, 1.0),
    ready=False,
    offer=False,
    rating_asked=False,
)
ROOF = replace(
    BASE, state=State.EXPOSED, scene="heights", axes={"height_m": 60.0, "railing": 0.0, "edge_distance_m": 0.2}
)


def lives(person: Person, shown: Shown, seconds: float) -> list[Wearer]:
    start_ns = shown.t_ns
    return [person.live(replace(shown, t_ns=start_ns + index * STEP_NS)) for index in range(int(seconds * 60))]


def pressed(bodies: list[Wearer]) -> Button:
    seen = Button(0)
    for body in bodies:
        seen |= Button(body.buttons)
    return seen


def test_stop_is_practised_first_of_all_and_once() -> None:
    person = Person(1)
    assert pressed(lives(person, BASE, 3.0)) == Button.STOP
    assert pressed(lives(person, replace(BASE, t_ns=10 * NS_PER_S), 10.0)) == Button(0)


def test_words_are_answered_with_yes() -> None:
    person = Person(1)
    ready = replace(BASE, state=State.STOPPED, ready=True)
    assert pressed(lives(person, ready, 5.0)) == Button(0)
    assert pressed(lives(person, replace(ready, t_ns=5 * NS_PER_S, words_asked=True), 3.0)) == Button.READY


def test_every_press_is_let_go_again() -> None:
    bodies = lives(Person(1), BASE, 5.0)
    assert bodies[-1].buttons == 0


def test_a_rating_is_answered_with_a_dial_that_had_no_value_before() -> None:
    person = Person(1, unanswered=0.0)
    lives(person, ROOF, 5.0)
    bodies = lives(person, replace(ROOF, t_ns=5 * NS_PER_S, rating_asked=True), 5.0)
    answers = [body for body in bodies if body.dial is not None]
    assert bodies[0].dial is None
    assert answers
    assert all(body.buttons & Button.RATE_CONFIRM for body in answers)


def test_some_ratings_are_never_answered_but_the_first_one_is() -> None:
    person = Person(1, unanswered=1.0)
    for asked in range(3):
        shown = replace(BASE, t_ns=asked * 40 * NS_PER_S, state=State.HELD)
        lives(person, shown, 1.0)
        bodies = lives(person, replace(shown, t_ns=shown.t_ns + NS_PER_S, rating_asked=True), 10.0)
        assert bool(pressed(bodies) & Button.RATE_CONFIRM) == (asked == 0)


def test_how_sick_somebody_feels_is_answered_grows_with_the_time_in_scenes_and_ends_no_session() -> None:
    person = Person(2, pace=60.0)
    answers: list[int] = []
    for minute in range(40):
        shown = replace(BASE, t_ns=minute * 60 * NS_PER_S, state=State.HELD, scene="heights")
        lives(person, shown, 1.0)
        asked = lives(person, replace(shown, t_ns=shown.t_ns + NS_PER_S, sickness_asked=True), 5.0)
        answers += {body.dial for body in asked if body.dial is not None}
    assert len(answers) == 40
    assert answers == sorted(answers)
    assert answers[0] < answers[-1] < FMS_ALARM


def test_the_script_presses_once_after_the_dread_was_first_shown() -> None:
    person = Person(
        1, script=(ScriptedPress(Button.LESS, 0.5, 2.0),), thresholds=Thresholds(wait=2.0, less=2.0, stop=2.0)
    )
    assert pressed(lives(person, ROOF, 1.9)) == Button(0)
    assert pressed(lives(person, replace(ROOF, t_ns=2 * NS_PER_S), 2.0)) == Button.LESS
    assert pressed(lives(person, replace(ROOF, t_ns=5 * NS_PER_S), 60.0)) == Button(0)


def test_great_fear_presses_by_itself() -> None:
    person = Person(1, pace=10.0, thresholds=Thresholds(wait=0.3, less=0.5, stop=0.6))
    seen = pressed(lives(person, ROOF, 20.0))
    assert seen & Button.WAIT
    assert seen & Button.STOP


def test_ready_comes_only_when_the_fear_has_fallen() -> None:
    person = Person(1, thresholds=Thresholds(wait=2.0, less=2.0, stop=2.0))
    lives(person, ROOF, 60.0)
    assert person.fear.now > 0.4
    stopped = replace(BASE, t_ns=60 * NS_PER_S, state=State.STOPPED)
    assert not pressed(lives(person, stopped, 8.0)) & Button.READY
    assert pressed(lives(person, replace(stopped, t_ns=68 * NS_PER_S), 60.0)) & Button.READY


def test_an_offer_is_accepted() -> None:
    person = Person(1)
    stopped = replace(BASE, state=State.STOPPED, ready=True, offer=True)
    assert pressed(lives(person, stopped, 4.0)) == Button.ACCEPT


def test_the_same_seed_is_the_same_body() -> None:
    assert lives(Person(5), ROOF, 10.0) == lives(Person(5), ROOF, 10.0)
    assert lives(Person(5), ROOF, 10.0) != lives(Person(6), ROOF, 10.0)


def test_fear_steps_back_and_looks_down_less() -> None:
    timid = Thresholds(wait=2.0, less=2.0, stop=2.0)
    bodies = lives(Person(2, thresholds=timid), ROOF, 60.0)
    rotations = np.array([body.head_rotation_in_stage for body in bodies])
    pitch = pitch_deg(directions_of(rotations))
    assert bodies[-1].head_position_in_stage[2] > bodies[0].head_position_in_stage[2] + 0.05
    assert pitch[:600].min() < pitch[-600:].min() - 5.0


def test_rotation_of_up_and_left() -> None:
    up, left = directions_of(np.array([rotation_of(0.0, 0.5), rotation_of(0.5, 0.0)]))
    assert up[1] > 0.4
    assert left[0] < -0.4
