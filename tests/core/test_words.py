"""Words that therapist and person compare: what must be so before anything may rise."""

from msgspec.structs import replace

from tests.core.drive import Drive
from tests.core.ladders import PLAN, SCENE
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.limits import LIMITS
from vret.core.session import open_session

WORDS = ("acorn", "fern", "lily", "velvet")
UP = commands.SetRung(scene="tower", rung="rung3")


def compared() -> Drive:
    """A session that compares words, in the calm room, stop practised, with a console whose keys are agreed on."""
    drive = Drive()
    opened = events.SessionOpened(t_ns=0, session_id="s", plan=PLAN, scenes=(SCENE,), compares_words=True)
    assert open_session(opened).compares_words
    drive.session = replace(drive.session, compares_words=True)
    drive.practise()
    agree(drive)
    return drive


def agree(drive: Drive, keys: str = "a", sender: str = "t") -> None:
    drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender=sender, keys=keys, words=WORDS))


def match(drive: Drive, keys: str = "a", sender: str = "t") -> tuple[effects.Effect, ...]:
    return drive.feed(events.WordsMatched(t_ns=drive.t_ns, sender=sender, keys=keys))


def asked(drive: Drive) -> tuple[str, ...]:
    return drive.session.words_asked


def test_nothing_rises_before_both_have_confirmed() -> None:
    drive = compared()
    assert asked(drive) == WORDS
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED
    assert match(drive) == ()
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED
    assert drive.press(events.ReadyPressed) == (effects.WordsCompared(keys="a"),)
    assert not asked(drive)
    assert drive.refusal(UP) is None
    assert drive.state is State.EXPOSED


def test_the_order_of_confirming_does_not_matter_and_neither_alone_is_enough() -> None:
    drive = compared()
    assert drive.press(events.ReadyPressed) == ()
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED
    assert match(drive) == (effects.WordsCompared(keys="a"),)
    assert match(drive) == ()
    assert drive.refusal(UP) is None


def test_other_keys_have_to_be_compared_anew_and_the_same_ones_not() -> None:
    drive = compared()
    match(drive)
    drive.press(events.ReadyPressed)
    agree(drive, sender="t2")
    assert drive.session.agreement is not None
    assert drive.session.agreement.is_compared
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED, "the command comes from another console"
    agree(drive)
    assert drive.refusal(UP) is None
    agree(drive, keys="b")
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung4")) is Refusal.WORDS_NOT_COMPARED
    assert drive.refusal(commands.StepDown()) is None


def test_words_that_match_other_keys_or_another_console_match_nothing() -> None:
    drive = compared()
    match(drive, keys="b")
    match(drive, sender="t2")
    drive.press(events.ReadyPressed)
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED


def test_nobody_is_asked_for_words_in_a_scene_or_just_after_a_stop() -> None:
    drive = compared()
    match(drive)
    drive.press(events.ReadyPressed)
    drive.command(UP)
    agree(drive, keys="b")
    assert not asked(drive)
    drive.press(events.StopPressed)
    assert not asked(drive)
    drive.press(events.ReadyPressed)
    assert drive.session.ready
    assert asked(drive) == WORDS
    assert drive.session.agreement is not None
    assert not drive.session.agreement.confirmed
    drive.press(events.ReadyPressed)
    assert not asked(drive)


def test_a_yes_that_was_meant_for_other_words_confirms_nothing() -> None:
    """Somebody in between could change the words under a hand that is about to answer."""
    drive = compared()
    agree(drive, keys="b", sender="x")
    match(drive, keys="b", sender="x")
    drive.press(events.ReadyPressed)
    assert drive.session.agreement is not None
    assert not drive.session.agreement.confirmed
    drive.wait(LIMITS.new_words_ns)
    drive.press(events.ReadyPressed)
    assert drive.session.agreement.confirmed


def test_nobody_says_yes_to_words_while_a_rating_is_asked_for() -> None:
    drive = compared()
    assert drive.refusal(commands.AskRating()) is None
    assert not asked(drive)
    drive.press(events.ReadyPressed)
    assert drive.session.agreement is not None
    assert not drive.session.agreement.confirmed


def test_keys_of_who_is_known_need_no_words() -> None:
    drive = compared()
    assert asked(drive) == WORDS
    said = drive.feed(events.KeysRecognised(t_ns=drive.t_ns, sender="t", keys="a"))
    assert said == (effects.WordsCompared(keys="a"),)
    assert not asked(drive)
    assert drive.refusal(UP) is None


def test_only_the_keys_that_were_recognised_count() -> None:
    drive = compared()
    drive.feed(events.KeysRecognised(t_ns=drive.t_ns, sender="t", keys="b"))
    drive.feed(events.KeysRecognised(t_ns=drive.t_ns, sender="t2", keys="a"))
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED
    drive.feed(events.KeysRecognised(t_ns=drive.t_ns, sender="t", keys="a"))
    agree(drive, keys="b")
    assert drive.refusal(UP) is Refusal.WORDS_NOT_COMPARED
