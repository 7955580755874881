"""A call for tests: the page's end of it as `wrtc` plays it, and tones to know either voice by."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import numpy as np
import numpy.typing as npt
import webrtc

from vret.clock import now_ns
from vret.memory.audio import BLOCK, RATE_HZ
from vret.memory.call import (
    CallAnswer,
    CallCandidate,
    CallEarshotGiven,
    CallMirrored,
    CallOffer,
    CallOffered,
    CallState,
    Relay,
)
from vret.memory.therapist_picture import TherapistPicture
from vret.voice.libwebrtc import Libwebrtc

WAIT_S = 20.0
PERSON_HZ, THERAPIST_HZ = 440.0, 700.0
AUDIBLE = 0.02


def tone(number: int, hertz: float) -> bytes:
    """The block of that number of a tone at a fifth of full scale."""
    turns = (number * BLOCK + np.arange(BLOCK)) * (hertz / RATE_HZ)
    return bytes((0.2 * 32767 * np.sin(2 * np.pi * turns)).astype("<i2"))


def loudness(blocks: Sequence[bytes], hertz: float) -> float:
    """The amplitude of a tone in what was heard, 0 to 1."""
    samples = np.frombuffer(b"".join(blocks), "<i2").astype(np.float64) / 32768
    if not len(samples):
        return 0.0
    wave = np.exp(-2j * np.pi * hertz / RATE_HZ * np.arange(len(samples)))
    return float(2 * np.abs(np.mean(samples * wave)))


async def until(reached: Callable[[], object], what: str) -> None:
    end_s = time.monotonic() + WAIT_S
    while not reached():
        assert time.monotonic() < end_s, f"waited {WAIT_S:.0f} s for {what}"
        await asyncio.sleep(0.01)


async def every_block(speak: Callable[[bytes], Awaitable[None]], hertz: float) -> None:
    """Speak for ever, a block every 10 ms by the clock."""
    began_s, number = time.monotonic(), 0
    while True:
        await speak(tone(number, hertz))
        number += 1
        await asyncio.sleep(max(0.0, began_s + number * BLOCK / RATE_HZ - time.monotonic()))


class Heard:
    """What the headset's end tells."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.pictures: list[TherapistPicture] = []
        self.candidates: list[CallCandidate] = []
        self.states: list[CallState] = []

    def heard(self, block: bytes) -> None:
        self.blocks.append(block)

    def seen(self, picture: TherapistPicture) -> None:
        self.pictures.append(picture)

    def found(self, candidate: CallCandidate) -> None:
        self.candidates.append(candidate)

    def changed(self, state: CallState) -> None:
        self.states.append(state)


class Page:
    """The page's end: it offers.

    With `watches` it has a place for pictures, and `pictures` are those that came; with `listens` one for what the
    person hears, and `earshot` are its blocks, (frames, 2) each.
    With `films` the place for pictures is for its camera's too (`film`), which wait for `start_filming`.
    """

    def __init__(
        self,
        name: str,
        *,
        relay: Relay | None = None,
        direct: bool = True,
        watches: bool = False,
        listens: bool = False,
        films: bool = False,
    ) -> None:
        self.name, self._relay, self._direct = name, relay, direct
        self.blocks: list[bytes] = []
        self.candidates: list[CallCandidate] = []
        self.pictures: list[npt.NDArray[np.uint8]] = []
        self.mirrored: list[CallMirrored] = []
        self.earshot: list[npt.NDArray[np.int16]] = []
        self.given: list[CallEarshotGiven] = []
        self._offers = 0
        self._microphone = webrtc.MediaStreamTrackGenerator("audio")
        self._writer = self._microphone.writable.get_writer()
        servers = []
        if relay is not None:
            servers = [webrtc.RTCIceServer(list(relay.urls), username=relay.username, credential=relay.credential)]
        self.peer = webrtc.RTCPeerConnection(
            webrtc.RTCConfiguration(servers, ice_transport_policy="all" if direct else "relay")
        )
        self.peer.add_track(self._microphone)
        if listens:
            self.peer.add_transceiver("audio", webrtc.RTCRtpTransceiverInit(direction="recvonly"))
        self._camera = webrtc.MediaStreamTrackGenerator("video")
        self._films = self._camera.writable.get_writer()
        self._place: webrtc.RTCRtpTransceiver | None = None
        if watches or films:
            how = webrtc.RTCRtpTransceiverInit(direction="sendrecv" if films else "recvonly")
            place = self._place = self.peer.add_transceiver("video", how)
            known = webrtc.RTCRtpReceiver.get_capabilities("video")
            assert known is not None
            place.set_codec_preferences(sorted(known.codecs, key=lambda codec: codec.mime_type != "video/VP8"))
        self.peer.on("icecandidate", self._found)
        self.peer.on("track", self._track)
        self._tasks: set[asyncio.Task[None]] = set()

    def _found(self, event: webrtc.RTCPeerConnectionIceEvent) -> None:
        if event.candidate is not None and event.candidate.candidate:
            found = event.candidate
            self.candidates.append(CallCandidate(call=self.name, candidate=found.candidate, mid=found.sdp_mid or "0"))

    def _track(self, event: webrtc.RTCTrackEvent) -> None:
        is_voice = event.transceiver == self.peer.get_transceivers()[0]
        take = self._see if event.track.kind == "video" else self._hear if is_voice else self._overhear
        self._tasks.add(asyncio.create_task(take(event.track)))

    async def _hear(self, track: webrtc.MediaStreamTrack) -> None:
        async for samples in _samples(track):
            self.blocks.append(samples[:, 0].tobytes())

    async def _overhear(self, track: webrtc.MediaStreamTrack) -> None:
        async for samples in _samples(track):
            self.earshot.append(samples)

    async def _see(self, track: webrtc.MediaStreamTrack) -> None:
        processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
        async for seen in processor.readable:
            assert isinstance(seen, webrtc.VideoFrame)
            size = seen.coded_height, seen.coded_width
            pixels = bytearray(4 * size[0] * size[1])
            await seen.copy_to(pixels, webrtc.VideoFrameCopyToOptions(format="RGBA"))
            seen.close()
            self.pictures.append(np.frombuffer(pixels, np.uint8).reshape(*size, 4)[..., :3])

    async def speak(self, block: bytes) -> None:
        init = webrtc.AudioDataInit("s16", RATE_HZ, BLOCK, 1, 0, block)
        await self._writer.write(webrtc.AudioData(init))

    async def start_filming(self) -> None:
        assert self._place is not None
        await self._place.sender.replace_track(self._camera)

    async def film(self, picture: npt.NDArray[np.uint8]) -> None:
        """A picture of the therapist's camera, (height, width, 3)."""
        height, width = picture.shape[:2]
        rgbx = np.concatenate([picture, np.full((height, width, 1), 255, np.uint8)], axis=2)
        init = webrtc.VideoFrameBufferInit("RGBX", width, height, now_ns() // 1000)
        await self._films.write(webrtc.VideoFrame(rgbx.tobytes(), init))

    async def offer(self, *, restart: bool = False) -> CallOffered:
        options = webrtc.RTCOfferOptions(ice_restart=restart)
        offered = await self.peer.create_offer(options)
        stereo = re.sub(r"(useinbandfec=1)", r"\1;stereo=1", offered.sdp)
        await self.peer.set_local_description(webrtc.RTCSessionDescriptionInit("offer", stereo))
        described = self.peer.local_description
        assert described is not None
        self._offers += 1
        offer = CallOffer(call=self.name, sdp=described.sdp, number=self._offers)
        return CallOffered(offer=offer, relay=self._relay, direct=self._direct)

    async def take(self, answer: CallAnswer) -> None:
        assert answer.number == self._offers
        await self.peer.set_remote_description(webrtc.RTCSessionDescriptionInit("answer", answer.sdp))

    async def add(self, candidate: CallCandidate) -> None:
        await self.peer.add_ice_candidate(webrtc.RTCIceCandidateInit(candidate.candidate, candidate.mid))

    async def call(self, engine: Libwebrtc, heard: Heard, *, restart: bool = False) -> CallAnswer:
        """Offer, take the answer, and hand over the addresses of both as they come."""
        answer = await engine.answer(await self.offer(restart=restart))
        await self.take(answer)
        if not restart:
            self._tasks.add(asyncio.create_task(self._exchange(engine, heard)))
        return answer

    async def _exchange(self, engine: Libwebrtc, heard: Heard) -> None:
        while True:
            while self.candidates:
                await engine.add(self.candidates.pop(0))
            for found in [found for found in heard.candidates if found.call == self.name]:
                heard.candidates.remove(found)
                await self.add(found)
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.peer.close()


async def _samples(track: webrtc.MediaStreamTrack) -> AsyncIterator[npt.NDArray[np.int16]]:
    """What comes, (frames, channels)."""
    processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
    async for heard in processor.readable:
        assert isinstance(heard, webrtc.AudioData)
        channels = heard.number_of_channels
        samples = bytearray(2 * heard.number_of_frames * channels)
        heard.copy_to(samples, webrtc.AudioDataCopyToOptions(plane_index=0, format="s16"))
        heard.close()
        yield np.frombuffer(samples, "<i2").reshape(-1, channels)
