"""The sound process: `python -m vret.sound.process MEMORY_FOLDER`. Owns the output device and nothing else.

It dies with the supervisor, ends when asked to close, and tries again for ever to get a device, more and more seldom:
a session without sound is a session, one without the frame process is not. Which output plays is chosen when the device
opens, when the headset's name is known, and every 10 s while another plays than should.
"""

import sys
import time
from pathlib import Path

import msgspec

from vret.clock import now_ns
from vret.errors import VretError
from vret.memory.child import run_child
from vret.memory.config import ProgramConfig, read_config
from vret.memory.messages import FrameStatus, SoundStatus
from vret.memory.priority import put_forward
from vret.memory.session import SessionMemory
from vret.paths import CALM_SCENE
from vret.scene.bundle import BundleError, read_bundle
from vret.scene.sounds import Gain, SceneSound
from vret.sound.cue import CALM
from vret.sound.device import Device, Nowhere, SoundDeviceError, SoundFile, Speakers
from vret.sound.endpoints import Choice, choose, outputs
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
CHOOSE_S = 10.0
REFUSED_FIRST_S, REFUSED_MOST_S = 10.0, 60.0
FAULTY_NS = 5_000_000_000
VOICE_FAULTY = "The voice process sends what cannot be played; it is left out."

_FRAME_STATUS = msgspec.msgpack.Decoder(FrameStatus)


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
        self._next_choice_s = 0.0
        self._headset = ""
        self._choice = Choice()
        self._refused, self._refused_until_s, self._refused_s = "", 0.0, REFUSED_FIRST_S
        self._device_message = ""
        self._silent_scenes: list[str] = []
        self._status = SoundStatus(t_ns=now_ns(), device="")

    def run(self) -> None:
        """Until the supervisor asks to close. Raises what failed in the device's thread."""
        try:
            while not self._memory.is_closing:
                self._watch_device()
                self._watch_output()
                self._watch_voice()
                self._load_scenes()
                if self._device is None:
                    self._memory.sound_pulse.publish(b"")
                if self._player.failure is not None:
                    raise self._player.failure
                time.sleep(LOOK_S)
            time.sleep(CLOSING_S)
        finally:
            self._close_device()

    def _watch_device(self) -> None:
        if self._device is not None and now_ns() - self._player.last_asked_ns > SILENT_NS:
            self._close_device()
            self._refuse()
            self._tell_device("", "The sound device is gone; looking for another.")
        if self._device is None and time.monotonic() >= self._next_try_s:
            self._open()

    def _open(self) -> None:
        try:
            device = self._make_device()
            self._player.last_asked_ns = now_ns()
            self._player.latency_ns = device.latency_ns
            device.start(self._player.frames)
        except SoundDeviceError as problem:
            self._next_try_s = time.monotonic() + self._retry_s
            self._retry_s = min(2 * self._retry_s, RETRY_MOST_S)
            self._refuse()
            self._tell_device("", str(problem))
        else:
            self._device = device
            self._retry_s = RETRY_FIRST_S
            self._tell_device(device.name, self._choice.message)

    def _make_device(self) -> Device:
        match self._config.sound:
            case "auto":
                return self._speakers()
            case "file":
                return SoundFile(Path(self._config.data_folder) / "sound.wav")
            case "none":
                return Nowhere()

    def _speakers(self) -> Speakers:
        """The output that should play, else the default."""
        self._choice = self._chosen()
        self._next_choice_s = time.monotonic() + CHOOSE_S
        if self._choice.endpoint is None:
            return Speakers()
        try:
            return Speakers(self._choice.endpoint)
        except SoundDeviceError:
            self._refuse()
            self._choice = self._chosen()
            return Speakers()

    def _chosen(self) -> Choice:
        asked = self._config.sound_output
        if not asked and not self._headset:
            return Choice()
        chosen = choose(outputs(), asked, self._headset)
        if (
            chosen.endpoint is None
            or chosen.endpoint.name != self._refused
            or time.monotonic() >= self._refused_until_s
        ):
            return chosen
        return Choice(None, f"“{self._refused}” does not play; the default does until it is tried again.")

    def _refuse(self) -> None:
        """The output that was chosen does not play: leave it alone for a while, each time for longer."""
        if self._choice.endpoint is not None:
            self._refused, self._refused_until_s = self._choice.endpoint.name, time.monotonic() + self._refused_s
            self._refused_s = min(2 * self._refused_s, REFUSED_MOST_S)
            self._choice = Choice()

    def _watch_output(self) -> None:
        """Go over to the output that should play when it has come; what it should be follows the headset's name."""
        if self._config.sound != "auto" or self._device is None:
            return
        headset = self._told_headset()
        if headset == self._headset and (self._choice.endpoint is not None or time.monotonic() < self._next_choice_s):
            return
        self._headset = headset
        self._next_choice_s = time.monotonic() + CHOOSE_S
        chosen = self._chosen()
        name = "" if chosen.endpoint is None else chosen.endpoint.name
        if name != ("" if self._choice.endpoint is None else self._choice.endpoint.name):
            self._close_device()
            self._open()

    def _told_headset(self) -> str:
        """The headset's name as its software tells it; empty until it has one."""
        payload = self._memory.frame_status.read()
        return self._headset if payload is None else _FRAME_STATUS.decode(payload).device.headset or self._headset

    def _close_device(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    def _watch_voice(self) -> None:
        faults_ns = (self._player.voice.faulty_ns, self._player.speech_faulty_ns)
        is_faulty = any(t_ns is not None and now_ns() - t_ns < FAULTY_NS for t_ns in faults_ns)
        self._tell(voice=VOICE_FAULTY if is_faulty else "")

    def _load_scenes(self) -> None:
        for path in self._memory.bundles():
            if path not in self._loaded:
                self._loaded.add(path)
                self._load_scene(path)

    def _load_scene(self, path: Path) -> None:
        try:
            bundle = read_bundle(path)
        except BundleError as problem:
            self._tell_silent_scene(path, problem)
            return
        name = CALM if path.stem == CALM_SCENE else path.stem
        if name == CALM and not (bundle.sound.bed or bundle.sound.sources):
            return
        try:
            layer = Layer(bundle.sound)
        except UnknownSoundError as problem:
            self._tell_silent_scene(path, problem)
        else:
            self._mixer.layers = {**self._mixer.layers, name: layer}

    def _tell_silent_scene(self, path: Path, problem: VretError) -> None:
        self._silent_scenes.append(f"Scene {path.stem} is silent: {problem}.")
        self._tell_device(self._status.device, self._device_message)

    def _tell_device(self, device: str, message: str) -> None:
        """Say it in the status, and in the process's own output for whoever looks for the reason afterwards."""
        if message and message != self._device_message:
            print(message, flush=True)
        self._device_message = message
        self._tell(device=device, message=" ".join(filter(None, (message, *self._silent_scenes))))

    def _tell(self, **news: str) -> None:
        """Publish how it stands, if that has changed."""
        status = msgspec.structs.replace(self._status, **news)
        if status != self._status or self._memory.sound_status.sequence == 0:
            self._status = msgspec.structs.replace(status, t_ns=now_ns())
            self._memory.sound_status.publish(msgspec.msgpack.encode(self._status))


def run(folder: Path) -> None:
    """The sound process from its start to its end. Raises VretError."""
    put_forward()
    memory = SessionMemory.attach(folder)
    try:
        SoundProcess(memory, read_config(folder)).run()
    finally:
        memory.close()


if __name__ == "__main__":
    sys.exit(run_child(run))
