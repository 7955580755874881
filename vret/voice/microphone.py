"""The microphone, in blocks of 10 ms from a thread of the device's, and which of them is open.

A lost microphone is noticed by silence from its thread (`heard_ns`): the system does not always tell.
"""

from collections.abc import Callable, Generator

import miniaudio

from vret.clock import now_ns
from vret.errors import VretError
from vret.memory.audio import BLOCK, RATE_HZ
from vret.sound.endpoints import Endpoint, backends

BLOCK_MS = 1000 * BLOCK // RATE_HZ
_BYTES = 2 * BLOCK


class MicrophoneError(VretError):
    """No microphone can be opened; the message says what to look at."""


class Microphone:
    """`heard` is called in the device's thread with each block: BLOCK samples of one channel, signed 16 bit.

    Without an endpoint it is the computer's default. Raises MicrophoneError when it does not open.
    """

    def __init__(self, endpoint: Endpoint | None, heard: Callable[[bytes], None]) -> None:
        self.endpoint_name = "" if endpoint is None else endpoint.name
        self.heard_ns = now_ns()
        self._heard = heard
        try:
            self._device = miniaudio.CaptureDevice(
                input_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE_HZ,
                buffersize_msec=BLOCK_MS,
                backends=backends() if endpoint is None else [endpoint.backend],
                device_id=None if endpoint is None else endpoint.device_id,
                app_name="vret",
            )
            blocks = self._blocks()
            next(blocks)
            self._device.start(blocks)
        except miniaudio.MiniaudioError as problem:
            opens = f"“{self.endpoint_name}” does not open" if self.endpoint_name else "no microphone opens"
            raise MicrophoneError(
                f"{opens} ({problem.args[0]}): connect one and let this program use it, or take another with "
                "--microphone"
            ) from problem
        self.name = f"{self.endpoint_name or 'default microphone'} ({self._device.backend})"

    def close(self) -> None:
        self._device.close()

    def _blocks(self) -> Generator[None, bytes, None]:
        left = b""
        while True:
            left += yield
            self.heard_ns = now_ns()
            while len(left) >= _BYTES:
                block, left = left[:_BYTES], left[_BYTES:]
                self._heard(block)
