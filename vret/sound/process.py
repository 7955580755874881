"""The sound process: `python -m vret.sound.process MEMORY_FOLDER`. Owns the output device and nothing else.

It dies with the supervisor, ends when asked to close, and tries again for ever to get a device, more and more seldom:
a session without sound is a session, one without the frame process is not.
"""

import sys
import time
from pathlib import Path

import msgspec

from vret.clock import now_ns
from vret.memory.child import run_child
from vret.memory.config import ProgramConfig, read_config
from vret.memory.messages import SoundStatus
from vret.memory.session import SessionMemory
from vret.paths import CALM_SCENE
from vret.scene.bundle import BundleError, read_bundle
from vret.scene.sounds import Gain, SceneSound
from vret.sound.cue import CALM
from vret.sound.device import Device, Nowhere, SoundDeviceError, SoundFile, Speakers
from vret.sound.layer import Layer
from vret.sound.mixer import Mixer
from vret.sound.player import Player
from vret.sound.prompts import load_prompts, prompts_folder
from vret.sound.synthesis import UnknownSoundError

CALM_SOUND = SceneSound(bed="room_tone", bed_gain=Gain(constant_db=-24.0))
"""What the calm room sounds like until its own scene is loaded, or if it does not say."""

LOOK_S = 0.1
SILENT_NS = 1_000_000_000
RETRY_FIRST_S, RETRY_MOST_S = 1.0, 30.0
CLOSING_S = 0.3


class SoundProcess:
    """The main thread: opens and watches the device, loads scenes, says how it stands."""

    def __init__(self, memory: SessionMemory, config: ProgramConfig) -> None:
        self._memory, self._config = memory, config
        self._mixer = Mixer({CALM: Layer(CALM_SOUND)}, load_prompts(prompts_folder()))
        self._player = Player(memory, self._mixer)
        self._device: Device | None = None
        self._loaded: set[Path] = set()
        self._retry_s = RETRY_FIRST_S
        self._next_try_s = 0.0

    def run(self) -> None:
        """Until the supervisor asks to close. Raises what failed in the device's thread."""
        try:
            while not self._memory.is_closing:
                self._watch_device()
                self._load_scenes()
                if self._player.failure is not None:
                    raise self._player.failure
                time.sleep(LOOK_S)
            time.sleep(CLOSING_S)
        finally:
            if self._device is not None:
                self._device.close()

    def _watch_device(self) -> None:
        if self._device is not None and now_ns() - self._player.last_asked_ns > SILENT_NS:
            self._device.close()
            self._device = None
            self._say("", "The sound device is gone; looking for another.")
        if self._device is None and time.monotonic() >= self._next_try_s:
            self._open()

    def _open(self) -> None:
        try:
            device = self._make_device()
            self._player.last_asked_ns = now_ns()
            device.start(self._player.frames)
        except SoundDeviceError as problem:
            self._next_try_s = time.monotonic() + self._retry_s
            self._retry_s = min(2 * self._retry_s, RETRY_MOST_S)
            self._say("", str(problem))
        else:
            self._device = device
            self._retry_s = RETRY_FIRST_S
            self._say(device.name, "")

    def _make_device(self) -> Device:
        match self._config.sound:
            case "auto":
                return Speakers()
            case "file":
                return SoundFile(Path(self._config.data_folder) / "sound.wav")
            case "none":
                return Nowhere()

    def _load_scenes(self) -> None:
        for path in self._memory.bundles():
            if path not in self._loaded:
                self._loaded.add(path)
                self._load_scene(path)

    def _load_scene(self, path: Path) -> None:
        try:
            bundle = read_bundle(path)
        except BundleError as problem:
            self._say("" if self._device is None else self._device.name, f"Scene {path.stem} is silent: {problem}.")
            return
        name = CALM if path.stem == CALM_SCENE else path.stem
        if name == CALM and not (bundle.sound.bed or bundle.sound.sources):
            return
        try:
            layer = Layer(bundle.sound)
        except UnknownSoundError as problem:
            self._say("" if self._device is None else self._device.name, f"Scene {path.stem} is silent: {problem}.")
        else:
            self._mixer.layers = {**self._mixer.layers, name: layer}

    def _say(self, device: str, message: str) -> None:
        status = SoundStatus(t_ns=now_ns(), device=device, message=message)
        self._memory.sound_status.publish(msgspec.msgpack.encode(status))


def run(folder: Path) -> None:
    """The sound process from its start to its end. Raises VretError."""
    memory = SessionMemory.attach(folder)
    try:
        SoundProcess(memory, read_config(folder)).run()
    finally:
        memory.close()


if __name__ == "__main__":
    sys.exit(run_child(run))
