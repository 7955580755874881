"""The headset in a process of its own: on GLX, under the validation layer, and without any runtime."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.monado import Monado, Validation
from vret.headset.contract import HeadsetError
from vret.headset.openxr.api import XrError, xr
from vret.headset.openxr.probe import answers, ask
from vret.headset.openxr.runtime import Runtime, explained

FRAMES = 40


def run(
    *before: str, environment: dict[str, str], frames: int = FRAMES, wishes: tuple[str, ...] = ()
) -> tuple[dict[str, Any], str]:
    """What the program tells, and what it and the runtime printed besides."""
    command = [*before, sys.executable, "-m", "tests.headset.openxr.program", str(frames), *wishes]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    *said, told = done.stdout.strip().split("\n")
    return json.loads(told), "\n".join([*said, done.stderr])


def without_display(environment: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {name: value for name, value in own.items() if name != "PYOPENGL_PLATFORM"} | environment


def test_without_a_display_it_draws_by_egl_and_leaves_nothing_behind(monado: Monado) -> None:
    told, _ = run(environment=without_display(monado.environment))
    assert told["rendered"] == FRAMES
    assert told["garbage"] == 0
    assert told["threads"] == 1
    assert told["layout"] == "array"
    assert told["cpu_ms"] < 20, "processor time of the headset's own calls in a frame"
    assert told["close_s"] < 5


def test_with_an_x_display_it_draws_by_glx_in_a_window_that_is_never_shown(monado: Monado) -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("needs Xvfb (Debian: xvfb, xauth)")
    environment = without_display(monado.environment)
    told, _ = run("xvfb-run", "-a", "-s", "-screen 0 640x480x24 +extension GLX", environment=environment)
    assert told["rendered"] == FRAMES
    assert told["garbage"] == 0
    assert told["visible"] == 0


@pytest.mark.parametrize("wishes", [(), ("depth",)])
def test_the_validation_layer_has_no_complaint(monado: Monado, tmp_path: Path, wishes: tuple[str, ...]) -> None:
    layer = Validation(tmp_path)
    environment = without_display({**monado.environment, **layer.environment})
    told, _ = run(environment=environment, frames=5, wishes=wishes)
    assert told["takes_depth"] is ("depth" in wishes)
    assert layer.complaints() == []


@pytest.mark.usefixtures("constant")
def test_the_runtime_is_named_with_its_version_and_the_headset_by_its_own_name() -> None:
    runtime = Runtime()
    assert (runtime.name, runtime.title, runtime.headset) == ("constant", "constant 2.7.4", "nobody's head")
    runtime.close()


def test_the_probe_finds_a_headset_and_misses_one(monado: Monado) -> None:
    assert ask().headset.startswith("Monado")
    assert answers()
    monado.stop()
    assert ask().problem.startswith("The headset's software does not answer: start it")
    assert not answers()


def test_a_probe_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XR_RUNTIME_JSON", str(tmp_path / "missing.json"))
    assert not answers(within_s=0.01)
    assert ask(within_s=0.01).problem == "The headset's software gave no answer in 0.01 s: restart it."


def test_without_a_runtime_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vret.headset.openxr.headset import OpenXR

    monkeypatch.setenv("XR_RUNTIME_JSON", str(tmp_path / "missing.json"))
    assert ask().problem.startswith("No OpenXR runtime is installed")
    with pytest.raises(HeadsetError, match="No OpenXR runtime is installed"):
        OpenXR().open()


@pytest.mark.parametrize("code", [*(int(result) for result in xr.Result if result < 0), -999_999])
def test_every_refusal_has_a_sentence_that_says_what_to_do(code: int) -> None:
    sentence = str(explained(XrError("xrCreateSession", code)))
    assert ": " in sentence
    assert "xrCreateSession" in sentence
