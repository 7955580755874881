"""The preparation in the calm room: in order, without a clock, recorded, and nothing rises by it."""

import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.events import Input
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow, RatingMoment
from vret.core.preparation import SAFE_ALONE, SAID, TOGETHER, Answer, Item, Preparation
from vret.core.report import report


def preparing() -> Drive:
    drive = Drive()
    drive.admit()
    assert drive.refusal(commands.Prepare()) is None
    return drive


def say_yes_to_all(drive: Drive) -> None:
    while drive.session.prepares in SAID:
        drive.press(events.ReadyPressed)


def rate(drive: Drive, suds: int) -> tuple[effects.Effect, ...]:
    return drive.feed(events.RatingGiven(t_ns=drive.t_ns, suds=suds))


def test_the_person_goes_through_all_of_it_by_their_own_presses() -> None:
    drive = preparing()
    asked = []
    for item in TOGETHER:
        asked.append(drive.session.prepares)
        match item:
            case Item.WAIT:
                drive.press(events.WaitPressed)
            case Item.LESS:
                drive.press(events.LessPressed)
            case Item.RATING:
                rate(drive, 20)
            case Item.STOP:
                drive.press(events.StopPressed)
            case _:
                drive.press(events.ReadyPressed)
        drive.wait(S)
    assert asked == list(TOGETHER)
    assert drive.session.preparation == Preparation(tuple(Answer(item, True) for item in TOGETHER))
    assert [effect.item for effect in drive.log if isinstance(effect, effects.Prepared)] == list(TOGETHER)
    assert all(effect.by_person for effect in drive.log if isinstance(effect, effects.Prepared))
    assert drive.state is State.STOPPED


def test_it_has_no_clock() -> None:
    """Whatever is asked is asked an hour later; the dial that goes after its time comes again."""
    drive = preparing()
    drive.wait(60 * S)
    assert drive.session.prepares is Item.READ
    say_yes_to_all(drive)
    drive.press(events.WaitPressed)
    drive.press(events.LessPressed)
    drive.wait(LIMITS.rating_ns + S)
    assert drive.session.rating is not None
    assert drive.session.rating.moment is RatingMoment.BASELINE
    given = rate(drive, 35)
    assert effects.Prepared(item=Item.RATING, is_well=True, by_person=True) in given
    drive.wait(S)
    assert drive.session.rating is None


def test_a_control_counts_whenever_it_is_tried_and_once() -> None:
    drive = preparing()
    assert effects.Prepared(item=Item.LESS, is_well=True, by_person=True) in drive.press(events.LessPressed)
    assert not any(isinstance(effect, effects.Prepared) for effect in drive.press(events.LessPressed))
    assert drive.session.prepares is Item.READ


def test_a_stop_in_between_is_a_stop_and_what_is_left_is_asked_afterwards() -> None:
    drive = preparing()
    drive.press(events.ReadyPressed)
    drive.press(events.StopPressed)
    assert drive.state is State.STOPPED
    assert drive.session.prepares is None
    drive.press(events.ReadyPressed)
    assert drive.session.ready, "ready after a stop is ready, and no yes to a question"
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))
    assert drive.session.prepares is Item.SEAT


def test_the_therapist_enters_what_the_person_said() -> None:
    drive = preparing()
    said = drive.command(commands.EnterPrepared(item=Item.READ, is_well=False))
    assert effects.Prepared(item=Item.READ, is_well=False, by_person=False) in said
    assert drive.session.prepares is Item.SEAT
    drive.command(commands.EnterPrepared(item=Item.READ, is_well=True))
    assert drive.session.preparation == Preparation((Answer(Item.READ, True),))


@pytest.mark.parametrize("item", [item for item in Item if item not in SAID])
def test_what_is_to_be_done_cannot_be_said_to_be_done_but_left_out(item: Item) -> None:
    drive = preparing()
    entered = commands.EnterPrepared(item=item, is_well=True)
    assert drive.refusal(entered) is Refusal.OUT_OF_RANGE
    assert drive.refusal(commands.EnterPrepared(item=item, is_well=False)) is None
    assert drive.session.practised == (), "left out is not practised"


def test_what_must_be_right_without_a_therapist_is_not_asked_with_one() -> None:
    drive = preparing()
    for item in SAFE_ALONE:
        assert drive.refusal(commands.EnterPrepared(item=item, is_well=True)) is Refusal.OUT_OF_RANGE
        assert drive.refusal(commands.EnterPrepared(item=item, is_well=False)) is Refusal.OUT_OF_RANGE
    assert drive.session.preparation == Preparation()


def test_a_rating_that_is_left_out_is_missing_and_one_that_was_said_counts() -> None:
    drive = preparing()
    say_yes_to_all(drive)
    drive.press(events.WaitPressed)
    drive.press(events.LessPressed)
    drive.wait(S)
    assert drive.session.rating is not None
    left_out = drive.command(commands.EnterPrepared(item=Item.RATING, is_well=False))
    assert effects.RatingMissing(moment=RatingMoment.BASELINE) in left_out
    entered = drive.command(commands.EnterRating(suds=30, moment=RatingMoment.BASELINE))
    assert effects.Prepared(item=Item.RATING, is_well=True, by_person=False) in entered


def test_stop_that_was_practised_on_this_input_need_not_be_again_and_again() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.Prepare())
    assert drive.session.preparation == Preparation((Answer(Item.STOP, True),))
    another = preparing()
    another.press(events.StopPressed)
    another.press(events.ReadyPressed)
    another.command(commands.Resume(level=commands.ResumeLevel.CALM))
    another.press(events.WaitPressed, Input.CONTROLLER_LEFT)
    another.press(events.ReadyPressed, Input.CONTROLLER_LEFT)
    another.command(commands.Prepare())
    assert another.session.preparation == Preparation()


@pytest.mark.parametrize("state", State)
def test_only_in_the_calm_room_before_the_first_exposure(state: State) -> None:
    drive = in_state(state)
    expected = None if state is State.CALM else Refusal.WRONG_STATE
    assert drive.refusal(commands.Prepare()) is expected
    drive = in_state(state)
    assert drive.refusal(commands.EnterPrepared(item=Item.READ, is_well=True)) is Refusal.WRONG_STATE


def test_an_exposure_ends_it_and_what_was_answered_stays_known() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.Prepare())
    drive.press(events.ReadyPressed)
    before = drive.session.preparation
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung1")) is None
    drive.wait(5 * S)
    drive.press(events.WaitPressed)
    drive.command(commands.Calm())
    drive.wait(5 * S)
    assert drive.state is State.CALM
    assert (drive.session.preparation, drive.session.prepares) == (before, None)
    assert report(drive.session, drive.t_ns).preparation == before


def test_nothing_rises_by_it_and_it_allows_no_rise() -> None:
    drive = preparing()
    say_yes_to_all(drive)
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung1")) is Refusal.STOP_NOT_PRACTISED
    for item in Item:
        drive.command(commands.EnterPrepared(item=item, is_well=False))
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung1")) is Refusal.STOP_NOT_PRACTISED
    assert drive.state is State.CALM


def test_it_needs_no_lease() -> None:
    drive = Drive()
    drive.admit()
    drive.wait(LIMITS.lease_rise_ns + S, silent=True)
    assert drive.refusal(commands.Prepare(), beacon=-1) is None


def test_words_that_are_to_be_read_out_come_first() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.Prepare())
    drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender="t", keys="k", words=("acorn", "fern")))
    assert drive.session.prepares is None
    drive.press(events.ReadyPressed)
    assert drive.session.agreement is not None
    assert drive.session.agreement.confirmed
    assert drive.session.prepares is Item.READ, "the yes was for the words alone"


def test_after_the_end_nothing_is_answered_any_more() -> None:
    drive = preparing()
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert not any(isinstance(effect, effects.Prepared) for effect in drive.press(events.StopPressed))
    assert drive.session.preparation == Preparation()
