"""What no sequence of events may ever do."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ladders import AXES, RUNGS, SCENE, M, S
from tests.core.run import OTHERS, PRESSES, Act, start
from vret.core import commands, events
from vret.core.effects import State
from vret.core.events import Event, Input
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.session import Session, open_session
from vret.core.step import step

INPUTS = st.sampled_from([Input.KEYBOARD, Input.CONTROLLER_LEFT, Input.WINDOW])
PLAIN_COMMANDS: list[commands.Command] = [
    commands.StepDown(),
    commands.Pause(),
    commands.Calm(),
    commands.Stop(),
    commands.Continue(),
    commands.ShowStimulus(stimulus="gust"),
    commands.ShowStimulus(stimulus="gust", warned=False),
    commands.ShowStimulus(stimulus="none"),
    commands.AskRating(),
    commands.EnterRating(suds=40),
    commands.EnterRating(suds=101),
    commands.Say(text="Breathe as you like."),
    commands.SayHere(),
    commands.Tag(tag="looks away"),
    commands.SetVariant(variant="fog"),
    commands.SpeakAs(voice="guard"),
    commands.SpeakAs(voice="friend"),
    commands.SpeakAs(voice="nobody"),
    commands.SpeakAs(voice=""),
    commands.MuteScene(is_muted=True),
    commands.MuteScene(is_muted=False),
    commands.AskRecording(),
    commands.EndRecording(),
    commands.AskSickness(),
    commands.EnterSickness(fms=4),
    commands.EnterSickness(fms=8),
    commands.EnterSickness(fms=11),
]
COMMANDS = st.one_of(
    st.sampled_from(PLAIN_COMMANDS),
    st.builds(commands.Resume, level=st.sampled_from(commands.ResumeLevel)),
    st.builds(commands.SetRung, scene=st.just("tower"), rung=st.sampled_from([rung.name for rung in RUNGS])),
    st.builds(commands.SetVariant, variant=st.sampled_from([variant.name for variant in SCENE.variants])),
    st.builds(commands.SetLevel, level=st.integers(-100, 10_100)),
    st.builds(
        commands.SetAxis,
        axis=st.sampled_from([rules.axis for rules in AXES]),
        target=st.integers(-M, 901 * M),
        rate=st.none() | st.integers(-1, 2 * M),
    ),
)
KINDS = (
    ["command"] * 8
    + ["climb", "recover"] * 4
    + ["speak_as"] * 3
    + ["mute", "unmute", "ask_recording", "ask_recording", "sick", "very_sick"]
    + [*PRESSES, *OTHERS, "ready", "accept", "lost", "gained", "sick_log", "well_log", "gap"]
)
KEYS = ["keys", "other_keys", "reload", "match", "match", "recognise"] * 3


def acts_of(kinds: list[str]) -> st.SearchStrategy[list[Act]]:
    return st.lists(
        st.builds(
            Act,
            wait_ns=st.integers(0, 12 * S // 10) | st.integers(0, 12 * S),
            kind=st.sampled_from(kinds),
            input=INPUTS,
            command=COMMANDS,
            delay_ns=st.sampled_from([0, 0, 0, 200_000_000, 1_400_000_000, 1_600_000_000, None]),
            stale_sequence=st.sampled_from([False, False, False, False, True]),
        ),
        min_size=4,
        max_size=40,
    )


ACTS, ACTS_WITH_KEYS = acts_of(KINDS), acts_of(KINDS + KEYS)


@settings(max_examples=4 * settings().max_examples)
@given(ACTS)
def test_nothing_rises_without_a_fresh_lease_and_lowering_is_obeyed(acts: list[Act]) -> None:
    run = start()
    for act in acts:
        run.act(act)


@settings(max_examples=2 * settings().max_examples)
@given(ACTS_WITH_KEYS)
def test_nothing_rises_before_both_people_have_compared_the_words(acts: list[Act]) -> None:
    run = start(compares_words=True)
    for act in acts:
        run.act(act)


@settings(max_examples=2 * settings().max_examples)
@given(ACTS)
def test_replaying_the_recorded_events_gives_the_same_states(acts: list[Act]) -> None:
    run = start()
    for act in acts:
        run.act(act)
    session = open_session(run.opened)
    codec = msgspec.json.Decoder(Event)
    for event, digest in run.history:
        session, _ = step(session, codec.decode(msgspec.json.encode(event)))
        assert session.digest() == digest
    assert session == run.session
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(session), type=Session) == session


@settings(max_examples=settings().max_examples // 2)
@given(st.integers(LIMITS.lease_rise_ns + 1, 60 * S), COMMANDS)
def test_a_constant_delay_never_looks_fresh(delay_ns: int, command: commands.Command) -> None:
    run = start()
    run.command_now(commands.Calm())
    run.pass_time(12 * S, delay_ns)
    assert not run.session.lease.is_fresh(run.t_ns)
    run.command(Act(0, "command", Input.KEYBOARD, command, delay_ns, False))
    assert run.session.whereabouts_at(run.t_ns + 60 * S).is_calm


def test_a_tick_on_which_nothing_happens_leaves_the_same_object() -> None:
    run = start()
    run.pass_time(S, 0)
    t_ns = run.t_ns + 1
    session, follows = step(run.session, events.Tick(t_ns=t_ns, gap_ns=1))
    assert session is run.session
    assert follows == ()


def test_an_end_is_reached_from_everywhere_and_is_final() -> None:
    run = start()
    run.command(Act(0, "command", Input.KEYBOARD, commands.End(how=EndedHow.CHOSEN_STEP), 0, False))
    assert run.session.state is State.ENDED
    for command in PLAIN_COMMANDS:
        run.command(Act(0, "command", Input.KEYBOARD, command, 0, False))
    assert run.session.state is State.ENDED
