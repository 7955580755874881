"""Verification: the recorded events, run again through the rules, must give the recorded states and effects."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vret.core.effects import Effect
from vret.core.events import SessionOpened
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.recording.errors import DamagedLogError
from vret.recording.identity import Identity
from vret.recording.log import Log
from vret.recording.record import FrameRecord, Record


@dataclass(frozen=True)
class Difference:
    """The first record whose replay does not equal what was recorded."""

    sequence: int
    what: str


@dataclass(frozen=True)
class Verification:
    """`missing_scenes` are those whose content is not here as it was: states replay, pictures cannot."""

    identity: Identity
    sealed: bool
    records: int
    frames: int
    duration_ns: int
    final: Session
    difference: Difference | None
    missing_scenes: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return self.difference is None


def verify(path: Path, content_here: Callable[[str], str | None] = lambda _: None) -> Verification:
    """Replay the log at `path`. `content_here` gives the content hash of a scene on this machine, None without it.

    Raises LogError for a log that cannot be read to its end.
    """
    log = Log(path)
    session: Session | None = None
    difference: Difference | None = None
    records = frames = first_ns = last_ns = 0
    for entry in log.entries():
        if isinstance(entry, FrameRecord):
            frames += 1
        elif isinstance(entry, Record):
            records += 1
            last_ns = entry.event.t_ns
            first_ns = first_ns or last_ns
            if difference is None:
                session, difference = _replayed(path, session, entry)
    if session is None:
        raise DamagedLogError(path, 0, "it holds no record")
    scenes = log.identity.scenes
    missing = tuple(sorted(name for name, content in scenes.items() if content_here(name) != content))
    return Verification(log.identity, log.sealed, records, frames, last_ns - first_ns, session, difference, missing)


def _replayed(path: Path, session: Session | None, record: Record) -> tuple[Session, Difference | None]:
    event = record.event
    effects: tuple[Effect, ...] = ()
    if session is None:
        if not isinstance(event, SessionOpened):
            raise DamagedLogError(path, 0, "its first record opens no session")
        after = open_session(event)
    elif isinstance(event, SessionOpened):
        raise DamagedLogError(path, record.sequence - 1, "it opens a second session")
    else:
        after, effects = step(session, event)
    if effects != record.effects:
        return after, Difference(record.sequence, _different_effects(effects, record.effects))
    if after.digest() != record.digest:
        return after, Difference(record.sequence, f"the state after {type(event).__name__} has another digest")
    return after, None


def _different_effects(replayed: tuple[Effect, ...], recorded: tuple[Effect, ...]) -> str:
    for now, then in zip(replayed, recorded, strict=False):
        if now != then:
            return f"replay gives {now}, the log says {then}"
    return f"replay gives {len(replayed)} effects, the log says {len(recorded)}"
