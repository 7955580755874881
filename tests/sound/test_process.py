"""The sound process as a whole, playing into a file."""

import subprocess
import sys
import time
import wave
from pathlib import Path

import msgspec
import numpy as np

from tests.sound.stage import EXPOSED, STOPPED, WAIT_S, Stage, bundle, stage, waiting
from vret.core.effects import Cause, State
from vret.scene.bundle import write_bundle
from vret.sound.form import RATE_HZ, Samples, level_db


def samples_of(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 2, 2)
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return (raw / 32768).astype(np.float32)


def wait_for_seconds(path: Path, seconds: float) -> None:
    """Until the file holds so many more seconds."""

    def size() -> int:
        return path.stat().st_size if path.exists() else 0

    wanted = size() + int(seconds * RATE_HZ * 4)
    end_s = time.monotonic() + WAIT_S
    while size() < wanted:
        assert time.monotonic() < end_s, f"{path} did not grow by {seconds} s"
        time.sleep(0.02)


def test_scene_then_stop_then_calm_room(tmp_path: Path) -> None:
    with stage(tmp_path, "file") as playing:
        playing.say(waiting())
        wait_for_seconds(tmp_path / "sound.wav", 0.5)
        playing.show(EXPOSED)
        wait_for_seconds(tmp_path / "sound.wav", 2.0)
        playing.show(STOPPED)
        playing.say(msgspec.structs.replace(waiting(), state=State.STOPPED, cause=Cause.PERSON_STOP))
        wait_for_seconds(tmp_path / "sound.wav", 4.0)
        closing = (tmp_path / "sound.wav").stat().st_size // 4
        status = playing.status()
    assert playing.process.returncode == 0
    assert status is not None
    assert status.device.startswith("file")
    samples = samples_of(tmp_path / "sound.wav")
    blocks = samples[: len(samples) // 4800 * 4800].reshape(-1, 4800, 2)
    levels = [level_db(block) for block in blocks]
    loud = [index for index, level in enumerate(levels) if level > -25.0]
    assert len(loud) > 10
    assert levels[-1] < -40.0
    assert -50.0 < level_db(samples[closing - RATE_HZ : closing]) < -38.0


def test_process_does_not_load_graphics_network_or_scene_parsers(tmp_path: Path) -> None:
    heavy = ("OpenGL", "xr", "glfw", "PySide6", "pydantic", "asyncio", "httpx", "websockets", "trimesh")
    program = f"import sys, vret.sound.process; print(sorted(set({heavy!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def told(playing: Stage) -> str:
    """The first message of the sound process."""
    end_s = time.monotonic() + WAIT_S
    while (status := playing.status()) is None or not status.message:
        assert time.monotonic() < end_s
        time.sleep(0.02)
    return status.message


def test_scene_with_an_unknown_sound_is_told_and_the_others_play(tmp_path: Path) -> None:
    with stage(tmp_path, "file") as playing:
        wrong = bundle()
        sound = msgspec.structs.replace(wrong.sound, bed="brass band")
        object.__setattr__(wrong, "sound", sound)
        write_bundle(playing.memory.bundle("parade"), wrong)
        assert "Scene parade is silent: there is no sound 'brass band'" in told(playing)
        assert playing.process.poll() is None


def test_scene_that_cannot_be_read_is_told_and_the_others_play(tmp_path: Path) -> None:
    with stage(tmp_path, "file") as playing:
        playing.memory.bundle("ruin").write_bytes(b"nothing that could be heard")
        assert "Scene ruin is silent" in told(playing)
        assert playing.process.poll() is None


def test_file_of_a_killed_process_can_be_played(tmp_path: Path) -> None:
    with stage(tmp_path, "file") as playing:
        wait_for_seconds(tmp_path / "sound.wav", 2.5)
        playing.process.kill()
    assert len(samples_of(tmp_path / "sound.wav")) >= RATE_HZ
