"""Giving homework: only what was done together in this session, signed as it is, inside every bound."""

import msgspec
import pytest
from msgspec.structs import replace

from tests.core.alone import homework_for
from tests.core.drive import Drive, in_state
from tests.core.ladders import PLAN, SCENE, M, S
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.homework import (
    EXPIRES_MAX_S,
    HOMEWORK_TEXT_MAX,
    SESSION_MIN_NS,
    SESSIONS_PER_DAY_MAX,
    CrisisNumber,
    Homework,
    homework_of,
)
from vret.core.ladder import FAINTING_RISK, SceneRules
from vret.core.limits import LIMITS
from vret.core.plan import Plan, ScenePlan
from vret.core.report import report


def text_of(homework: Homework) -> str:
    return msgspec.json.encode(homework).decode()


def giving(homework: Homework | None = None) -> commands.GiveHomework:
    return commands.GiveHomework(homework=text_of(homework or homework_for()), key=b"", signature=b"")


def climb(drive: Drive, rungs: int, *, rest_ns: int = LIMITS.homework_rung_ns) -> None:
    """From the calm room over the first so many rungs, and back to it."""
    for rung in SCENE.rungs[:rungs]:
        assert drive.refusal(commands.SetRung(scene="tower", rung=rung.name)) is None
        while not drive.session.is_at_rest_at(drive.t_ns):
            drive.wait(S // 2)
        drive.wait(rest_ns)
    drive.command(commands.Calm())
    drive.wait(3 * S)


def done(rungs: int = 4, *, plan: Plan = PLAN, scene: SceneRules = SCENE) -> Drive:
    drive = Drive(plan, (scene,))
    drive.practise()
    assert drive.refusal(commands.EnterSeated(is_seated=True)) is None
    climb(drive, rungs)
    return drive


def test_it_is_given_when_every_rung_was_done_and_names_itself() -> None:
    drive = done()
    assert [said for said in drive.log if isinstance(said, effects.RungDone)] == [
        effects.RungDone(scene="tower", step=step) for step in range(4)
    ]
    assert report(drive.session, drive.t_ns).done == {"tower": 3}
    before = drive.session
    assert effects.HomeworkGiven(homework_id="h-1") in drive.command(giving())
    assert (drive.session.cut, drive.session.ramps, drive.state) == (before.cut, before.ramps, State.CALM)
    drive.press(events.StopPressed)
    assert drive.refusal(giving()) is None, "also after a stop"


def test_a_rung_that_was_not_done_is_no_homework_nor_one_that_was_skipped_below_it() -> None:
    assert done(3).refusal(giving()) is Refusal.HOMEWORK_NOT_DONE
    skipped = Drive()
    skipped.practise()
    assert skipped.refusal(commands.SetRung(scene="tower", rung="rung3")) is None
    skipped.wait(90 * S)
    assert skipped.session.done == {"tower": (3,)}
    assert report(skipped.session, skipped.t_ns).done == {"tower": -1}
    skipped.command(commands.Calm())
    skipped.wait(3 * S)
    assert skipped.refusal(giving()) is Refusal.HOMEWORK_NOT_DONE


def _done(drive: Drive) -> list[effects.RungDone]:
    return [said for said in drive.log if isinstance(said, effects.RungDone)]


def _rested(rest_ns: int) -> Drive:
    """On the lowest rung for so long, nothing moving."""
    drive = Drive(PLAN, (SCENE,))
    drive.practise()
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung0")) is None
    while not drive.session.is_at_rest_at(drive.t_ns):
        drive.wait(S // 10)
    drive.wait(rest_ns)
    assert _done(drive) == []
    return drive


def test_a_pause_interrupts_the_half_minute_and_does_not_begin_it_anew() -> None:
    drive = _rested(20 * S)
    drive.command(commands.Pause())
    drive.wait(60 * S)
    assert _done(drive) == []
    assert drive.refusal(commands.Continue()) is None
    drive.wait(9 * S)
    assert _done(drive) == []
    drive.wait(2 * S)
    assert _done(drive) == [effects.RungDone(scene="tower", step=0)]


def test_time_in_which_the_computer_stood_still_does_not_count() -> None:
    drive = _rested(20 * S)
    drive.t_ns += 5 * S
    drive.feed(events.Tick(t_ns=drive.t_ns, gap_ns=5 * S))
    assert drive.state is State.HELD
    drive.wait(2 * S)
    assert drive.refusal(commands.Continue()) is None
    drive.wait(9 * S)
    assert _done(drive) == []
    drive.wait(2 * S)
    assert _done(drive) == [effects.RungDone(scene="tower", step=0)]


def test_what_moved_meanwhile_begins_it_anew() -> None:
    drive = _rested(20 * S)
    assert drive.refusal(commands.SetAxis(axis="wind_mps", target=1 * M)) is None
    drive.wait(10 * S)
    assert drive.refusal(commands.SetAxis(axis="wind_mps", target=0)) is None
    drive.wait(25 * S)
    assert _done(drive) == []


def test_a_rung_counts_after_half_a_minute_at_rest() -> None:
    drive = Drive()
    drive.practise()
    climb(drive, 1, rest_ns=LIMITS.homework_rung_ns - S)
    assert drive.session.done == {}
    climb(drive, 1)
    assert drive.session.done == {"tower": (0,)}


@pytest.mark.parametrize("what", ["held", "milder", "variant", "muted"])
def test_a_rung_counts_only_as_it_comes_alone(what: str) -> None:
    """Not held, nothing milder than the rung has it, as homework will show it."""
    drive = Drive()
    drive.practise()
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung1")) is None
    drive.wait(20 * S)
    match what:
        case "held":
            drive.press(events.WaitPressed)
        case "milder":
            assert drive.refusal(commands.SetAxis(axis="wind_mps", target=M)) is None
        case "variant":
            assert drive.refusal(commands.SetVariant(variant="dusk")) is None
        case "muted":
            assert drive.refusal(commands.MuteScene(is_muted=True)) is None
    drive.wait(90 * S)
    assert drive.session.done == {}


def test_a_therapist_who_comes_and_goes_was_not_there() -> None:
    drive = Drive()
    drive.practise()
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung0")) is None
    for _ in range(40):
        drive.wait(2 * S, silent=True)
        drive.heartbeat()
    assert drive.state is State.EXPOSED
    assert drive.session.done == {}


@pytest.mark.parametrize("state", State)
def test_only_in_the_calm_room(state: State) -> None:
    drive = in_state(state)
    expected = Refusal.HOMEWORK_NOT_DONE if state in (State.CALM, State.STOPPED) else Refusal.WRONG_STATE
    assert drive.refusal(giving()) is expected


def test_by_a_therapist_who_is_there_and_asks_now() -> None:
    drive = done()
    old = drive.session.lease.number
    drive.wait(LIMITS.lease_rise_ns + S)
    assert drive.refusal(giving(), beacon=old) is Refusal.LEASE_STALE, "kept back on the way"
    drive.press(events.WaitPressed)
    assert drive.refusal(giving(), beacon=drive.session.lease.number - 1) is Refusal.OVERTAKEN
    assert drive.refusal(giving()) is None
    drive.press(events.SomeoneCameIn)
    assert drive.refusal(giving()) is Refusal.NOT_PRIVATE


def test_by_nobody_whose_words_were_not_compared() -> None:
    drive = done()
    drive.session = replace(drive.session, compares_words=True)
    assert drive.refusal(giving()) is Refusal.WORDS_NOT_COMPARED


def test_nothing_but_what_is_known_and_planned() -> None:
    drive, homework = done(), homework_for()
    scene = homework.scenes[0]

    def refusal(**fields: object) -> Refusal | None:
        return drive.refusal(giving(replace(homework, scenes=(replace(scene, **fields),))))

    assert refusal(scene="cellar") is Refusal.UNKNOWN_SCENE
    assert refusal(top_rung="rung9") is Refusal.UNKNOWN_RUNG
    assert refusal(content_hash="9" * 64) is Refusal.HOMEWORK_UNFIT
    assert refusal(ceilings={"turbulence": 0}) is Refusal.HOMEWORK_UNFIT
    assert refusal(ceilings={"light_lux": 500 * M, "wind_mps": 0}) is None
    assert drive.refusal(giving(replace(homework, mark="in treatment"))) is Refusal.HOMEWORK_UNFIT


def test_never_more_than_the_plan_of_the_session() -> None:
    drive = done()
    drive.session = replace(drive.session, plan=Plan((ScenePlan("tower", "rung2"),)))
    assert drive.refusal(giving()) is Refusal.OUTSIDE_PLAN
    drive.session = replace(drive.session, plan=Plan((ScenePlan("tower", "rung3", {"wind_mps": 5 * M}),)))
    assert drive.refusal(giving()) is Refusal.OUTSIDE_PLAN


def test_no_rung_on_which_people_faint_nor_anything_above_it() -> None:
    rungs = (SCENE.rungs[0], replace(SCENE.rungs[1], tags=("looking down", FAINTING_RISK)), *SCENE.rungs[2:])
    drive = done(scene=replace(SCENE, rungs=rungs))
    assert drive.refusal(giving()) is Refusal.HOMEWORK_FAINTING
    assert drive.refusal(giving(homework_for(top_rung="rung0"))) is None


def test_taking_it_back_is_never_refused() -> None:
    for state in State:
        assert in_state(state).command(commands.WithdrawHomework())[0] == effects.HomeworkWithdrawn()


# -- the text


def test_a_text_is_read_strictly() -> None:
    homework = homework_for()
    known = msgspec.json.decode(text_of(homework))
    assert homework_of(text_of(homework)) == homework
    assert homework_of(msgspec.json.encode({**known, "surprises": True}).decode()) is None
    assert homework_of(msgspec.json.encode({**known, "session_ns": str(known["session_ns"])}).decode()) is None
    assert homework_of(text_of(homework) + " " * HOMEWORK_TEXT_MAX) is None
    for bad in ("", "{}", "[]", "\ud800", "[" * 5000):
        assert homework_of(bad) is None
    drive = done()
    assert drive.refusal(commands.GiveHomework(homework="{}", key=b"", signature=b"")) is Refusal.HOMEWORK_UNFIT


@pytest.mark.parametrize(
    "fields",
    [
        {"homework_id": ""},
        {"homework_id": "../up"},
        {"homework_id": "h" * 41},
        {"expires_unix_s": 1_700_000_000},
        {"expires_unix_s": 1_700_000_000 + EXPIRES_MAX_S + 1},
        {"signed_unix_s": 1 << 70, "expires_unix_s": (1 << 70) + 1},
        {"scenes": ()},
        {"scenes": homework_for().scenes * 2},
        {"session_ns": SESSION_MIN_NS - 1},
        {"session_ns": LIMITS.homework_session_ceiling_ns + 1},
        {"sessions_per_day": 0},
        {"sessions_per_day": SESSIONS_PER_DAY_MAX + 1},
        {"numbers": ()},
        {"numbers": (CrisisNumber("Emergency", "112"),) * 5},
    ],
)
def test_what_lies_outside_the_bounds_is_no_homework(fields: dict[str, object]) -> None:
    known = msgspec.to_builtins(homework_for())
    assert homework_of(msgspec.json.encode({**known, **fields}).decode()) is None
    with pytest.raises(ValueError, match="homework"):
        Homework(**{**msgspec.structs.asdict(homework_for()), **fields})


@pytest.mark.parametrize(("title", "number"), [("", "112"), ("Emergency", " "), ("a\nb", "1"), ("a", "1" * 25)])
def test_a_number_to_call_is_one_plain_line(title: str, number: str) -> None:
    with pytest.raises(ValueError, match="numbers"):
        CrisisNumber(title, number)


def test_its_plan_has_no_surprises_and_nothing_to_wait_for() -> None:
    plan = homework_for().plan
    assert (plan.surprises_consented, plan.hold_on_link_loss_ns) == (False, 0)
    assert plan.scenes == (ScenePlan("tower", "rung3"),)
