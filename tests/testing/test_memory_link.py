"""The memory link speaks the rings' language in both directions."""

from pathlib import Path

import msgspec

from vret.core import commands, events
from vret.core.report import report
from vret.memory.session import SessionMemory
from vret.recording.record import Record
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.memory_link import MemoryLink
from vret.testing.sessions import Rehearsal


def test_what_is_pushed_is_what_a_frame_process_reads(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    link = MemoryLink(memory)
    opened = events.SessionOpened(t_ns=0, session_id="s", plan=heights_plan(), scenes=(heights_rules(),))
    link.open(opened)
    link.admit()
    link.beat()
    command_id = link.command(commands.Pause())
    decode = msgspec.msgpack.Decoder(events.Event).decode
    received = [decode(payload) for payload in memory.from_link.read()]
    assert received[:2] == [opened, events.Admitted(t_ns=0, therapist="therapist-1")]
    assert [type(event) for event in received[2:]] == [events.HeartbeatReceived, events.CommandReceived]
    assert received[3].command_id == command_id
    memory.close()


def test_the_newest_beacon_is_echoed_and_records_are_drained_once(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    link = MemoryLink(memory)
    assert link.report() is None
    rehearsal = Rehearsal((heights_rules(),), heights_plan())
    rehearsal.run(1.0)
    encode = msgspec.msgpack.encode
    memory.report.publish(encode(report(rehearsal.session, rehearsal.t_ns)))
    for record in rehearsal.records:
        assert memory.records.push(encode(record))
    assert link.drain() == rehearsal.records
    assert link.drain() == []
    assert all(isinstance(record, Record) for record in link.records)
    link.beat()
    [payload] = memory.from_link.read()
    assert msgspec.msgpack.decode(payload, type=events.Event).beacon == rehearsal.session.lease.number
    memory.close()
