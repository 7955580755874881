"""A call as aiortc's examples make it, with the sound devices of miniaudio, for `benchmarks/voice.py`.

Standard input: one line of JSON with `sdp` (an offer), `urls`, `username` and `credential` of the relay. Standard
output: "ready", then the answer's `sdp`, then for each further line what was played so far: `frames`, and how many of
them were silence because nothing had come. What has come waits for 40 ms and for at most 200.
"""

import asyncio
import json
import sys
import threading
from fractions import Fraction

import miniaudio
import numpy as np
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, MediaStreamTrack
from av import AudioFrame
from av.audio.resampler import AudioResampler

RATE_HZ, SENT = 48_000, 960
BEGIN, MOST = RATE_HZ * 40 // 1000, RATE_HZ * 200 // 1000
DEVICE = {"sample_rate": RATE_HZ, "nchannels": 1, "buffersize_msec": 10, "backends": [miniaudio.Backend.PULSEAUDIO]}


class Microphone(AudioStreamTrack):
    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._blocks: asyncio.Queue[bytes] = asyncio.Queue()
        self._rest = b""
        self._sent = 0
        self._device = miniaudio.CaptureDevice(input_format=miniaudio.SampleFormat.SIGNED16, **DEVICE)
        heard = self._heard()
        next(heard)
        self._device.start(heard)

    def _heard(self):
        while True:
            block = yield
            self._loop.call_soon_threadsafe(self._blocks.put_nowait, bytes(block))

    async def recv(self) -> AudioFrame:
        while len(self._rest) < 2 * SENT:
            self._rest += await self._blocks.get()
        taken, self._rest = self._rest[: 2 * SENT], self._rest[2 * SENT :]
        frame = AudioFrame.from_ndarray(np.frombuffer(taken, "<i2").reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._sent, Fraction(1, RATE_HZ)
        self._sent += SENT
        return frame


class Ears:
    def __init__(self) -> None:
        self.frames = self.silent = 0
        self._waiting = bytearray()
        self._plays = False
        self._lock = threading.Lock()
        self._device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, callback_periods=3, **DEVICE
        )
        asked = self._asked()
        next(asked)
        self._device.start(asked)

    def take(self, samples: np.ndarray) -> None:
        with self._lock:
            self._waiting += samples.tobytes()
            del self._waiting[: -2 * MOST]

    def _asked(self):
        count = yield b""
        while True:
            with self._lock:
                self._plays = len(self._waiting) >= 2 * (1 if self._plays else BEGIN)
                taken = bytes(self._waiting[: 2 * count]) if self._plays else b""
                del self._waiting[: len(taken)]
            self.frames += count
            self.silent += count - len(taken) // 2
            count = yield taken.ljust(2 * count, b"\0")


async def hear(track: MediaStreamTrack, ears: Ears) -> None:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        for mono in resampler.resample(frame):
            ears.take(mono.to_ndarray().ravel())


def say(**content: object) -> None:
    print(json.dumps(content), flush=True)


async def main() -> None:
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    offered = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    server = RTCIceServer(offered["urls"], username=offered["username"], credential=offered["credential"])
    peer, ears = RTCPeerConnection(RTCConfiguration([server])), Ears()
    tasks = []
    peer.on("track", lambda track: tasks.append(asyncio.create_task(hear(track, ears))))
    await peer.setRemoteDescription(RTCSessionDescription(offered["sdp"], "offer"))
    peer.addTrack(Microphone())
    await peer.setLocalDescription(await peer.createAnswer())
    say(sdp=peer.localDescription.sdp)
    while await loop.run_in_executor(None, sys.stdin.readline):
        say(frames=ears.frames, silent=ears.silent)
    await peer.close()


asyncio.run(main())
