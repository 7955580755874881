"""What can be wrong with a session log.

VretError
└── LogError            a log cannot be used
    ├── NotALogError         the file is something else
    ├── NewerLogError        written by a newer program
    ├── TruncatedLogError    ends in the middle of an entry
    └── DamagedLogError      its content is not what was written
"""

from pathlib import Path

from vret.errors import VretError


class LogError(VretError):
    """A session log cannot be read or written; the message is one sentence that names the file."""


class NotALogError(LogError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a session log: choose a file whose name ends in .mcap, made by vret.")


class NewerLogError(LogError):
    def __init__(self, path: Path, found: str, known: int) -> None:
        super().__init__(f"{path} has log format {found}, this program reads up to {known}: update vret.")


class TruncatedLogError(LogError):
    """All entries before the cut are good; `after` is the sequence number of the last record."""

    def __init__(self, path: Path, after: int) -> None:
        super().__init__(f"{path} ends in the middle of an entry after record {after}: everything up to there is good.")
        self.after = after


class DamagedLogError(LogError):
    """`after` is the sequence number of the last record before the damage."""

    def __init__(self, path: Path, after: int, what: str) -> None:
        super().__init__(f"{path} is damaged after record {after}: {what}. Use another copy of the log.")
        self.after = after
