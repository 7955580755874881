"""What the last check of this computer found, kept in the data folder so that the window can tell it."""

import time
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "check.json"
CHECK_NOW: Final = "To check it now, run: vret check"


class Checked(msgspec.Struct, frozen=True):
    """`bad` and `noted` name what must be mended and what was noted, in the words of the findings."""

    unix_ms: int
    program: str
    bad: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        day = datetime.fromtimestamp(self.unix_ms / 1000).astimezone()
        checked = f"This computer was checked on {day.day} {day:%B %Y}"
        if self.bad:
            return f"{checked}. This must be mended: {_listed(self.bad)}. {CHECK_NOW}"
        if self.noted:
            return f"{checked} and works. Noted: {_listed(self.noted)}."
        return f"{checked}: all is well."


NOT_CHECKED: Final = f"This computer was not checked yet. {CHECK_NOW}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(names))


def keep(data: Path, program: str, bad: tuple[str, ...], noted: tuple[str, ...]) -> None:
    """In place of the result before. Raises OSError."""
    data.mkdir(parents=True, exist_ok=True)
    unwhole = data / f"{FILE}.new"
    unwhole.write_bytes(msgspec.json.encode(Checked(time.time_ns() // 1_000_000, program, bad, noted)))
    unwhole.replace(data / FILE)


def last_check(data: Path) -> Checked | None:
    """None where there was none, or none that can be read."""
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Checked)
    except (OSError, msgspec.MsgspecError):
        return None
