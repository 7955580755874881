"""The whole frame, in a session."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.headset.exposure import Exposure
from vret.headset.controls import Button
from vret.headset.offscreen import Offscreen

pytestmark = pytest.mark.usefixtures("egl")


def test_what_happened_in_frames_that_were_not_shown_is_seen_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the calm room nothing moves, so rows are sent to the GPU again only where a frame may have been missed."""
    exposure = Exposure(tmp_path, 32)
    exposure.press(Button.STOP)
    exposure.until(lambda: exposure.shown.scene == "")
    (calm,) = (act.resident for name, act in exposure.loop._stage._acts.items() if name == "calm")
    for _ in range(5):
        exposure.frame()
    assert calm.rows_written == 0
    wait = Offscreen.wait_frame
    with monkeypatch.context() as patched:
        patched.setattr(Offscreen, "wait_frame", lambda headset: replace(wait(headset), should_render=False))
        exposure.frame()
    exposure.frame()
    assert calm.rows_written > 0
    exposure.close()
