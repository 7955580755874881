"""Where the samples go: the computer's sound device, a file, or nowhere. All three have the same verbs.

miniaudio keeps a thread that asks for a block every 10 ms and holds three of them, which is 30 ms of the 100 ms that a
stop may take. A lost device is noticed by silence from that thread: miniaudio's own notice is not reliable, and its
fall-back to a "null" device is avoided by naming the back ends.
"""

import struct
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import BinaryIO, Protocol

import miniaudio
import numpy as np

from vret.errors import VretError
from vret.sound.endpoints import Endpoint, backends
from vret.sound.form import BLOCK, RATE_HZ, Samples

BLOCK_MS = 1000 * BLOCK // RATE_HZ
BLOCKS_AHEAD = 3

Render = Callable[[int], Samples]


class SoundDeviceError(VretError):
    """No sound device can be opened; the message says what to look at."""


class Device(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def latency_ns(self) -> int:
        """From asking for a frame until it is played, as far as that is known."""
        ...

    def start(self, render: Render) -> None:
        """Ask `render` for samples from now on, in a thread of the device's."""
        ...

    def close(self) -> None: ...


class Speakers:
    """An output of the computer, None for its default. Raises SoundDeviceError when it does not open.

    miniaudio does not tell what the system adds to the blocks that it holds itself.
    """

    latency_ns = BLOCKS_AHEAD * BLOCK_MS * 1_000_000

    def __init__(self, output: Endpoint | None = None) -> None:
        self.output_name = "" if output is None else output.name
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=2,
                sample_rate=RATE_HZ,
                buffersize_msec=BLOCK_MS,
                callback_periods=BLOCKS_AHEAD,
                backends=backends() if output is None else [output.backend],
                device_id=None if output is None else output.device_id,
                app_name="vret",
            )
        except miniaudio.MiniaudioError as problem:
            opens = f"“{self.output_name}” does not open" if self.output_name else "no sound device opens"
            raise SoundDeviceError(
                f"{opens} ({problem.args[0]}): switch one on, or start with --sound none"
            ) from problem
        self.name = f"{self.output_name or 'default output'} ({self._device.backend})"

    def start(self, render: Render) -> None:
        asked = _asked(render)
        next(asked)
        try:
            self._device.start(asked)
        except miniaudio.MiniaudioError as problem:
            raise SoundDeviceError(f"the sound device does not start ({problem.args[0]}): try another") from problem

    def close(self) -> None:
        self._device.close()


def _asked(render: Render) -> Generator[Samples, int, None]:
    samples = np.zeros((0, 2), np.float32)
    while True:
        frames = yield samples
        samples = render(frames)


class Paced:
    """Takes a block every 10 ms by the clock and gives it to `keep`: for machines without sound, and for tests."""

    latency_ns = 0

    def __init__(self, name: str, keep: Callable[[Samples], None]) -> None:
        self.name = name
        self._keep = keep
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, render: Render) -> None:
        self._thread = threading.Thread(target=self._run, args=(render,), name="sound", daemon=True)
        self._thread.start()

    def _run(self, render: Render) -> None:
        period_s = BLOCK / RATE_HZ
        due_s = time.perf_counter()
        while not self._over.wait(max(0.0, due_s - time.perf_counter())):
            self._keep(render(BLOCK))
            due_s = max(due_s + period_s, time.perf_counter() - 10 * period_s)

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()


class Nowhere(Paced):
    def __init__(self) -> None:
        super().__init__("none", lambda samples: None)


class SoundFile(Paced):
    """A WAV file of 16 bit, at most an hour, whole after every second even if the process dies."""

    LIMIT_FRAMES = 3600 * RATE_HZ

    def __init__(self, path: Path) -> None:
        super().__init__(f"file {path}", self._write)
        self._file: BinaryIO = path.open("wb")
        self._frames = 0
        self._file.write(self._header())

    def _write(self, samples: Samples) -> None:
        if self._frames >= self.LIMIT_FRAMES:
            return
        self._file.write((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
        self._frames += len(samples)
        if self._frames % RATE_HZ < len(samples):
            self._settle()

    def _settle(self) -> None:
        self._file.seek(0)
        self._file.write(self._header())
        self._file.seek(0, 2)
        self._file.flush()

    def _header(self) -> bytes:
        size = self._frames * 4
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, RATE_HZ, 4 * RATE_HZ, 4, 16, b"data", size),
        )

    def close(self) -> None:
        super().close()
        self._settle()
        self._file.close()
