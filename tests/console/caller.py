"""The headset's end of a call, played: its keys are real, and another page of the browser is its voice process.

It speaks to the server as a headset does, so that the therapist's page, the server and all sound between them are real.
"""

import asyncio
import contextlib
from typing import Any, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.end_to_end.rig import until
from tests.server.people import Device, hello_of, report_message, snapshot
from tests.server.programs import ServerProgram
from vret.link.agreement import KEYS_KEPT, Agreed, Half, HeadsetSide, mac_of, verify
from vret.link.keyring import NO_CALL
from vret.link.signalling import CallReady, FromHeadset, from_page, signed
from vret.link.wire import (
    Challenge,
    Commitment,
    FromTherapist,
    HeadsetHalf,
    HeadsetSignal,
    Kept,
    PageSignal,
    PeerJoined,
    Proven,
    Relayed,
    Reveal,
    Role,
    ToHeadset,
)
from vret.memory.call import CallAnswer, CallCandidate, CallMuted, CallOffer, FromPage

_NONCE = bytes(32)
_REPORTS_S = 0.5
_ENGINE = """() => {
    let peer = null, call = null, last = Promise.resolve(), isSpeaking = true
    const answer = async ({ call: name, sdp }, ways) => {
        if (call !== name) {
            peer?.close()
            call = name
            peer = new RTCPeerConnection({ ...ways, bundlePolicy: "max-bundle" })
            peer.onicecandidate = ({ candidate }) => {
                if (!candidate?.candidate) return
                const { candidate: text, sdpMid } = candidate
                window.say(JSON.stringify({ type: "CallCandidate", call: name, candidate: text, mid: sdpMid }))
            }
        }
        await peer.setRemoteDescription({ type: "offer", sdp })
        const [transceiver] = peer.getTransceivers()
        transceiver.direction = "sendrecv"
        await transceiver.sender.replaceTrack(isSpeaking ? window.voice : null)
        await peer.setLocalDescription(await peer.createAnswer())
        window.say(JSON.stringify({ type: "CallAnswer", call, sdp: peer.localDescription.sdp }))
    }
    const take = async (said, ways) => {
        if (said.type === "CallOffer") await answer(said, ways)
        else if (said.call !== call) return
        else if (said.type === "CallCandidate")
            await peer.addIceCandidate({ candidate: said.candidate, sdpMid: said.mid })
        else if (said.type === "CallEnded") peer.close()
    }
    window.take = (text, ways) => (last = last.then(() => take(JSON.parse(text), ways)))
    window.speak = async speaks => {
        isSpeaking = speaks
        await peer.getTransceivers()[0].sender.replaceTrack(speaks ? window.voice : null)
    }
    window.packets = async () => {
        const stats = [...(await peer.getStats()).values()]
        return stats.find(({ type, kind }) => type === "inbound-rtp" && kind === "audio")?.packetsReceived ?? 0
    }
    window.pictures = async () => {
        const stats = [...(await peer.getStats()).values()]
        const seen = stats.find(({ type, kind }) => type === "inbound-rtp" && kind === "video")
        return [seen?.framesDecoded ?? 0, seen?.frameWidth ?? 0, seen?.frameHeight ?? 0]
    }
    const context = new AudioContext()
    const [tone, out] = [new OscillatorNode(context), new MediaStreamAudioDestinationNode(context)]
    tone.connect(out)
    tone.start()
    window.voice = out.stream.getAudioTracks()[0]
}"""


class Caller:
    """A context manager: has redeemed the code and challenges a console that joins; `ready` says that it takes offers.

    `said` is what the page has said in the call. What comes with a wrong MAC fails the test.
    """

    def __init__(self, server: ServerProgram, context: Any, code: str) -> None:
        self._server, self._context, self._code = server, context, code
        self.said: list[FromPage] = []
        self.page: Any = None
        self.peer = ""
        self.keys: Agreed | None = None
        self._ways: dict[str, object] = {}

    async def __aenter__(self) -> Self:
        device = await asyncio.to_thread(Device, self._server, self._code)
        self._session_id, self._http = device.session_id, device.http
        self._side = HeadsetSide(device.session_id, NO_CALL)
        self.page = await self._context.new_page()
        await self.page.goto(f"{self._server.url}/api/health")
        await self.page.expose_function("say", self._say_text)
        await self.page.locator("body").click()  # a browser makes no sound for a page that nobody has touched
        await self.page.evaluate(_ENGINE)
        self._socket: ClientConnection = await connect(
            f"{self._server.socket_url}/ws/headset",
            additional_headers={"Authorization": f"Bearer {device.token}"},
            compression=None,
            proxy=None,
        )
        await self._send(hello_of(Role.HEADSET))
        self._reading = asyncio.create_task(self._read())
        self._reporting = asyncio.create_task(self._report())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._reporting.cancel()
        await self._socket.close()
        await self._reading
        await self.page.close()

    async def ready(self, run: str, *, takes_camera: bool = False) -> None:
        await until(lambda: self.keys, "keys")
        await self.says(CallReady(run=run, takes_camera=takes_camera))

    async def says(self, signal: FromHeadset) -> None:
        assert self.keys is not None
        content, mac = signed(signal, self.keys.reports_key)
        await self.says_as(content, mac)

    async def says_as(self, content: str, mac: bytes) -> None:
        await self._send(HeadsetSignal(peer=self.peer, content=content, mac=mac))

    async def speak(self, is_speaking: bool) -> None:
        await self.page.evaluate("speaks => window.speak(speaks)", is_speaking)

    async def hears(self) -> None:
        """Waits until sound comes from the therapist."""
        before = await self.page.evaluate("window.packets()")
        while await self.page.evaluate("window.packets()") <= before + 10:
            await asyncio.sleep(0.05)

    async def seen(self) -> tuple[int, int, int]:
        """How many pictures of the therapist's camera have come, and how wide and high the newest is."""
        count, width, height = await self.page.evaluate("window.pictures()")
        return count, width, height

    @property
    def offers(self) -> list[CallOffer]:
        return [said for said in self.said if isinstance(said, CallOffer)]

    @property
    def addresses(self) -> list[str]:
        """All at which the page said that it may be reached."""
        told = [said.candidate for said in self.said if isinstance(said, CallCandidate)]
        lines = [line for offer in self.offers for line in offer.sdp.splitlines()]
        return [*told, *(line for line in lines if line.startswith("a=candidate:"))]

    @property
    def is_muted(self) -> bool | None:
        """What the page said last of the therapist's microphone."""
        told = [said.is_muted for said in self.said if isinstance(said, CallMuted)]
        return told[-1] if told else None

    async def _report(self) -> None:
        """A headset that is not heard of for seconds is called anew."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._send(report_message(0))
                await asyncio.sleep(_REPORTS_S)

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in self._socket:
                match msgspec.json.decode(data, type=ToHeadset):
                    case PeerJoined(role=Role.THERAPIST, peer=peer):
                        await self._send(snapshot(self._session_id, 0))
                        await self._send(report_message(0))
                        await self._send(Challenge(peer=peer, nonce=_NONCE))
                    case Relayed(sender=sender, message=message):
                        await self._take(sender, msgspec.json.decode(message, type=FromTherapist))

    async def _take(self, sender: str, message: FromTherapist) -> None:
        match message:
            case Commitment():
                half = self._side.answer(message.digest)
                await self._send(HeadsetHalf(peer=sender, key=half.key, certificate=half.certificate))
            case Reveal():
                self.keys = self._side.agree(Half(message.key, message.certificate))
                self.peer = sender
                await self._send(Proven(peer=sender, proof=self.keys.proof_of_headset))
            case Kept():
                assert self.keys is not None
                verify(mac_of(self.keys.commands_key, KEYS_KEPT, _NONCE), message.mac)
                self.peer = sender
                await self._send(Proven(peer=sender, proof=self.keys.proof_of_headset))
            case PageSignal():
                assert self.keys is not None
                said = from_page(message.content, message.mac, self.keys.commands_key)
                self.said.append(said)
                if isinstance(said, CallOffer):
                    self._ways = await asyncio.to_thread(self._ask_ways)
                taken = [message.content, self._ways]
                await self.page.evaluate("([text, ways]) => void window.take(text, ways)", taken)

    def _ask_ways(self) -> dict[str, object]:
        body = self._http.post(f"/api/sessions/{self._session_id}/turn").json()
        turn = body["turn"]
        servers = [] if turn is None else [{name: turn[name] for name in ("urls", "username", "credential")}]
        return {"iceServers": servers, "iceTransportPolicy": "all" if body["direct"] else "relay"}

    async def _say_text(self, text: str) -> None:
        await self.says(msgspec.json.decode(text, type=CallAnswer | CallCandidate))

    async def _send(self, message: msgspec.Struct) -> None:
        await self._socket.send(msgspec.json.encode(message).decode())
