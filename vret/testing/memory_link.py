"""The link's end of the shared memory without a network: a therapist who sits in the same process as the test."""

import msgspec

from vret.core import commands, events
from vret.core.report import Report
from vret.memory.session import SessionMemory
from vret.recording.record import Record

THERAPIST = "therapist-1"


class MemoryLink:
    """Pushes what a link would push, with `t_ns` 0 (the frame stamps it), and drains what a recorder would drain."""

    def __init__(self, memory: SessionMemory) -> None:
        self.records: list[Record] = []
        self._memory = memory
        self._sequence = 0
        self._encoder = msgspec.msgpack.Encoder()
        self._records = msgspec.msgpack.Decoder(Record)
        self._report = msgspec.msgpack.Decoder(Report)

    def open(self, opened: events.SessionOpened) -> None:
        self._push(opened)

    def admit(self) -> None:
        self._push(events.Admitted(t_ns=0, therapist=THERAPIST))

    def beat(self) -> None:
        """A heartbeat that echoes the newest beacon; leave it out, and the link is lost."""
        report = self.report()
        self._push(events.HeartbeatReceived(t_ns=0, sender=THERAPIST, beacon=report.beacon if report else 0))

    def command(self, command: commands.Command) -> str:
        """Send a command; its id."""
        self._sequence += 1
        command_id = f"c{self._sequence}"
        report = self.report()
        self._push(
            events.CommandReceived(
                t_ns=0,
                sender=THERAPIST,
                command_id=command_id,
                sequence=self._sequence,
                beacon=report.beacon if report else 0,
                command=command,
            )
        )
        return command_id

    def report(self) -> Report | None:
        """The newest report, None before the first."""
        payload = self._memory.report.read()
        return None if payload is None else self._report.decode(payload)

    def drain(self) -> list[Record]:
        """The records made since the last call; all of them are kept in `records`."""
        drained: list[Record] = []
        while payloads := self._memory.records.read():
            drained += [self._records.decode(payload) for payload in payloads]
            self._memory.records.release(len(payloads))
        self.records += drained
        return drained

    def _push(self, event: events.Event) -> None:
        if not self._memory.from_link.push(self._encoder.encode(event)):
            raise AssertionError("the ring to the frame process is full: nothing drains it")
