"""A room without air: two microphones and two pairs of ears that are four channels of one virtual device.

What is spoken and what is heard come from one recording, so a delay between them is a number of frames, whatever the
machine does meanwhile. The device adds no delay of its own, as a loudspeaker, air and a microphone would.
"""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from tests.sound.pulse import Pulse, serving
from vret.clock import now_ns
from vret.sound.form import RATE_HZ, Samples
from vret.sound.prompts import load_prompts, prompts_folder

MOUTH, DESK = "mouth", "desk"
"""The person's microphone and the therapist's."""
OUT, EARS = "out", "ears"
"""The person's ears and the therapist's."""
FLOOR: Final = 1e-3
"""Deviation of the noise that every microphone has: -60 dB."""
SENTENCES: Final = ("offer", "nothing_changes", "lost_contact", "ended")
_PLACES: Final = {
    f"{MOUTH}_in": "front-left",
    OUT: "front-right",
    f"{DESK}_in": "rear-left",
    EARS: "rear-right",
}
_KEPT_PIECES: Final = 2000


class Room:
    """`ears` and `pulse` have what therapist and person heard last; `take` everything since `begin`."""

    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse
        self.ears = Pulse(pulse.environment)
        self._frames: list[Samples] = []
        self._lock = threading.Lock()

    def begin(self) -> None:
        with self._lock:
            self._frames.clear()

    def take(self) -> dict[str, Samples]:
        """What was spoken into MOUTH and DESK and heard at OUT and EARS, (frames,) each at RATE_HZ."""
        with self._lock:
            both = np.concatenate(self._frames)
        return dict(zip((MOUTH, OUT, DESK, EARS), both.T, strict=True))

    def say(self, microphone: str, samples: Samples) -> None:
        """Speak once, (frames,), and wait until it is said."""
        command = ["pacat", "--raw", "--format=float32le", f"--rate={RATE_HZ}", "--channels=1", "--latency-msec=20"]
        environment = os.environ | self.pulse.environment
        said = samples.astype("<f4").tobytes()
        subprocess.run([*command, f"--device={microphone}_in"], env=environment, input=said, check=True)

    @contextmanager
    def recording(self) -> Iterator[None]:
        command = ["parec", "--raw", "--format=float32le", f"--rate={RATE_HZ}", f"--channels={len(_PLACES)}"]
        command += [f"--channel-map={','.join(_PLACES.values())}", "--device=room.monitor", "--latency-msec=10"]
        environment = os.environ | self.pulse.environment
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as parec:
            thread = threading.Thread(target=self._read, args=(parec,))
            thread.start()
            try:
                yield
            finally:
                parec.terminate()
                thread.join()

    def _read(self, parec: "subprocess.Popen[bytes]") -> None:
        assert parec.stdout is not None
        size = 4 * len(_PLACES)
        rest = b""
        while data := os.read(parec.stdout.fileno(), 1 << 16):
            whole = len(rest + data) // size * size
            taken, rest = (rest + data)[:whole], (rest + data)[whole:]
            frames = np.frombuffer(taken, "<f4").reshape(-1, len(_PLACES))
            with self._lock:
                self._frames.append(frames)
            for heard, column in ((self.pulse, 1), (self.ears, 3)):
                heard.pieces.append((now_ns(), frames[:, column : column + 1]))
                del heard.pieces[:-_KEPT_PIECES]


def speech() -> Samples:
    """Four sentences that everybody may hear, (frames,)."""
    prompts = load_prompts(prompts_folder())
    pause = np.zeros(RATE_HZ // 2, np.float32)
    return np.concatenate([part for name in SENTENCES for part in (prompts[name], pause)])


def noise(seconds: float, seed: int) -> Samples:
    """What a microphone hears where nobody speaks, (frames,)."""
    floor: Samples = np.random.default_rng(seed).normal(0.0, FLOOR, int(seconds * RATE_HZ)).astype(np.float32)
    return floor


@contextmanager
def quiet_room(folder: Path) -> Iterator[Room]:
    """Both microphones on, with their noise, and recorded."""
    modules = [f"module-null-sink sink_name=room rate={RATE_HZ} channels=4 channel_map={','.join(_PLACES.values())}"]
    one = "channels=1 channel_map=mono remix=no"
    for name, place in _PLACES.items():
        modules.append(f"module-remap-sink sink_name={name} master=room {one} master_channel_map={place}")
    for name in (DESK, MOUTH):
        place = _PLACES[f"{name}_in"]
        modules.append(f"module-remap-source source_name={name} master=room.monitor {one} master_channel_map={place}")
    with serving(folder, *modules) as pulse, ExitStack() as on:
        pulse.pactl("set-default-source", MOUTH)
        pulse.pactl("set-default-sink", OUT)
        room = Room(pulse)
        on.enter_context(room.recording())
        for seed, name in enumerate((MOUTH, DESK)):
            on.enter_context(pulse.speaking(name, noise(10.0, seed)))
        yield room
