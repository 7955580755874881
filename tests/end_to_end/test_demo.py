"""The demonstration as whoever owns a headset sees it: on a real OpenXR runtime, with a head that looks around."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.monado import running
from vret.recording.log import read_log
from vret.recording.record import FrameRecord

LEFT = (0.0, 0.7071068, 0.0, 0.7071068)
LIMIT_S = 300.0

pytestmark = pytest.mark.timeout(400)


def test_where_a_headset_answers_it_is_shown_there(tmp_path: Path, full: bool) -> None:
    """Everything that the log of a demonstration must show, and the head of whoever wears the headset in it."""
    if not full:
        pytest.skip("a minute and a half in the headset: make soak (make demo shows the same off screen)")
    (tmp_path / "monado").mkdir()
    with running(tmp_path / "monado") as monado:
        visitor = monado.person()
        visitor.stand(0.25, 1.45, -0.5)
        visitor.turn(*LEFT)
        options = ("--no-window", "--no-open", "--minutes", "1", "--keep", str(tmp_path / "kept"))
        demo = subprocess.run(
            [sys.executable, "-c", "from vret.cli import main; main()", "demo", *options],
            env={**os.environ, **monado.environment, "VRET_PICTURE_SCALE": "0.3", "VRET_SOUND": "none"},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        visitor.close()
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "shown in the headset, since one answers (Monado" in demo.stdout
    assert "The demonstration is complete." in demo.stdout
    assert demo.stdout.count("  yes      ") == 9
    assert demo.stdout.count("Picture:  ") > 6
    frames = [entry for entry in read_log(tmp_path / "kept" / "session.sealed.mcap") if isinstance(entry, FrameRecord)]
    heads = np.array([(*frame.head_position_in_stage, *frame.head_rotation_in_stage) for frame in frames[20:]])
    np.testing.assert_allclose(heads, np.broadcast_to((0.25, 1.45, -0.5, *LEFT), heads.shape), atol=1e-3)
