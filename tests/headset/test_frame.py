"""The whole frame, in a session."""

import gc
import os
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from tests.headset.exposure import Exposure
from vret.core.display import DisplayProfile
from vret.core.effects import Cause, State
from vret.headset.controls import Button
from vret.headset.frame_rate import FrameRate
from vret.headset.offscreen import Offscreen

SETTLE = 2200
"""Frames after a collection before anything is counted: CPython keeps up to 2000 freed tuples of every length."""
TEMPORARIES_MAX = 64 * 1024
WARM, TEN_MINUTES = 400, 10 * 60 * 90
ROUND = 10_000
"""Frames until every ring has been written once round: page by page its memory becomes resident."""
GROWN_MAX = 1_000_000

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


def test_a_frame_leaves_nothing_behind_and_little_on_the_way(tmp_path: Path, full: bool) -> None:
    """Beacons, reports and telemetry are among what is done. The best of some rounds counts: a slow machine holds."""
    exposure = Exposure(tmp_path, 100)
    frames = 2500 if full else 100
    try:
        gc.collect()
        gc.disable()
        for _ in range(SETTLE):
            exposure.frame()
        grown = []
        for _ in range(4):
            before = sys.getallocatedblocks()
            for _ in range(frames):
                exposure.frame()
            grown.append((sys.getallocatedblocks() - before) / frames)
        cyclic = gc.collect()
        tracemalloc.start()
        on_the_way = []
        for _ in range(10):
            exposure.link.beat()
            held = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            exposure.loop.frame()
            on_the_way.append(tracemalloc.get_traced_memory()[1] - held)
            exposure.drain()
        tracemalloc.stop()
    finally:
        gc.enable()
    exposure.close()
    assert cyclic == 0
    assert min(grown) * frames < 10, f"blocks a frame: {grown}"
    assert min(on_the_way) < TEMPORARIES_MAX


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: resident memory is told in /proc")
def test_resident_memory_does_not_grow_in_ten_minutes(tmp_path: Path, full: bool) -> None:
    exposure = Exposure(tmp_path, 100)
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUND if full else WARM):
            exposure.frame()
        before = resident_bytes()
        for _ in range(TEN_MINUTES if full else WARM):
            exposure.frame()
        grown = resident_bytes() - before
    finally:
        gc.enable()
    exposure.close()
    assert grown < GROWN_MAX


def test_a_headset_that_gets_too_few_pictures_leads_to_the_calm_room_and_to_simple_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposure = Exposure(tmp_path, 32, period_ns=50_000_000)
    exposure.loop._frame_rate = FrameRate(DisplayProfile.HEADSET)
    wait = Offscreen.wait_frame
    monkeypatch.setattr(Offscreen, "wait_frame", lambda headset: replace(wait(headset), period_ns=11_111_111))
    exposure.until(lambda: exposure.state is State.STOPPED)
    session = exposure.loop.journal.session
    assert session is not None
    assert (session.cause, session.display) == (Cause.FRAME_RATE, DisplayProfile.HEADSET)
    assert exposure.loop._sharpness.is_simple
    exposure.close()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
