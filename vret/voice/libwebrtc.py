"""Chrome's WebRTC engine through `wrtc`: packet loss concealment, in-band FEC, RED and the video encoders are its own.

`wrtc` is beta and pinned; what it is asked here is what `tests/voice` holds against a real browser.
"""

import asyncio
from typing import Literal, Self

import webrtc

from vret.clock import now_ns
from vret.memory.audio import BLOCK, RATE_HZ
from vret.memory.call import CallAnswer, CallCandidate, CallOffered, CallState
from vret.memory.mirrored import Mirrored
from vret.voice.engine import EngineError, Extra, Listener, Quality
from vret.voice.fitting import fitted

BITS_PER_S = 32_000
_STATES = {
    "new": CallState.CONNECTING,
    "connecting": CallState.CONNECTING,
    "connected": CallState.CONNECTED,
    "disconnected": CallState.LOST,
    "failed": CallState.LOST,
    "closed": CallState.NONE,
}


class Libwebrtc:
    """Made by `start`."""

    def __init__(self, listener: Listener, certificate: webrtc.RTCCertificate) -> None:
        self._listener, self._certificate = listener, certificate
        self._call: _Call | None = None

    @classmethod
    async def start(cls, listener: Listener) -> Self:
        return cls(listener, await webrtc.RTCPeerConnection.generate_certificate("ECDSA"))

    @property
    def certificate(self) -> bytes:
        found = {print_.algorithm: print_.value for print_ in self._certificate.get_fingerprints()}
        return bytes.fromhex((found["sha-256"] or "").replace(":", ""))

    async def answer(self, offered: CallOffered) -> CallAnswer:
        try:
            if self._call is None or self._call.name != offered.offer.call:
                await self.end()
                self._call = _Call(offered, self._listener, self._certificate)
            return await self._call.answer(offered)
        except webrtc.RTCException as error:
            raise EngineError(f"the call cannot be answered: {error}") from error

    async def add(self, candidate: CallCandidate) -> None:
        if self._call is None or self._call.name != candidate.call:
            return
        try:
            await self._call.add(candidate)
        except webrtc.RTCException as error:
            raise EngineError(f"an address of the call cannot be used: {error}") from error

    async def speak(self, block: bytes) -> None:
        if self._call is not None:
            await self._call.speak(block)

    async def show(self, picture: Mirrored) -> None:
        if self._call is not None:
            await self._call.show(picture)

    async def share(self, block: bytes) -> None:
        if self._call is not None:
            await self._call.share(block)

    async def spend(self, extra: Extra, bits_per_s: int) -> None:
        if self._call is None:
            return
        try:
            await self._call.spend(extra, bits_per_s)
        except webrtc.RTCException as error:
            raise EngineError(f"{extra} cannot be bounded: {error}") from error

    async def watch(self, is_watched: bool) -> None:
        if self._call is not None:
            self._call.is_watched = is_watched

    async def quality(self) -> Quality:
        return Quality(0, 0, None, 0, 0) if self._call is None else await self._call.quality()

    async def end(self) -> None:
        if self._call is not None:
            call, self._call = self._call, None
            await call.end()


class _Call:
    """One RTCPeerConnection. After its end it tells nobody anything any more."""

    def __init__(self, offered: CallOffered, listener: Listener, certificate: webrtc.RTCCertificate) -> None:
        self.name = offered.offer.call
        self.is_watched = False
        self._listener = listener
        self._microphone = _Sound(channels=1)
        self._earshot: _Sound | None = None
        self._pictures: _Pictures | None = None
        self._extras: dict[Extra, webrtc.RTCRtpSender] = {}
        self._mid = ""
        self._taking: dict[str, asyncio.Task[None]] = {}
        self._is_over = False
        self._sends = False
        self._peer = webrtc.RTCPeerConnection(_configuration(offered, [certificate]))
        self._peer.on("icecandidate", self._found)
        self._peer.on("connectionstatechange", self._changed)
        self._peer.on("track", self._track)

    async def answer(self, offered: CallOffered) -> CallAnswer:
        if self._sends:
            self._peer.set_configuration(_configuration(offered, None))
        await self._peer.set_remote_description(webrtc.RTCSessionDescriptionInit(type="offer", sdp=offered.offer.sdp))
        voice = None if self._sends else self._peer.add_track(self._microphone.track)
        if voice is not None:
            self._take_places()
        self._sends = True
        await self._peer.set_local_description(await self._peer.create_answer())
        if voice is not None:
            self._mid = next(part.mid or "" for part in self._peer.get_transceivers() if part.sender == voice)
            await _bound(voice, BITS_PER_S, "high")
            for extra in self._extras:
                await self.spend(extra, 0)
        described = self._peer.local_description
        if described is None:
            raise EngineError("the call was ended while it was answered")
        return CallAnswer(call=self.name, sdp=described.sdp, number=offered.offer.number)

    async def add(self, candidate: CallCandidate) -> None:
        init = webrtc.RTCIceCandidateInit(candidate=candidate.candidate, sdp_mid=candidate.mid)
        await self._peer.add_ice_candidate(init)

    async def speak(self, block: bytes) -> None:
        await self._microphone.say(block)

    async def show(self, picture: Mirrored) -> None:
        if self._pictures is not None:
            await self._pictures.show(picture)

    async def share(self, block: bytes) -> None:
        if self._earshot is not None:
            await self._earshot.say(block)

    async def spend(self, extra: Extra, bits_per_s: int) -> None:
        if extra in self._extras:
            await _bound(self._extras[extra], bits_per_s, "very-low" if extra == "pictures" else "low")

    async def quality(self) -> Quality:
        packets = lost = played = concealed = 0
        round_trip_s = missed = open_bits_per_s = None
        stats = await self._peer.get_stats()
        for found in stats.values():
            match found:
                case webrtc.RTCInboundRtpStreamStats(kind="audio"):
                    packets, lost = found.packets_received or 0, found.packets_lost or 0
                    played, concealed = found.total_samples_received or 0, found.concealed_samples or 0
                case webrtc.RTCOutboundRtpStreamStats(kind="audio", mid=self._mid, remote_id=str(name)):
                    told = stats.get(name)
                    missed = told.fraction_lost if isinstance(told, webrtc.RTCRemoteInboundRtpStreamStats) else None
                case webrtc.RTCTransportStats(selected_candidate_pair_id=str(name)):
                    pair = stats.get(name)
                    if isinstance(pair, webrtc.RTCIceCandidatePairStats):
                        round_trip_s, open_bits_per_s = pair.current_round_trip_time, pair.available_outgoing_bitrate
        return Quality(
            packets,
            lost,
            None if round_trip_s is None else round(1000 * round_trip_s),
            played,
            concealed,
            None if missed is None else round(1000 * missed),
            None if open_bits_per_s is None else round(open_bits_per_s),
        )

    async def end(self) -> None:
        self._is_over = True
        for taking in self._taking.values():
            taking.cancel()
        await asyncio.gather(*self._taking.values(), return_exceptions=True)
        self._peer.close()

    def _take_places(self) -> None:
        """The offer's second place for sound is the earshot's, that for a picture the mirror's."""
        offered: list[str] = [part.receiver.track.kind for part in self._peer.get_transceivers()]
        if offered.count("audio") > 1:
            self._earshot = _Sound(channels=2)
            self._extras["earshot"] = self._peer.add_track(self._earshot.track)
        if "video" in offered:
            self._pictures = _Pictures()
            self._extras["pictures"] = self._peer.add_track(self._pictures.track)

    def _found(self, event: webrtc.RTCPeerConnectionIceEvent) -> None:
        if event.candidate is None or not event.candidate.candidate or self._is_over:
            return
        found = CallCandidate(call=self.name, candidate=event.candidate.candidate, mid=event.candidate.sdp_mid or "0")
        self._listener.found(found)

    def _changed(self, _event: webrtc.Event) -> None:
        if not self._is_over:
            self._listener.changed(_STATES[str(self._peer.connection_state)])

    def _track(self, event: webrtc.RTCTrackEvent) -> None:
        kind = str(event.track.kind)
        if kind not in self._taking:
            take = self._hear if kind == "audio" else self._see
            self._taking[kind] = asyncio.create_task(take(event.track))

    async def _hear(self, track: webrtc.MediaStreamTrack) -> None:
        processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
        async for heard in processor.readable:
            assert isinstance(heard, webrtc.AudioData), "an audio track carries sound"
            block = _mono(heard)
            if len(block) == 2 * BLOCK:
                self._listener.heard(block)

    async def _see(self, track: webrtc.MediaStreamTrack) -> None:
        """What nobody watches is let go as it is; of what comes faster than it is taken the newest is taken."""
        processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
        async for seen in processor.readable:
            assert isinstance(seen, webrtc.VideoFrame), "a video track carries pictures"
            if self.is_watched:
                width, height = seen.coded_width, seen.coded_height
                pixels = bytearray(4 * width * height)
                await seen.copy_to(pixels, webrtc.VideoFrameCopyToOptions(format="RGBA"))
                self._listener.seen(fitted(now_ns(), pixels, (width, height), seen.rotation))
            seen.close()


class _Sound:
    """A track of sound, block after block."""

    def __init__(self, channels: int) -> None:
        self.track = webrtc.MediaStreamTrackGenerator("audio")
        self._writer = self.track.writable.get_writer()
        self._channels, self._said = channels, 0

    async def say(self, block: bytes) -> None:
        init = webrtc.AudioDataInit(
            format="s16",
            sample_rate=RATE_HZ,
            number_of_frames=BLOCK,
            number_of_channels=self._channels,
            timestamp=self._said * 1_000_000 // RATE_HZ,
            data=block,
        )
        self._said += BLOCK
        await self._writer.write(webrtc.AudioData(init))


class _Pictures:
    """A track of pictures. What is short of bits loses pictures and never their size: the page's is fixed."""

    def __init__(self) -> None:
        self.track = webrtc.MediaStreamTrackGenerator("video")
        self._writer = self.track.writable.get_writer()

    async def show(self, picture: Mirrored) -> None:
        init = webrtc.VideoFrameBufferInit(
            format="RGBX",
            coded_width=picture.width,
            coded_height=picture.height,
            timestamp=picture.t_ns // 1000,
        )
        await self._writer.write(webrtc.VideoFrame(picture.rgba, init))


async def _bound(sender: webrtc.RTCRtpSender, bits_per_s: int, priority: Literal["very-low", "low", "high"]) -> None:
    """The most it sends, and how it stands to the other senders of the call."""
    parameters = sender.get_parameters()
    parameters.degradation_preference = "maintain-resolution"
    for encoding in parameters.encodings:
        encoding.active = bits_per_s > 0
        encoding.max_bitrate = bits_per_s or None
        encoding.priority = encoding.network_priority = priority
    await sender.set_parameters(parameters)


def _mono(heard: webrtc.AudioData) -> bytes:
    """What was decoded, as one channel; the other of two says the same."""
    channels = heard.number_of_channels
    samples = bytearray(2 * heard.number_of_frames * channels)
    heard.copy_to(samples, webrtc.AudioDataCopyToOptions(plane_index=0, format="s16"))
    heard.close()
    return bytes(samples) if channels == 1 else bytes(memoryview(samples).cast("h")[::channels])


def _configuration(offered: CallOffered, certificates: list[webrtc.RTCCertificate] | None) -> webrtc.RTCConfiguration:
    relay = offered.relay
    servers = (
        []
        if relay is None
        else [webrtc.RTCIceServer(urls=list(relay.urls), username=relay.username, credential=relay.credential)]
    )
    return webrtc.RTCConfiguration(
        ice_servers=servers,
        ice_transport_policy="all" if offered.direct else "relay",
        bundle_policy="max-bundle",
        certificates=certificates,
    )
