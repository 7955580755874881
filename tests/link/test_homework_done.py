"""What the therapist is told of homework: read off the records, and once."""

from pathlib import Path

from tests.core.alone import AloneDrive, homework_for
from tests.core.drive import Drive
from tests.core.ladders import S
from vret.core import effects, events
from vret.core.events import Event
from vret.core.homework import HomeworkDone, HomeworkEnd
from vret.core.limits import LIMITS
from vret.core.sickness import FMS_UNWELL
from vret.link.homework_done import done_of, mark_told, untold
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.record import Record
from vret.recording.seal import seal

STARTED_UNIX_S = 1_700_000_000


class Recorded(AloneDrive):
    """Homework with its log."""

    def __init__(self, session_ns: int = LIMITS.homework_session_ceiling_ns) -> None:
        self.records: list[Record] = []
        super().__init__(homework_for(session_ns=session_ns))

    def feed(self, event: Event) -> tuple[effects.Effect, ...]:
        follows = super().feed(event)
        if not self.records:
            self.records.append(Record(1, self.opened, (), ""))
        self.records.append(Record(len(self.records) + 1, event, follows, ""))
        return follows

    def done(self) -> HomeworkDone:
        done = done_of(self.records, STARTED_UNIX_S, "homework-h-1-1")
        assert done is not None
        return done


def test_what_was_done_is_told_as_it_was() -> None:
    drive = Recorded()
    drive.prepare()
    drive.climb(1)
    drive.rate(70)
    exposed_ns = drive.session.sickness.exposed_at(drive.t_ns)
    drive.press(events.StopPressed)
    drive.wait(30 * S)
    drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=2))
    drive.happens(events.Finished)
    assert drive.done() == HomeworkDone(
        homework_id="h-1",
        started_unix_s=STARTED_UNIX_S,
        exposed_s=exposed_ns // S,
        scene="tower",
        step=1,
        rung="Rung 1",
        highest_suds=70,
        highest_fms=2,
        stops=1,
        ended=HomeworkEnd.STOPPED,
        log="homework-h-1-1",
    )


def test_how_it_ended_has_a_word() -> None:
    finished = Recorded()
    finished.prepare()
    finished.climb(0)
    assert finished.done().ended is HomeworkEnd.TECHNICAL, "cut off in the scene"
    finished.happens(events.Finished)
    assert finished.done().ended is HomeworkEnd.FINISHED
    over = Recorded(session_ns=60 * S)
    over.prepare()
    over.rise()
    over.answer(61 * S)
    over.happens(events.Finished)
    assert over.done().ended is HomeworkEnd.TIME_USED
    sick = Recorded()
    sick.prepare()
    sick.rise()
    sick.wait(5 * S)
    sick.feed(events.SicknessGiven(t_ns=sick.t_ns, fms=FMS_UNWELL))
    sick.happens(events.Finished)
    assert (sick.done().ended, sick.done().highest_fms) == (HomeworkEnd.UNWELL, FMS_UNWELL)


def test_a_no_beforehand_is_told_and_no_scene_was_shown() -> None:
    drive = Recorded()
    drive.press(events.LessPressed)
    drive.happens(events.Finished)
    done = drive.done()
    assert (done.ended, done.scene, done.step, done.exposed_s) == (HomeworkEnd.NOT_TODAY, "", -1, 0)
    assert (done.highest_suds, done.highest_fms) == (None, None)


def test_a_session_with_a_therapist_is_none() -> None:
    drive = Drive()
    opened = events.SessionOpened(t_ns=0, session_id="s", plan=drive.session.plan, scenes=drive.session.scenes)
    assert done_of([Record(1, opened, (), "")], 0, "s") is None


def write(data: Path, name: str, *, is_sealed: bool = True) -> None:
    drive = Recorded()
    drive.press(events.LessPressed)
    drive.happens(events.Finished)
    folder = data / "sessions" / name
    folder.mkdir(parents=True)
    path = folder / f"{name}.mcap"
    log = LiveLog.create(path, identity_of(drive.opened))
    log.append(drive.records)
    log.close()
    if is_sealed:
        seal(path)


def test_each_is_told_once_and_one_that_goes_on_not_yet(tmp_path: Path) -> None:
    assert untold(tmp_path) == ()
    write(tmp_path, "homework-h-1-1")
    write(tmp_path, "homework-h-1-2")
    write(tmp_path, "homework-h-1-3", is_sealed=False)
    (tmp_path / "sessions" / "homework-h-1-4").mkdir()
    (tmp_path / "sessions" / "homework-h-1-5").mkdir()
    (tmp_path / "sessions" / "homework-h-1-5" / "homework-h-1-5.sealed.mcap").write_bytes(b"no log")
    found = untold(tmp_path)
    assert sorted(done.log for done in found) == ["homework-h-1-1", "homework-h-1-2"]
    mark_told(tmp_path, found)
    assert untold(tmp_path) == ()
