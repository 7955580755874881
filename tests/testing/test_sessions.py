"""Rehearsals: real rules, virtual time, and an acted therapist who copes with everything the person does."""

import random
from pathlib import Path

import pytest

from vret.core import commands, events
from vret.core.effects import Cause, Refusal, State
from vret.core.step import step
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.record import Entry, Record
from vret.testing.evidence import findings
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.sessions import Rehearsal, whole_session


@pytest.mark.parametrize(("seed", "minutes"), [(1, 1.5), (2, 1.5), (3, 1.0), (4, 4.0)])
def test_the_acted_session_shows_everything_in_its_log(seed: int, minutes: float, tmp_path: Path) -> None:
    rehearsal = whole_session(seed, minutes=minutes)
    assert rehearsal.session.state is State.ENDED
    path = written(rehearsal, tmp_path)
    assert [finding for finding in findings(path, stored=True) if not finding.found] == []


@pytest.mark.parametrize("seed", range(20, 40))
def test_a_machine_that_often_stands_still_leaves_nothing_out(seed: int, tmp_path: Path) -> None:
    rehearsal = whole_session(seed, minutes=1.0, stalls=random.Random(seed))
    assert [finding for finding in findings(written(rehearsal, tmp_path), stored=True) if not finding.found] == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    rehearsal = Rehearsal((heights_rules(),), heights_plan())
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="t"))
    rehearsal.run(1.0)
    found = {finding.wanted: finding.found for finding in findings(written(rehearsal, tmp_path), stored=False)}
    assert found.pop("replay equal to the record")
    assert not any(found.values())
    assert len(found) == 8


def test_time_scales_and_the_order_stays() -> None:
    short, long = whole_session(1, minutes=1.5), whole_session(1, minutes=6.0)
    assert 60.0 < length_s(short) < 120.0
    assert 240.0 < length_s(long) < 480.0


def test_records_are_without_gaps_and_replay_to_the_same_digests() -> None:
    rehearsal = whole_session(1, minutes=1.0)
    assert [record.sequence for record in rehearsal.records] == list(range(1, len(rehearsal.records) + 1))
    opened = rehearsal.records[0].event
    assert isinstance(opened, events.SessionOpened)
    session = Rehearsal(opened.scenes, opened.plan, start_ns=opened.t_ns).session
    for record in rehearsal.records[1:]:
        session, effects = step(session, record.event)
        assert (effects, session.digest()) == (record.effects, record.digest)


def test_without_contact_the_session_holds_and_then_calms() -> None:
    rehearsal = exposed()
    rehearsal.run(3.5, contact=False)
    assert (rehearsal.session.state, rehearsal.session.cause) == (State.HELD, Cause.LEASE_OLD)
    rehearsal.run(5.0, contact=False)
    assert (rehearsal.session.state, rehearsal.session.cause) == (State.STOPPED, Cause.LEASE_LOST)


def test_a_command_is_answered() -> None:
    rehearsal = Rehearsal((heights_rules(),), heights_plan())
    answer = rehearsal.command(commands.Continue())
    assert getattr(answer, "reason", None) is Refusal.WRONG_STATE


def exposed() -> Rehearsal:
    rehearsal = Rehearsal((heights_rules(),), heights_plan())
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="t"))
    rehearsal.run(1.0)
    for event in (events.StopPressed, events.ReadyPressed):
        rehearsal.happen(event(t_ns=rehearsal.t_ns, input=events.Input.KEYBOARD))
    rehearsal.command(commands.Resume())
    rehearsal.command(commands.SetRung(scene="heights", rung="stool"))
    rehearsal.run(2.0)
    assert rehearsal.session.state is State.EXPOSED
    return rehearsal


def written(rehearsal: Rehearsal, folder: Path) -> Path:
    opened = rehearsal.records[0].event
    assert isinstance(opened, events.SessionOpened)
    path = folder / "rehearsal.mcap"
    log = LiveLog.create(path, identity_of(opened))
    entries: list[Entry] = [*rehearsal.records, *rehearsal.frames]
    log.append(sorted(entries, key=lambda entry: entry.event.t_ns if isinstance(entry, Record) else entry.t_ns))
    log.close()
    return path


def length_s(rehearsal: Rehearsal) -> float:
    return (rehearsal.t_ns - rehearsal.records[0].event.t_ns) / 1e9
