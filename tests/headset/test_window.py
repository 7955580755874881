"""The desktop window on a real X server without a screen."""

import ctypes.util
import json
import os
import shutil
import subprocess
import sys

import pytest

from vret.headset.contract import Headset, HeadsetError
from vret.headset.display import has_display
from vret.headset.window import Window


def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    window: Headset = Window((64, 64), 0)
    if sys.platform == "linux":
        assert not has_display()
        with pytest.raises(HeadsetError, match=r"no display.*offscreen"):
            window.open()


def test_a_display_that_is_not_there_is_one_sentence() -> None:
    environment = os.environ | {"DISPLAY": ":4090"}
    environment.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.headset.window_program"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "offscreen" in json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr


def test_a_window_draws_and_reads_the_keys() -> None:
    if shutil.which("xvfb-run") is None or ctypes.util.find_library("Xtst") is None:
        pytest.skip("needs Xvfb: on Debian install xvfb and libxtst6")
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-m", "tests.headset.window_program"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert told["mean"] > 20
    assert [name for name in told["events"] if name.endswith("Pressed")] == ["StopPressed", "WaitPressed"]
    assert told["events"][0] == "InputGained"
    assert told["walked_m"] > 0.0
    assert told["body"] == [1.0, 1.5, 2.0]
