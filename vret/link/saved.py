"""What a redeemed device keeps of its session on disk, so that it comes back without a code.

`<data>/sessions/<session id>/` holds the logs of the session and, until they are uploaded, `resume.json`: readable by
this user only. A program that starts within `RESUME_WITHIN_S` of the last sign of life goes on with that session; later
ones only upload what is left, since somebody else may be wearing the headset by then.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from vret.core.plan import Plan
from vret.errors import VretError
from vret.recording.disk import sync_folder
from vret.recording.seal import LIVE_SUFFIX, SEALED_SUFFIX, sealed_path
from vret.unreadable import UNREADABLE

RESUME_WITHIN_S = 600
SESSIONS = "sessions"
_NAME = "resume.json"
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TOKEN = re.compile(r"[!-~](?:[ -~]{0,254}[!-~])?")


class Saved(msgspec.Struct, frozen=True):
    """A session that this device was let into. `ended`: it is over, and only its logs wait for the server."""

    server_url: str
    session_id: str
    resume_token: str
    plan: Plan
    ended: bool = False

    def __post_init__(self) -> None:
        require_token(self.resume_token)


def require_token(token: str) -> None:
    """Raises ValueError for what cannot stand in a header."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("resume_token: up to 256 letters, digits and marks of ASCII")


class SessionNameError(VretError):
    """The server's name for a session cannot be used here."""


class SavedSession:
    """One session's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / _NAME

    def write(self, saved: Saved) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._file.with_suffix(".new")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(saved))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._file)
        sync_folder(self.folder)

    def read(self) -> Saved | None:
        """None when the session is over and uploaded, or the file cannot be understood."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Saved)
        except (FileNotFoundError, *UNREADABLE):
            return None

    def touch(self) -> None:
        """The session goes on."""
        if self._file.exists():
            os.utime(self._file)

    def forget(self) -> None:
        """Everything is on the server; the token is no longer needed."""
        self._file.unlink(missing_ok=True)

    @property
    def is_recent(self) -> bool:
        return self._file.exists() and time.time() - self._file.stat().st_mtime < RESUME_WITHIN_S

    def next_log(self) -> Path:
        """Where a program that begins or goes on with this session writes: each run has its own log."""
        number = 1
        while True:
            suffix = "" if number == 1 else f"-{number}"
            path = self.folder / f"{self.folder.name}{suffix}{LIVE_SUFFIX}"
            if not path.exists() and not sealed_path(path).exists():
                return path
            number += 1

    def sealed_logs(self) -> list[Path]:
        """Oldest first."""
        return sorted(self.folder.glob(f"*{SEALED_SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))

    def live_logs(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"*{LIVE_SUFFIX}") if not path.name.endswith(SEALED_SUFFIX))


def session_folder(data_folder: Path, session_id: str) -> SavedSession:
    """Session ids come from the server; only plain ones become folder names. Raises SessionNameError."""
    if not _ID.fullmatch(session_id):
        raise SessionNameError(
            f"The server named a session {session_id[:100]!r}, which cannot be the name of a folder."
        )
    return SavedSession(data_folder / SESSIONS / session_id)


def saved_sessions(data_folder: Path) -> Iterator[tuple[SavedSession, Saved]]:
    """Every session of which something is left to do."""
    for file in sorted((data_folder / SESSIONS).glob(f"*/{_NAME}")):
        kept = SavedSession(file.parent)
        saved = kept.read()
        if saved is not None:
            yield kept, saved
