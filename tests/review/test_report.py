"""A report from a real log, whole or cut short, and plain errors."""

from pathlib import Path

import pytest

from tests.review.stories import in_calm_room
from tests.testing.test_sessions import written
from vret.recording.errors import NotALogError
from vret.recording.seal import seal
from vret.review.report import ReportError, report_path, write_report
from vret.testing.sessions import whole_session


def test_a_sealed_log_says_so(tmp_path: Path) -> None:
    sealed = seal(written(in_calm_room(), tmp_path))
    assert report_path(sealed.path) == tmp_path / "rehearsal.html"
    write_report(sealed.path, tmp_path / "out.html")
    assert "(sealed)" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_a_log_that_was_cut_short_is_reviewed_up_to_the_cut(tmp_path: Path) -> None:
    log = written(whole_session(1, minutes=1.0), tmp_path)
    log.write_bytes(log.read_bytes()[:-5])
    write_report(log, tmp_path / "cut.html")
    assert "everything up to there is good" in (tmp_path / "cut.html").read_text(encoding="utf-8")


def test_a_file_that_is_no_log_is_named(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir or Madam")
    with pytest.raises(NotALogError, match=r"letter\.txt"):
        write_report(other, tmp_path / "out.html")


def test_a_report_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    log = written(in_calm_room(), tmp_path)
    with pytest.raises(ReportError, match="--out"):
        write_report(log, tmp_path / "rehearsal.mcap" / "out.html")
