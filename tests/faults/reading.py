"""What the log of a session says about a fault: when what followed, in seconds of the headset's own monotonic clock.

A fault begins and ends at instants of that clock (`vret.clock.now_ns`, the same in every program of a machine). Nothing
else is taken from outside: what followed is what the log holds.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from tests.faults.table import BY_NAME
from vret.core.commands import Continue, Pause, Resume, SetAxis, SetLevel, SetRung, SetVariant, ShowStimulus
from vret.core.effects import BeaconIssued, CommandAccepted, State, StateChanged
from vret.core.events import CommandReceived, HeartbeatReceived, KeysAgreed, KeysRecognised, SessionOpened
from vret.core.veil import VEIL_MAX
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.recording.verification import verify

RISES: Final = SetRung | SetLevel | SetAxis | SetVariant | ShowStimulus | Continue | Resume
TOO_HIGH: Final = "roof"
"""What therapists ask for only while it must be refused."""
NS: Final = 1e9
AFTER_NS: Final = 30_000_000_000


class Mark(msgspec.Struct, frozen=True):
    """When a fault began and ended, and when a pause was asked for in it."""

    fault: str
    began_ns: int
    ended_ns: int
    asked_ns: int = 0


def names(records: Iterable[Record]) -> set[str]:
    """Events and causes of states that are in records, as a row's `logged` names them."""
    found = set()
    for record in records:
        found.add(type(record.event).__name__)
        found |= {effect.cause.value for effect in record.effects if isinstance(effect, StateChanged)}
    return found


class Reading:
    """The logs of one session, in the order of their writing. Raises AssertionError where one does not replay.

    `lost` are those of the records that anybody `heard` which are in none of them.
    """

    def __init__(self, logs: Iterable[Path], heard: Iterable[Record] = ()) -> None:
        self.records: list[Record] = []
        self.frames: list[FrameRecord] = []
        for path in logs:
            found = verify(path)
            assert found.equal, (path, found.difference)
            entries = list(read_log(path))
            records = [entry for entry in entries if isinstance(entry, Record)]
            assert [record.sequence for record in records] == list(range(1, len(records) + 1)), f"{path} has gaps"
            assert isinstance(records[0].event, SessionOpened), f"{path} has no beginning"
            self.records += records
            self.frames += [entry for entry in entries if isinstance(entry, FrameRecord)]
        kept = {(record.sequence, record.digest) for record in self.records}
        self.lost = [record for record in heard if (record.sequence, record.digest) not in kept]
        self.records.sort(key=lambda record: record.event.t_ns)
        self.frames.sort(key=lambda frame: frame.t_ns)

    def of(self, mark: Mark) -> dict[str, float]:
        """Every figure that the fault's row asks for. Raises AssertionError where the log lacks what it must hold."""
        missing = BY_NAME[mark.fault].logged - names(self.since(mark))
        assert not missing, f"{mark.fault}: the log has no {sorted(missing)}"
        return {figure: self.figure(figure, mark) for figure in BY_NAME[mark.fault].within}

    def since(self, mark: Mark) -> list[Record]:
        """From the fault's beginning to half a minute after its end."""
        return self._between(mark.began_ns, mark.ended_ns + AFTER_NS)

    def figure(self, figure: str, mark: Mark) -> float:
        began_ns, ended_ns = mark.began_ns, mark.ended_ns
        match figure:
            case "hold_s":
                return (self._shown_in(began_ns, State.HELD, State.STOPPED) - began_ns) / NS
            case "calm_s":
                return (self._shown_in(began_ns, State.STOPPED) - began_ns) / NS
            case "woken_s":
                return (self._shown_in(ended_ns, State.HELD, State.STOPPED) - ended_ns) / NS
            case "pause_s":
                return (self._first(mark.asked_ns, _is_pause, "pause").event.t_ns - mark.asked_ns) / NS
            case "dark_s":
                return (self._dark_ns(began_ns) - began_ns) / NS
            case "back_s":
                return (self._contact_ns(ended_ns) - ended_ns) / NS
            case "led_s":
                return (self._led_ns(began_ns) - began_ns) / NS
            case "silence_s":
                return self._silence_ns(began_ns, ended_ns) / NS
            case "rises":
                return len(self.rises(began_ns, ended_ns)) + sum(map(_is_too_high, self.since(mark)))
            case "lost":
                return len(self.lost)
        raise AssertionError(f"{figure} is not in any log")

    def rises(self, began_ns: int, ended_ns: int) -> list[Record]:
        """Commands that lead to more, and were accepted in between."""
        return [record for record in self._between(began_ns, ended_ns) if _is_accepted_rise(record)]

    def _shown_in(self, since_ns: int, *states: State) -> int:
        """When the first picture was shown with the session in one of these states; it may have been in it before."""
        changes = [(r.event.t_ns, e.state) for r in self.records for e in r.effects if isinstance(e, StateChanged)]
        for frame in self.frames:
            if frame.t_ns >= since_ns:
                *_, (_, state) = (change for change in changes if change[0] <= frame.t_ns)
                if state in states:
                    return frame.t_ns
        raise AssertionError(f"no picture since then is of {states}")

    def _contact_ns(self, since_ns: int) -> int:
        """When a beacon came back that was issued since then."""
        issued = {
            effect.number
            for record in self.records
            if record.event.t_ns >= since_ns
            for effect in record.effects
            if isinstance(effect, BeaconIssued)
        }

        def is_it(record: Record) -> bool:
            return isinstance(record.event, HeartbeatReceived | CommandReceived) and record.event.beacon in issued

        return self._first(since_ns, is_it, "a sign of the therapist").event.t_ns

    def _dark_ns(self, since_ns: int) -> int:
        """When the first picture was shown that has nothing of a scene."""
        for frame in self.frames:
            if frame.t_ns >= since_ns and (frame.scene == "" or frame.veil == VEIL_MAX):
                return frame.t_ns
        raise AssertionError("every picture since then shows the scene")

    def last_seen_ns(self, since_ns: int, until_ns: int) -> int:
        """When the last picture with something of a scene was shown, or `since_ns`."""
        seen = (frame.t_ns for frame in self.frames if frame.scene and frame.veil != VEIL_MAX)
        return max((t_ns for t_ns in seen if since_ns <= t_ns <= until_ns), default=since_ns)

    def _led_ns(self, since_ns: int) -> int:
        """When another console had the keys."""

        def is_it(record: Record) -> bool:
            return isinstance(record.event, KeysAgreed | KeysRecognised)

        return self._first(since_ns, is_it, "keys of another console").event.t_ns

    def _silence_ns(self, began_ns: int, ended_ns: int) -> int:
        """The longest time in between without a heartbeat."""
        beats = [r.event.t_ns for r in self._between(began_ns, ended_ns) if isinstance(r.event, HeartbeatReceived)]
        times = [began_ns, *beats, ended_ns]
        return max(later - earlier for earlier, later in pairwise(times))

    def _between(self, began_ns: int, ended_ns: int) -> list[Record]:
        return [record for record in self.records if began_ns <= record.event.t_ns <= ended_ns]

    def _first(self, since_ns: int, is_it: Callable[[Record], bool], what: str) -> Record:
        for record in self.records:
            if record.event.t_ns >= since_ns and is_it(record):
                return record
        raise AssertionError(f"the log has no {what} since then")


def _is_too_high(record: Record) -> bool:
    event = record.event
    asked = isinstance(event, CommandReceived) and isinstance(event.command, SetRung) and event.command.rung == TOO_HIGH
    return asked and any(isinstance(effect, CommandAccepted) for effect in record.effects)


def _is_pause(record: Record) -> bool:
    event = record.event
    asked = isinstance(event, CommandReceived) and isinstance(event.command, Pause)
    return asked and any(isinstance(effect, CommandAccepted) for effect in record.effects)


def _is_accepted_rise(record: Record) -> bool:
    event = record.event
    asked = isinstance(event, CommandReceived) and isinstance(event.command, RISES)
    return asked and any(isinstance(effect, CommandAccepted) for effect in record.effects)
