"""What is kept of the last check, and what the person is told of it."""

from pathlib import Path

import msgspec

from vret.core.device import Checked
from vret.link.checked import FILE, keep, last_check, told

NOON_UNIX_MS = 1_795_262_400_000
"""On 21 November 2026, wherever one is between UTC-12 and UTC+11."""


def test_the_words_for_each_outcome() -> None:
    assert "was not checked yet" in told(None)
    assert told(Checked(NOON_UNIX_MS, "vret")) == "This computer was checked on 21 November 2026: all is well."
    noted = told(Checked(NOON_UNIX_MS, "vret", noted=("line", "line")))
    assert noted == "This computer was checked on 21 November 2026 and works. Noted: line."
    bad = told(Checked(NOON_UNIX_MS, "vret", bad=("sound", "line"), noted=("echo",)))
    assert "must be mended: sound, line. To check it now, run: vret check" in bad


def test_the_newest_is_kept_and_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert last_check(data) is None
    keep(data, "vret 1", ("sound",), ())
    keep(data, "vret 1", (), ("line",))
    kept = last_check(data)
    assert kept is not None
    assert (kept.program, kept.bad, kept.noted) == ("vret 1", (), ("line",))
    never = msgspec.json.encode(Checked(10**18, "vret"))
    for unread in (b"{", b"[" * 50_000, b'{"unix_ms":1,"program":"\xff"}', never):
        (data / FILE).write_bytes(unread)
        assert last_check(data) is None
