"""What the last `vret check` of this computer found: kept in the data folder, told to the person and the therapist."""

import time
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from vret.core.device import Checked
from vret.unreadable import UNREADABLE

FILE: Final = "check.json"
_EARLIEST_MS: Final = 0
_LATEST_MS: Final = 1000 * 4_102_444_800
"""From 1970 to 2100: a calendar knows a day for it, on every system."""
CHECK_NOW: Final = "To check it now, run: vret check"


def keep(data: Path, program: str, bad: tuple[str, ...], noted: tuple[str, ...]) -> None:
    """In place of the result before. Raises OSError."""
    data.mkdir(parents=True, exist_ok=True)
    unwhole = data / f"{FILE}.new"
    unwhole.write_bytes(msgspec.json.encode(Checked(time.time_ns() // 1_000_000, program, bad, noted)))
    unwhole.replace(data / FILE)


def last_check(data: Path) -> Checked | None:
    """None where there was none, or none that can be read."""
    try:
        found = msgspec.json.decode((data / FILE).read_bytes(), type=Checked)
        return found if _EARLIEST_MS <= found.unix_ms <= _LATEST_MS else None
    except (OSError, *UNREADABLE):
        return None


def told(checked: Checked | None) -> str:
    """In words for the person."""
    if checked is None:
        return f"This computer was not checked yet. {CHECK_NOW}"
    day = datetime.fromtimestamp(checked.unix_ms / 1000).astimezone()
    when = f"This computer was checked on {day.day} {day:%B %Y}"
    if checked.bad:
        return f"{when}. This must be mended: {_listed(checked.bad)}. {CHECK_NOW}"
    if checked.noted:
        return f"{when} and works. Noted: {_listed(checked.noted)}."
    return f"{when}: all is well."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(names))
