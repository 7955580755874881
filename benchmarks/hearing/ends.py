"""The two ends of a call under measurement: vret's, or a plain aiortc client's; the other is always Chromium.

Both go by the same relay and line, with the same devices, and the page asks the browser for the same microphone.
"""

import asyncio
import json
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec
import psutil

from benchmarks.hearing.room import DESK, Room
from benchmarks.peers import PEERS, Peer, python_of
from tests.console.calling import BROWSER, COUNTED, VOICE_MID, WATCH, Call, browser_in, calling
from tests.network import NEAR, Network
from tests.server.coturn import Coturn
from vret.clock import now_ns
from vret.memory.call import VoiceStatus
from vret.paths import CALM_SCENE, data_file

AIORTC = Peer("aiortc", "with_aiortc.py", installs=("numpy==2.4.6", "aiortc==1.16.0", "miniaudio==1.71"))
TELLS_OF_S = 4.5
"""What a status of the voice process sums up."""
OFFERED = """() => {
    const set = RTCPeerConnection.prototype.setLocalDescription;
    RTCPeerConnection.prototype.setLocalDescription = function (...how) {
        window.offeredMs ??= performance.timeOrigin + performance.now();
        return set.apply(this, how);
    };
}"""
_PAGE = "https://call.example/"
_OFFER = """async relay => {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const [track] = (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks();
    const peer = (window.peer = new RTCPeerConnection({ iceServers: [relay], iceTransportPolicy: "relay" }));
    peer.addTrack(track);
    const ear = (window.ear = new Audio());
    peer.ontrack = ({ track }) => { ear.srcObject = new MediaStream([track]); ear.play(); };
    const gathered = new Promise(done => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
    });
    await peer.setLocalDescription();
    await gathered;
    return peer.localDescription.sdp;
}"""


class Ends(Protocol):
    """`page` is Chromium's; `process` is where the call is on the person's computer."""

    title: str

    @property
    def page(self) -> Any: ...

    @property
    def process(self) -> psutil.Process:
        """Raises BrokenOffError where there is none just now."""
        ...

    async def concealed(self, seconds: float) -> float:
        """The share of what the person hears in this time that had not come, from now on."""
        ...

    async def again(self) -> int:
        """Another call, both speaking or not; the time of its offer, `vret.clock` ns."""
        ...


class BrokenOffError(Exception):
    """There is no call any more, or another one."""


async def missed(page: Any) -> tuple[float, float]:
    """How many samples the browser made up, and how many it played. Raises BrokenOffError."""
    counted = await page.evaluate(COUNTED)
    found = [found for found in counted if (found["type"], found.get("mid")) == ("inbound-rtp", VOICE_MID)]
    if len(found) != 1:
        raise BrokenOffError(f"{len(found)} calls")
    return found[0]["concealedSamples"], found[0]["totalSamplesReceived"]


async def offered_ns(page: Any) -> int:
    """When the page made its first offer."""
    while (told_ms := await page.evaluate("window.offeredMs ?? null")) is None:
        await asyncio.sleep(0.02)
    ago_ms = await page.evaluate("performance.timeOrigin + performance.now()") - told_ms
    return now_ns() - int(ago_ms * 1e6)


class Ours:
    title = "vret"

    def __init__(self, call: Call) -> None:
        self.call = call

    @property
    def process(self) -> psutil.Process:
        found = [pid for pid, name in self.call.session.headset.children().items() if name == "vret.voice.process"]
        if not found:
            raise BrokenOffError("no voice process")
        return psutil.Process(found[0])

    @property
    def page(self) -> Any:
        return self.call.page

    async def concealed(self, seconds: float) -> float:
        shares = []
        for _ in range(round(seconds / TELLS_OF_S)):
            await asyncio.sleep(TELLS_OF_S)
            memory = self.call.session.headset.memory
            assert memory is not None
            told = msgspec.msgpack.decode(memory.voice_status.read() or b"", type=VoiceStatus)
            shares.append((told.concealed_per_mille or 0) / 1000)
        return sum(shares) / len(shares)

    async def again(self) -> int:
        await self.page.reload()
        return await offered_ns(self.page)


def in_a_silent_room(folder: Path, within: Sequence[str]) -> list[str]:
    """What goes before the headset program: its calm room sounds of nothing, as around aiortc's client.

    Over the room's own tone speech that is not harmed at all scores 3.1 to 3.6 (PESQ-WB).
    """
    scene = data_file("scenes") / CALM_SCENE / "scene.toml"
    silent, changed = re.subn(r"(?m)^bed_gain_db = .*$", "bed_gain_db = -90", scene.read_text())
    assert changed == 1, f"{scene} has no bed to turn down"
    turned_down = folder / "calm.toml"
    turned_down.write_text(silent)
    return [*within, "unshare", "--mount", "sh", "-c", f'mount --bind {turned_down} {scene} && exec "$@"', "sh"]


@asynccontextmanager
async def ours(room: Room, chromium: str, near: Network, far: Network) -> AsyncIterator[Ours]:
    with tempfile.TemporaryDirectory() as name:
        async with calling(
            Path(name),
            chromium,
            room.pulse,
            room.ears,
            ways=(0,),
            near=near.within,
            far=in_a_silent_room(Path(name), far.within),
            address=NEAR,
            desk=DESK,
        ) as call:
            call.hush()
            await call.page.add_init_script(f"({OFFERED})()")
            yield Ours(call)


class Aiortc:
    title = "aiortc"

    def __init__(self, page: Any, coturn: Coturn, room: Room, far: Network) -> None:
        self.page = page
        self._coturn, self._room, self._far = coturn, room, far
        self._program: subprocess.Popen[str] | None = None

    async def again(self) -> int:
        self.close()
        environment = {**self._room.pulse.environment, "PULSE_SINK": "out", "PULSE_SOURCE": "mouth"}
        command = [*self._far.within, "env", *(f"{name}={value}" for name, value in environment.items())]
        program = subprocess.Popen(
            [*command, python_of(AIORTC), str(PEERS / AIORTC.program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._program = program
        assert program.stdout is not None
        assert await asyncio.to_thread(program.stdout.readline) == "ready\n"
        await self.page.goto(_PAGE)
        minted = self._coturn.turn.mint("s-1")
        relay = {"urls": self._coturn.urls[0], "username": minted.username, "credential": minted.credential}
        answered = await self._ask({"sdp": await self.page.evaluate(_OFFER, relay), **relay})
        await self.page.evaluate("sdp => window.peer.setRemoteDescription({ type: 'answer', sdp })", answered["sdp"])
        return await offered_ns(self.page)

    @property
    def process(self) -> psutil.Process:
        assert self._program is not None
        return psutil.Process(self._program.pid)

    async def concealed(self, seconds: float) -> float:
        first = await self._ask({})
        await asyncio.sleep(seconds)
        second = await self._ask({})
        return float((second["silent"] - first["silent"]) / (second["frames"] - first["frames"]))

    def close(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program.communicate()

    async def _ask(self, content: dict[str, Any]) -> dict[str, Any]:
        assert self._program is not None
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(content) + "\n")
        self._program.stdin.flush()
        return dict(json.loads(await asyncio.to_thread(self._program.stdout.readline)))


@asynccontextmanager
async def aiortc(room: Room, chromium: str, near: Network, far: Network) -> AsyncIterator[Aiortc]:
    """Raises MissingError where it cannot be installed."""
    from playwright.async_api import async_playwright

    python_of(AIORTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Coturn(folder, host=NEAR, within=near.within) as coturn:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=browser_in(folder, chromium, room.pulse, near.within, DESK),
                    ignore_default_args=["--mute-audio"],
                    args=list(BROWSER),
                )
                context = await browser.new_context(permissions=["microphone"])
                page = await context.new_page()
                await page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
                await page.add_init_script(f"({WATCH})();({OFFERED})()")
                ends = Aiortc(page, coturn, room, far)
                try:
                    await ends.again()
                    yield ends
                finally:
                    ends.close()
                    await browser.close()
