"""Recovery: what a dead program left in its rings goes into its log, and the log is sealed."""

from pathlib import Path

import msgspec

from vret.core.events import SessionOpened
from vret.memory.messages import LinkStatus
from vret.memory.session import SessionMemory
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.record import Record
from vret.recording.recorder import Recorder
from vret.recording.seal import Sealed, seal, sealed_path


def open_log(path: Path, opened: SessionOpened) -> LiveLog:
    """The session's live log: the one that is there, or a new one. Raises LogError, OSError."""
    return LiveLog.reopen(path) if path.exists() else LiveLog.create(path, identity_of(opened))


def recover(memory_folder: Path) -> Sealed | None:
    """Finish the log of a program of which nothing runs any more; None where no session had begun.

    The memory folder stays: whoever calls removes it. Raises LogError, MemoryLayoutError, OSError.
    """
    memory = SessionMemory.attach(memory_folder)
    try:
        path = log_path_of(memory)
        if path is None:
            return None
        if not path.exists() and sealed_path(path).exists():
            return seal(path)
        if path.exists():
            log = LiveLog.reopen(path)
        else:
            opened = _opened(memory)
            if opened is None:
                return None
            log = LiveLog.create(path, identity_of(opened))
        Recorder(log, memory.records, memory.telemetry).stop()
        return seal(path)
    finally:
        memory.close()


def log_path_of(memory: SessionMemory) -> Path | None:
    """Where the link process said that the log is; it says so before the session begins."""
    content = memory.link_status.read()
    if content is None:
        return None
    status = msgspec.msgpack.decode(content, type=LinkStatus)
    return Path(status.log_path) if status.log_path else None


def _opened(memory: SessionMemory) -> SessionOpened | None:
    """The session's first event, where the recorder died before it could begin the log."""
    waiting = memory.records.read(1)
    event = msgspec.msgpack.decode(waiting[0], type=Record).event if waiting else None
    return event if isinstance(event, SessionOpened) else None
