"""The journal: the session in the frame process, where nothing happens that is not recorded first.

For each event the next state is computed, kept in the snapshot, and its record pushed into the ring, which outlives
this process; only then is the state taken on. A record that finds the ring full waits here, in order, and is offered
again in every frame: the log's health forbids rises long before that.
"""

from collections import deque
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from vret.core.effects import BeaconIssued, Effect
from vret.core.events import (
    DisplayDeclared,
    Event,
    FocusGained,
    FocusLost,
    FrameRateFine,
    FrameRateLow,
    HeadsetRemoved,
    HeadsetWorn,
    InputGained,
    InputLost,
    LogHealthChanged,
    ProgramRestarted,
    SessionOpened,
    TrackingFound,
    TrackingLost,
)
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.errors import VretError
from vret.memory import Ring, SessionMemory
from vret.recording.record import Record

FILL_UNHEALTHY = 0.5
FILL_HEALTHY = 0.25
RING_IS_FULL = "recording cannot keep up"
_DEVICE = (
    InputGained,
    InputLost,
    HeadsetRemoved,
    HeadsetWorn,
    FocusLost,
    FocusGained,
    TrackingLost,
    TrackingFound,
    DisplayDeclared,
    FrameRateLow,
    FrameRateFine,
)


class _Kept(msgspec.Struct, frozen=True):
    """The snapshot after a record, with every record whose push a death may have prevented, oldest first."""

    unpushed: tuple[bytes, ...]
    session: Session


class JournalError(VretError):
    """What a dead program left cannot be taken over."""


class Journal:
    """The session, or None before it is opened. `has_news` says whether something besides a beacon happened."""

    def __init__(self, memory: SessionMemory) -> None:
        self.session: Session | None = None
        self.sequence = 0
        self.has_news = False
        self.beacon_issued = False
        self._memory = memory
        self._waiting: deque[bytes] = deque()
        self._ring_is_slow = False
        self._before_opening: list[Event] = []
        self._link_says = LogHealthChanged(t_ns=0, healthy=True)
        self._encoder = msgspec.msgpack.Encoder()

    def take_over(self, t_ns: int) -> None:
        """Go on, calm, with the session of a frame process that died; without one, nothing."""
        newest = self._memory.snapshot.newest
        if newest is None:
            return
        content = self._memory.snapshot.read(newest)
        if content is None:
            raise JournalError(f"{self._memory.snapshot.path} changed while it was read: another program writes to it")
        kept = msgspec.msgpack.decode(content, type=_Kept)
        pushed = _sequences_in(self._memory.records)
        for payload in kept.unpushed:
            if _sequence_of(payload) not in pushed:
                self._push(payload)
        self.session, self.sequence = kept.session, newest
        self.feed(ProgramRestarted(t_ns=t_ns))

    def feed(self, event: Event) -> None:
        """Record an event and take on the state that follows.

        Before the session is open only what happens to the device counts, and is told when it opens.
        """
        if self.session is None:
            if isinstance(event, SessionOpened):
                self._record(event, (), open_session(event))
                for device_event in self._before_opening:
                    self._step(replace(device_event, t_ns=event.t_ns))
            elif isinstance(event, _DEVICE):
                self._before_opening.append(event)
            return
        if isinstance(event, SessionOpened):
            return
        if isinstance(event, LogHealthChanged):
            self._link_says = event
            event = self._log_health(event.t_ns)
        self._step(event)

    def feed_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self.feed(event)

    def begin_frame(self, t_ns: int) -> None:
        """Offer again what found no room, and say when recording falls behind or has caught up."""
        self.has_news = self.beacon_issued = False
        while self._waiting and self._memory.records.push(self._waiting[0]):
            self._waiting.popleft()
        fill = self._memory.records.fill
        if not self._ring_is_slow and (fill > FILL_UNHEALTHY or self._waiting):
            self._ring_is_slow = True
            self._tell_health(t_ns)
        elif self._ring_is_slow and fill < FILL_HEALTHY and not self._waiting:
            self._ring_is_slow = False
            self._tell_health(t_ns)

    def _tell_health(self, t_ns: int) -> None:
        if self.session is not None:
            self._step(self._log_health(t_ns))

    def _log_health(self, t_ns: int) -> LogHealthChanged:
        """The log is healthy when the recorder says so and the ring to it has room."""
        if self._ring_is_slow:
            return LogHealthChanged(t_ns=t_ns, healthy=False, reason=RING_IS_FULL)
        return LogHealthChanged(t_ns=t_ns, healthy=self._link_says.healthy, reason=self._link_says.reason)

    def _step(self, event: Event) -> None:
        assert self.session is not None, "an event is stepped before the session was opened"
        session, effects = step(self.session, event)
        if session is not self.session or effects:
            self._record(event, effects, session)

    def _record(self, event: Event, effects: tuple[Effect, ...], session: Session) -> None:
        sequence = self.sequence + 1
        record = self._encoder.encode(Record(sequence, event, effects, session.digest()))
        self._memory.snapshot.write(sequence, self._encoder.encode(_Kept((*self._waiting, record), session)))
        self._push(record)
        self.session, self.sequence = session, sequence
        for effect in effects:
            if isinstance(effect, BeaconIssued):
                self.beacon_issued = True
            else:
                self.has_news = True

    def _push(self, payload: bytes) -> None:
        if self._waiting or not self._memory.records.push(payload):
            self._waiting.append(payload)


def _sequences_in(records: Ring) -> set[int]:
    """The sequences of the records that nobody has drained yet."""
    ring = Ring.attach(records.path)
    try:
        return {_sequence_of(payload) for payload in ring.read(1 << 20)}
    finally:
        ring.close()


def _sequence_of(payload: bytes) -> int:
    return msgspec.msgpack.decode(payload, type=Record).sequence
