"""The journal: recorded first, taken over whole, and unhealthy long before there is no room."""

from pathlib import Path

import msgspec
import pytest

from tests.core.ladders import PLAN, SCENE, S
from vret.core import effects, events
from vret.core.effects import Cause, State
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.headset.journal import FILL_HEALTHY, FILL_UNHEALTHY, Journal
from vret.memory import Ring, SessionMemory
from vret.recording.record import Record

OPENED = events.SessionOpened(t_ns=1, session_id="s", plan=PLAN, scenes=(SCENE,))


@pytest.fixture
def memory(tmp_path: Path) -> SessionMemory:
    return SessionMemory.create(tmp_path / "run")


@pytest.fixture
def small_memory(memory: SessionMemory) -> SessionMemory:
    """With a ring that a few seconds of records fill."""
    path = memory.records.path
    memory.records.close()
    memory.records = Ring.create(path, 16 * 1024)
    return memory


def drained(ring: Ring) -> list[Record]:
    records = [msgspec.msgpack.decode(payload, type=Record) for payload in ring.read(1 << 16)]
    ring.release(len(records))
    return records


def replayed(records: list[Record]) -> Session:
    assert isinstance(records[0].event, events.SessionOpened)
    session = open_session(records[0].event)
    for number, record in enumerate(records, 1):
        if number > 1:
            session, follows = step(session, record.event)
            assert follows == record.effects
        assert (record.sequence, record.digest) == (number, session.digest())
    return session


def live(journal: Journal, frames: int, start_ns: int = 2) -> int:
    t_ns = start_ns
    for _ in range(frames):
        t_ns += S // 90
        journal.begin_frame(t_ns)
        journal.feed(events.Tick(t_ns=t_ns, gap_ns=S // 90))
    return t_ns


def test_before_the_opening_nothing_is_recorded(memory: SessionMemory) -> None:
    journal = Journal(memory)
    live(journal, 3)
    assert journal.session is None
    assert drained(memory.records) == []


def test_what_is_recorded_replays_to_the_same_session(memory: SessionMemory) -> None:
    journal = Journal(memory)
    journal.feed(OPENED)
    t_ns = live(journal, 30)
    journal.feed(events.Admitted(t_ns=t_ns, therapist="t"))
    assert replayed(drained(memory.records)) == journal.session


def test_a_tick_without_news_is_not_recorded(memory: SessionMemory) -> None:
    journal = Journal(memory)
    journal.feed(OPENED)
    t_ns = live(journal, 1)
    recorded = journal.sequence
    journal.begin_frame(t_ns + 1)
    journal.feed(events.Tick(t_ns=t_ns + 1, gap_ns=1))
    assert journal.sequence == recorded
    assert not journal.has_news


@pytest.mark.parametrize("drained_before", [0, 1])
def test_a_new_process_goes_on_calm_where_the_dead_one_was(memory: SessionMemory, drained_before: int) -> None:
    dead = Journal(memory)
    dead.feed(OPENED)
    t_ns = live(dead, 20)
    dead.feed(events.Admitted(t_ns=t_ns, therapist="t"))
    records = drained(memory.records) if drained_before else []
    heir = Journal(memory)
    heir.take_over(t_ns + 1)
    records += drained(memory.records)
    known = {record.sequence: record for record in records}
    session = replayed([known[number] for number in sorted(known)])
    assert session == heir.session
    assert isinstance(known[max(known)].event, events.ProgramRestarted)


def test_a_death_between_snapshot_and_push_loses_nothing(memory: SessionMemory) -> None:
    class DeathError(Exception):
        pass

    class DyingRing:
        def push(self, payload: bytes) -> bool:
            raise DeathError

    dead = Journal(memory)
    dead.feed(OPENED)
    ring = memory.records
    memory.records = DyingRing()  # type: ignore[assignment]
    with pytest.raises(DeathError):
        dead.feed(events.StopPressed(t_ns=5, input=events.Input.KEYBOARD))
    memory.records = ring
    heir = Journal(memory)
    heir.take_over(9)
    records = drained(memory.records)
    assert [type(record.event).__name__ for record in records] == ["SessionOpened", "StopPressed", "ProgramRestarted"]
    assert replayed(records) == heir.session
    assert heir.session is not None
    assert (heir.session.state, heir.session.cause) == (State.STOPPED, Cause.PERSON_STOP)


def test_without_a_predecessor_there_is_nothing_to_take_over(memory: SessionMemory) -> None:
    journal = Journal(memory)
    journal.take_over(1)
    assert journal.session is None


def test_a_ring_that_fills_makes_the_log_unhealthy_and_loses_no_record(small_memory: SessionMemory) -> None:
    journal = Journal(small_memory)
    journal.feed(OPENED)
    t_ns = 2
    while journal.session is not None and journal.session.log_healthy:
        t_ns = live(journal, 1, t_ns)
    assert FILL_UNHEALTHY < small_memory.records.fill < 2 * FILL_UNHEALTHY
    journal.feed(events.LogHealthChanged(t_ns=t_ns, healthy=True))
    assert journal.session is not None
    assert not journal.session.log_healthy
    records = drained(small_memory.records)
    assert small_memory.records.fill < FILL_HEALTHY
    live(journal, 1, t_ns)
    assert journal.session.log_healthy
    assert replayed(records + drained(small_memory.records)) == journal.session


def test_the_recorder_is_believed_when_it_says_that_the_disk_is_full(memory: SessionMemory) -> None:
    journal = Journal(memory)
    journal.feed(OPENED)
    journal.feed(events.LogHealthChanged(t_ns=3, healthy=False, reason="no space left"))
    assert journal.session is not None
    assert not journal.session.log_healthy


def test_a_death_while_records_wait_for_room_loses_none_of_them(small_memory: SessionMemory) -> None:
    dead = Journal(small_memory)
    dead.feed(OPENED)
    t_ns = live(dead, 90 * 30)
    records = drained(small_memory.records)
    assert records[-1].sequence < dead.sequence
    heir = Journal(small_memory)
    heir.take_over(t_ns + 1)
    while records[-1].sequence < heir.sequence:
        heir.begin_frame(t_ns + 1)
        records += drained(small_memory.records)
    assert replayed(records) == heir.session


def test_a_full_ring_keeps_stop_working_and_the_order_of_records(small_memory: SessionMemory) -> None:
    journal = Journal(small_memory)
    journal.feed(OPENED)
    t_ns = live(journal, 90 * 30)
    journal.feed(events.StopPressed(t_ns=t_ns, input=events.Input.KEYBOARD))
    assert journal.session is not None
    assert journal.session.state is State.STOPPED
    records = drained(small_memory.records)
    while records[-1].sequence < journal.sequence:
        journal.begin_frame(t_ns)
        records += drained(small_memory.records)
    assert any(isinstance(effect, effects.StopPractised) for effect in records[-1].effects + records[-2].effects)
    assert replayed(records) == journal.session


def test_what_happened_to_the_device_before_the_opening_is_known_after_it(memory: SessionMemory) -> None:
    journal = Journal(memory)
    journal.feed(events.InputGained(t_ns=1, input=events.Input.KEYBOARD))
    journal.feed(events.HeadsetRemoved(t_ns=1))
    journal.feed(OPENED)
    assert journal.session is not None
    assert journal.session.inputs == (events.Input.KEYBOARD,)
    assert not journal.session.worn
