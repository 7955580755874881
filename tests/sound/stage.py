"""What tests of the whole sound process share: a memory folder with a scene, and a stand-in for the frame process."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import msgspec
import numpy as np

from tests.sound.test_mixer import HEIGHTS, shown
from vret.clock import now_ns
from vret.core.device import Device
from vret.core.effects import State
from vret.core.events import SessionOpened
from vret.core.ladder import SceneRules
from vret.core.plan import Plan
from vret.core.report import Report, report
from vret.core.session import open_session
from vret.memory.config import ProgramConfig, write_config
from vret.memory.messages import FrameStatus, Shown, SoundStatus
from vret.memory.session import SessionMemory
from vret.scene.bundle import Bundle, write_bundle
from vret.scene.compiled import ENVIRONMENT, MATERIAL, ROW, VERTEX, CompiledScene, Meshes
from vret.scene.tables import (
    BOUND,
    CAST,
    FALL,
    FIXTURE,
    FLIGHT,
    GESTURE,
    PATH,
    PATH_POINT,
    RANGE,
    REGION,
    SWING,
    TRAVEL,
    VOICE,
    VOLUME,
    AnimationSpec,
    AnimationTables,
)

CALM = shown(scene="", state=State.CALM)
EXPOSED = shown(axes={"wind_mps": 10.0})
STOPPED = shown(scene="", state=State.STOPPED)
WAIT_S = 20.0


def bundle() -> Bundle:
    """A scene that can be heard and not seen."""
    dtypes = {
        "environment": ENVIRONMENT,
        "places_of": np.dtype("u4"),
        "stimulus_of": np.dtype("i4"),
        "hidden_when_held": np.dtype("?"),
        "ranges": RANGE,
        "bounds": BOUND,
        "swings": SWING,
        "travels": TRAVEL,
        "flights": FLIGHT,
        "falls": FALL,
        "paths": PATH,
        "path_points": PATH_POINT,
        "variants_of": np.dtype("u4"),
        "regions": REGION,
        "region_bounds": BOUND,
        "region_ranges": RANGE,
        "fixtures": FIXTURE,
        "fixture_bounds": BOUND,
        "fixture_ranges": RANGE,
        "candela_powers": np.dtype("f4"),
        "skies": np.dtype("f4"),
        "covers": np.dtype("f4"),
        "volumes": VOLUME,
        "volume_shows": np.dtype("?"),
        "cast": CAST,
        "cast_bounds": BOUND,
        "cast_ranges": RANGE,
        "gestures": GESTURE,
        "voices": VOICE,
        "voice_bounds": BOUND,
    }
    meshes = Meshes(
        np.zeros(0, VERTEX), np.zeros(0, np.uint32), np.zeros((0, 3), np.int32), np.zeros((0, 4), np.float32)
    )
    nothing = np.zeros(0, np.int32)
    return Bundle(
        CompiledScene("heights", "trial", meshes, np.zeros(0, MATERIAL), np.zeros(0, ROW), nothing, nothing),
        SceneRules("heights", "Heights", "trial", "roof", (), ()),
        HEIGHTS,
        AnimationSpec("roof", (), (), (), (), ()),
        AnimationTables(**{entry.name: np.zeros(0, dtypes[entry.name]) for entry in fields(AnimationTables)}),
    )


class Stage:
    """Publishes what is shown, newly stamped, every 10 ms until it is told to stall."""

    def __init__(self, memory: SessionMemory, process: "subprocess.Popen[bytes]") -> None:
        self.memory = memory
        self.process = process
        self._shown: Shown = CALM
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._publish)
        self._thread.start()

    def show(self, shown: Shown) -> int:
        """Show it from now on; the time of the first frame that does."""
        self._shown = shown
        return self._frame()

    def stall(self) -> int:
        self._over.set()
        self._thread.join()
        return now_ns()

    def say(self, told: Report) -> None:
        self.memory.report.publish(msgspec.msgpack.encode(told))

    def _publish(self) -> None:
        while not self._over.wait(0.01):
            self._frame()

    def _frame(self) -> int:
        t_ns = now_ns()
        self.memory.shown.publish(msgspec.msgpack.encode(msgspec.structs.replace(self._shown, t_ns=t_ns)))
        return t_ns

    def wear(self, headset: str) -> None:
        """The frame process tells which headset it has."""
        status = FrameStatus(
            t_ns=now_ns(), frame=1, headset="", session_id="", renderer="", cpu_ns=0, device=Device(headset=headset)
        )
        self.memory.frame_status.publish(msgspec.msgpack.encode(status))

    def status(self) -> SoundStatus | None:
        payload = self.memory.sound_status.read()
        return None if payload is None else msgspec.msgpack.decode(payload, type=SoundStatus)


@contextmanager
def stage(folder: Path, sound: str, output: str = "", **environment: str) -> Iterator[Stage]:
    """A sound process with a scene, ended at the end; `output` is the device that was asked for."""
    memory = SessionMemory.create(folder / "memory")
    write_bundle(memory.bundle("heights"), bundle())
    config = ProgramConfig(
        server_url="http://127.0.0.1:1",
        data_folder=str(folder),
        sound=sound,  # type: ignore[arg-type]
        sound_output=output,
    )
    write_config(memory.folder, config)
    command = [sys.executable, "-m", "vret.sound.process", str(memory.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | environment) as process:
        playing = Stage(memory, process)
        try:
            yield playing
        finally:
            playing.stall()
            memory.ask_to_close()
            process.wait(WAIT_S)
    memory.remove()


def waiting() -> Report:
    """A report of a session that nobody was admitted to yet."""
    return report(open_session(SessionOpened(t_ns=0, session_id="s", plan=Plan(()), scenes=())), 0)
