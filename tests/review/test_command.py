"""`vret review`, called as the command line calls it."""

from pathlib import Path

import pytest

from tests.testing.test_sessions import written
from vret.review.command import review
from vret.testing.sessions import whole_session


def test_the_report_goes_beside_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = written(whole_session(1, minutes=1.0), tmp_path)
    review(log)
    page = (tmp_path / "rehearsal.html").read_text(encoding="utf-8")
    assert "(not sealed)" in page
    assert "vret 0." in page
    assert str(tmp_path / "rehearsal.html") in capsys.readouterr().out
