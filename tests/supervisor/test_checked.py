"""What the window is told of the last check."""

from pathlib import Path

from vret.supervisor.checked import FILE, Checked, keep, last_check

NOON_UNIX_MS = 1_795_262_400_000
"""On 21 November 2026, wherever one is between UTC-12 and UTC+11."""


def test_the_words_for_each_outcome() -> None:
    assert Checked(NOON_UNIX_MS, "vret").words == "This computer was checked on 21 November 2026: all is well."
    noted = Checked(NOON_UNIX_MS, "vret", noted=("line", "line")).words
    assert noted == "This computer was checked on 21 November 2026 and works. Noted: line."
    bad = Checked(NOON_UNIX_MS, "vret", bad=("sound", "line"), noted=("echo",)).words
    assert "must be mended: sound, line. To check it now, run: vret check" in bad


def test_the_newest_is_kept_and_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert last_check(data) is None
    keep(data, "vret 1", ("sound",), ())
    keep(data, "vret 1", (), ("line",))
    kept = last_check(data)
    assert kept is not None
    assert (kept.program, kept.bad, kept.noted) == ("vret 1", (), ("line",))
    (data / FILE).write_text("{")
    assert last_check(data) is None
