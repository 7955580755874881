"""What therapist and person write to each other: once, in order, in every state, and without any other effect."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from tests.core.run import Act, Run, start
from tests.core.test_properties import KINDS, acts_of
from vret.core import commands, effects, events
from vret.core.conversation import Line, Speaker, is_plain, line_of
from vret.core.effects import Effect, Refusal, State
from vret.core.events import Event, Input, Phrase
from vret.core.limits import LIMITS
from vret.core.session import SAID_MAX, Session
from vret.core.step import step

OF_THE_CONVERSATION = ("said", "lines", "here_count", "saying", "answer", "sequences")


def say(session: Session, t_ns: int, command_id: str, sender: str = "t", beacon: int = -1) -> events.CommandReceived:
    return events.CommandReceived(
        t_ns=t_ns,
        sender=sender,
        command_id=command_id,
        sequence=session.sequences.get(sender, 0) + 1,
        beacon=beacon,
        command=commands.Say(text=f"text {command_id}"),
    )


@pytest.mark.parametrize("state", State)
def test_both_write_in_every_state(state: State) -> None:
    drive = in_state(state)
    assert drive.refusal(commands.Say(text="I see you.")) is None
    assert effects.LineAdded(number=2) in drive.feed(
        events.PhraseSaid(t_ns=drive.t_ns, input=Input.WINDOW, phrase=Phrase.YES)
    )
    assert effects.LineAdded(number=3) in drive.feed(events.Wrote(t_ns=drive.t_ns, text="Schön."))
    assert drive.state is state


@pytest.mark.parametrize("state", [State.WAITING, State.EXPOSED, State.STOPPED])
def test_that_the_therapist_is_here_is_said_live_or_not_at_all(state: State) -> None:
    drive = in_state(state)
    drive.heartbeat()
    assert drive.refusal(commands.SayHere()) is None
    assert drive.session.here_count == 1
    assert drive.session.saying is not None
    assert drive.session.saying.is_here
    old = drive.session.lease.number
    drive.wait(LIMITS.lease_rise_ns + S // 10, silent=True)
    assert drive.refusal(commands.SayHere(), beacon=old) is Refusal.LEASE_STALE
    assert (drive.session.here_count, drive.session.lines) == (1, 1)


def test_an_answer_takes_the_text_off_the_panel_and_is_confirmed_there() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.Say(text="Shall we stay here?"))
    drive.feed(events.PhraseSaid(t_ns=drive.t_ns, input=Input.HAND_LEFT, phrase=Phrase.YES))
    assert drive.session.saying is None
    assert drive.session.answer is not None
    assert drive.session.answer.phrase is Phrase.YES
    drive.command(commands.Say(text="Good."))
    drive.feed(events.Wrote(t_ns=drive.t_ns, text="Thank you"))
    assert drive.session.saying is None


def test_a_phrase_is_no_press_of_an_input() -> None:
    """It proves no stop and brings no input back: it is a word, not a control."""
    drive = in_state(State.EXPOSED)
    drive.feed(events.InputLost(t_ns=drive.t_ns, input=Input.KEYBOARD))
    before = drive.session
    drive.feed(events.PhraseSaid(t_ns=drive.t_ns, input=Input.WINDOW, phrase=Phrase.OKAY))
    assert (drive.session.inputs, drive.session.inputs_lost_ns) == ((), before.inputs_lost_ns)


@pytest.mark.parametrize("text", ["", " \n", "x" * (commands.SAY_MAX + 1), "a\x07", "a\tb", "\u202eabc", "a\u2028b"])
def test_what_is_no_plain_text_is_no_line(text: str) -> None:
    drive = in_state(State.CALM)
    assert drive.refusal(commands.Say(text=text)) is Refusal.OUT_OF_RANGE
    assert drive.feed(events.Wrote(t_ns=drive.t_ns, text=text)) == ()
    assert drive.session.lines == 0


@pytest.mark.parametrize("text", ["x" * commands.SAY_MAX, "two\nlines", "العربية", "👩‍👩‍👧 ✓", "<b>&amp;"])
def test_what_people_write_is_plain(text: str) -> None:
    assert is_plain(text)


def test_a_line_is_read_off_its_record() -> None:
    drive = in_state(State.CALM)
    event = say(drive.session, drive.t_ns, "a")
    assert line_of(event, drive.feed(event)) == Line(drive.t_ns, Speaker.THERAPIST, "text a")
    again = say(drive.session, drive.t_ns, "a", "t2")
    assert line_of(again, drive.feed(again)) is None
    assert line_of(events.Wrote(t_ns=1, text="Yes"), ()) == Line(1, Speaker.PERSON, "Yes")
    assert line_of(events.Tick(t_ns=1, gap_ns=1), ()) is None


@settings(max_examples=2 * settings().max_examples)
@given(
    st.lists(
        st.tuples(st.integers(0, SAID_MAX // 2), st.sampled_from(["t", "t2", "t3"]), st.booleans()),
        min_size=1,
        max_size=60,
    )
)
def test_a_text_is_taken_once_whoever_sends_it_again_and_however_often(
    sends: list[tuple[int, str, bool]],
) -> None:
    """A page comes back by another name, and sends what it has no answer to. A frame process dies in between."""
    drive = Drive()
    codec = msgspec.msgpack.Decoder(Session)
    heard: list[str] = []
    for number, sender, is_taken_over in sends:
        event = say(drive.session, drive.t_ns, f"p-{number}", sender)
        follows = drive.feed(event)
        answers = [e for e in follows if isinstance(e, effects.CommandAccepted | effects.CommandRefused)]
        assert len(answers) == 1
        line = line_of(event, follows)
        if line is None:
            assert isinstance(answers[0], effects.CommandRefused)
            assert answers[0].reason is Refusal.ALREADY_HANDLED
        else:
            heard.append(event.command_id)
        if is_taken_over:
            drive.session = codec.decode(msgspec.msgpack.encode(drive.session))
            drive.happens(events.ProgramRestarted)
    assert heard == list(dict.fromkeys(f"p-{number}" for number, _, _ in sends))
    assert drive.session.lines == len(heard)


def test_a_text_that_was_held_back_on_the_way_is_asked_for_again() -> None:
    drive = Drive()
    late = say(drive.session, drive.t_ns, "p-1")
    drive.feed(msgspec.structs.replace(say(drive.session, drive.t_ns, "p-2"), sequence=late.sequence + 1))
    (answer,) = drive.feed(late)
    assert isinstance(answer, effects.CommandRefused)
    assert answer.reason is Refusal.OVERTAKEN
    again = say(drive.session, drive.t_ns, "p-1")
    assert line_of(again, drive.feed(again)) is not None
    (answer,) = drive.feed(late)
    assert isinstance(answer, effects.CommandRefused)
    assert answer.reason is Refusal.ALREADY_HANDLED


def written(run: Run, count: int) -> list[Event]:
    return [
        say(run.session, run.t_ns, f"w-{count}", "w"),
        events.PhraseSaid(t_ns=run.t_ns, input=Input.WINDOW, phrase=Phrase.SLOWER),
        events.Wrote(t_ns=run.t_ns, text="More slowly."),
    ]


@settings(max_examples=settings().max_examples)
@given(acts_of(KINDS))
def test_a_conversation_moves_nothing(acts: list[Act]) -> None:
    """The same session with and without one: every state, ramp, veil, offer and lease is the same."""
    silent, talking = start(), start()
    for count, act in enumerate(acts):
        for event in written(talking, count):
            talking.session, follows = step(talking.session, event)
            assert not any(isinstance(effect, _MOVES) for effect in follows)
        silent.act(act)
        talking.act(act)
        for field in Session.__struct_fields__:
            if field not in OF_THE_CONVERSATION:
                assert getattr(silent.session, field) == getattr(talking.session, field), field
    assert talking.session.lines >= 3 * len(acts)


_MOVES: tuple[type[Effect], ...] = (
    effects.StateChanged,
    effects.AxisRamped,
    effects.Moved,
    effects.StepChanged,
    effects.VariantChanged,
    effects.ResumeOffered,
)
