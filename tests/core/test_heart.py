"""Where people faint: a heart rate that falls, the exercise against it, and who stands."""

import pytest
from msgspec.structs import replace

from tests.core.drive import Drive
from tests.core.ladders import SCENE, S
from vret.core import commands, effects, events
from vret.core.effects import Cause, Refusal, State
from vret.core.heart import BPM_MAX, BPM_MIN, RATES, TENSE_TIMES, Heart, Tension
from vret.core.ladder import FAINTING_RISK
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.plan import Plan, ScenePlan

NEEDLES = replace(SCENE, name="needles", rungs=(*SCENE.rungs[:4], replace(SCENE.rungs[4], tags=(FAINTING_RISK,))))
PLAN = Plan((ScenePlan("tower"), ScenePlan("needles")))


class Heartbeat(Drive):
    """A session in which a sensor tells a rate every second."""

    bpm: int | None = None
    has_contact = True

    def __init__(self, bpm: int | None = 100) -> None:
        super().__init__(PLAN, (SCENE, NEEDLES))
        self.bpm = bpm

    def wait(self, duration_ns: int, *, silent: bool = False) -> None:
        until_ns = self.t_ns + duration_ns
        while self.t_ns < until_ns:
            super().wait(min(S, until_ns - self.t_ns), silent=silent)
            if self.bpm is not None:
                self.feed(events.HeartRateRead(t_ns=self.t_ns, bpm=self.bpm, has_contact=self.has_contact))

    def go_to(self, scene: str = "needles", rung: str = "rung3") -> None:
        """Seated, in the scene, everything arrived."""
        self.practise()
        assert self.refusal(commands.EnterSeated(is_seated=True)) is None
        assert self.refusal(commands.SetRung(scene=scene, rung=rung)) is None
        self.wait(40 * S)

    def fell(self) -> list[effects.HeartFell]:
        return [effect for effect in self.log if isinstance(effect, effects.HeartFell)]


def test_a_fall_of_more_than_a_fifth_alarms_holds_and_begins_the_exercise() -> None:
    drive = Heartbeat(110)
    drive.go_to()
    assert drive.session.heart.rate_at(drive.t_ns) == 110
    drive.bpm = 80
    drive.wait(12 * S)
    assert drive.fell() == [effects.HeartFell(bpm=80, from_bpm=110)]
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.HEART_FELL)
    assert drive.session.tension is not None
    assert not drive.session.tension.by_therapist
    assert drive.refusal(commands.Continue()) is Refusal.HEART_FALLING


def test_a_fall_of_a_fifth_is_none() -> None:
    drive = Heartbeat(100)
    drive.go_to()
    drive.bpm = 80
    drive.wait(120 * S)
    assert drive.fell() == []
    assert drive.state is State.EXPOSED


def test_a_slow_fall_is_one_that_calms_down() -> None:
    drive = Heartbeat(120)
    drive.go_to()
    while drive.bpm is not None and drive.bpm > 80:
        drive.bpm -= 1
        drive.wait(4 * S)
    assert drive.fell() == []


def test_where_nobody_faints_a_heart_may_slow_down() -> None:
    drive = Heartbeat(120)
    drive.go_to("tower")
    drive.bpm = 60
    drive.wait(60 * S)
    assert drive.fell() == []
    assert drive.state is State.EXPOSED


@pytest.mark.parametrize("way", ["no contact", "no sensor", "nonsense"])
def test_what_is_not_measured_well_is_not_believed(way: str) -> None:
    drive = Heartbeat(110)
    drive.go_to()
    drive.has_contact = way != "no contact"
    drive.bpm = {"no contact": 40, "no sensor": None, "nonsense": BPM_MIN - 1}[way]
    drive.wait(20 * S)
    assert drive.fell() == []
    assert drive.session.heart.rate_at(drive.t_ns) is None
    drive.bpm, drive.has_contact = 80, True
    drive.wait(30 * S)
    assert drive.fell() == [], "after a pause nothing is known of what came before"


def test_it_goes_on_when_the_rate_has_been_steady_for_a_minute() -> None:
    drive = Heartbeat(110)
    drive.go_to()
    drive.bpm = 70
    drive.wait(80 * S)
    assert len(drive.fell()) == 1
    assert drive.refusal(commands.Continue()) is None
    assert drive.state is State.EXPOSED


def test_a_rate_at_the_edge_does_not_alarm_again_and_again() -> None:
    drive = Heartbeat(100)
    drive.go_to()
    for bpm in (78, 82, 78, 82, 78, 82):
        drive.bpm = bpm
        drive.wait(5 * S)
    assert len(drive.fell()) == 1


def test_a_fall_after_the_scene_alarms_and_begins_the_exercise_and_much_later_it_does_not() -> None:
    drive = Heartbeat(110)
    drive.go_to()
    drive.press(events.StopPressed)
    drive.wait(10 * S)
    drive.bpm = 70
    drive.wait(12 * S)
    assert len(drive.fell()) == 1
    assert drive.state is State.STOPPED
    assert drive.session.tension is not None
    drive.bpm = 110
    drive.wait(LIMITS.fainting_after_ns)
    drive.bpm = 70
    drive.wait(12 * S)
    assert len(drive.fell()) == 1


def test_a_rise_that_was_asked_for_before_the_fall_was_seen_does_not_come_after_it() -> None:
    drive = Heartbeat(110)
    drive.go_to()
    before = drive.session.lease.number
    drive.bpm = 80
    drive.wait(12 * S)
    drive.bpm = 110
    drive.wait(6 * S)
    assert drive.refusal(commands.Continue(), beacon=before) is not None
    assert drive.refusal(commands.Continue()) is None


def test_nobody_stands_where_people_faint() -> None:
    drive = Heartbeat(None)
    drive.practise()
    assert drive.refusal(commands.SetRung(scene="needles", rung="rung0")) is Refusal.NOT_SEATED
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung0")) is None
    drive.command(commands.Calm())
    drive.wait(2 * S)
    assert drive.refusal(commands.EnterSeated(is_seated=True)) is None
    assert drive.refusal(commands.SetRung(scene="needles", rung="rung0")) is None
    drive.wait(10 * S)
    drive.happens(events.StoodUp)
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.STOOD_UP)
    assert drive.refusal(commands.Continue()) is Refusal.NOT_SEATED
    drive.happens(events.SatDown)
    assert drive.refusal(commands.Continue()) is None


def test_who_stands_elsewhere_stands() -> None:
    drive = Heartbeat(None)
    drive.go_to("tower")
    drive.happens(events.StoodUp)
    assert drive.state is State.EXPOSED


def test_the_therapist_sees_that_nobody_sits_any_more() -> None:
    drive = Heartbeat(None)
    drive.go_to()
    assert drive.refusal(commands.EnterSeated(is_seated=False)) is None
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.STOOD_UP)
    assert drive.refusal(commands.Continue()) is Refusal.NOT_SEATED


def test_a_program_that_took_over_does_not_know_who_sits() -> None:
    drive = Heartbeat(None)
    drive.go_to()
    drive.happens(events.ProgramRestarted)
    assert not drive.session.is_seated


def test_the_exercise_is_begun_and_ended_at_will_and_ends_by_itself_and_moves_nothing() -> None:
    drive = Heartbeat(None)
    drive.practise()
    assert drive.refusal(commands.StartTension()) is None
    assert effects.TensionBegan(by_therapist=True) in drive.log
    assert drive.refusal(commands.EndTension()) is None
    assert effects.TensionEnded(by_therapist=True) in drive.log
    drive.command(commands.StartTension())
    drive.wait(TENSE_TIMES * (LIMITS.tense_ns + LIMITS.let_go_ns))
    assert drive.session.tension is None
    assert effects.TensionEnded(by_therapist=False) in drive.log
    assert drive.state is State.CALM


def test_the_exercise_goes_on_through_a_stop_and_ends_with_the_session() -> None:
    drive = Heartbeat(None)
    drive.go_to()
    drive.command(commands.StartTension())
    drive.press(events.StopPressed)
    assert drive.session.tension is not None
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert drive.session.tension is None
    assert drive.refusal(commands.StartTension()) is Refusal.WRONG_STATE


def test_tense_and_let_go_by_turns() -> None:
    tension = Tension(7, by_therapist=True)
    assert tension.is_tense_at(7)
    assert not tension.is_tense_at(7 + LIMITS.tense_ns)
    assert tension.is_tense_at(7 + LIMITS.tense_ns + LIMITS.let_go_ns)


def test_a_rate_is_the_median_of_five_seconds_of_readings() -> None:
    heart = Heart()
    for second, bpm in enumerate((90, 180, 92, 91, 30, 99)):
        heart = heart.read(bpm, second * S, has_contact=True)
    assert heart.rate_at(5 * S) == 91
    assert heart.rate_at(5 * S + LIMITS.heart_rate_ns + LIMITS.heart_pause_ns) == 91
    assert heart.rate_at(5 * S + LIMITS.heart_rate_ns + LIMITS.heart_pause_ns + 1) is None


def test_too_few_readings_make_no_rate() -> None:
    heart = Heart()
    for second in (0, 3, 6, 9, 12):
        heart = heart.read(90, second * S, has_contact=True)
    assert heart.rate_at(12 * S) is None


def test_no_more_is_kept_than_a_minute() -> None:
    heart = Heart()
    for tenth in range(2000):
        heart = heart.read(BPM_MAX, tenth * S // 10, has_contact=True)
        assert len(heart.readings) <= 32
    assert len(heart.rates) == RATES
