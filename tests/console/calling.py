"""A call between the page in a real browser and the headset program, with known speech at both microphones.

Therapist and person say tones with gaps that only they have, over a little noise as every microphone has it: tones, so
that what is heard can be told from everything else; gaps, since a suppressor of noise takes a lasting tone for noise.
"""

import asyncio
import contextlib
import json
import re
import stat
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tests.console.driving import Session, prepare
from tests.end_to_end.rig import until
from tests.server.coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from tests.server.programs import ServerProgram
from tests.sound.pulse import Pulse
from vret.clock import now_ns
from vret.sound.form import RATE_HZ, Samples

PERSON_HZ, THERAPIST_HZ = 523.0, 880.0
_HEARD, _AUDIBLE = 100.0, 1.0
_WINDOW = RATE_HZ // 5
_LISTENS_NS, _LISTENS_PIECES = 400_000_000, 400
VOICE_MID, EARSHOT_MID = "0", "1"
"""The places of both voices and of what the person hears in the page's offer."""
BROWSER = ("--no-sandbox", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required")
"""With what the browser starts: nobody is there to let the page use a microphone."""
WATCH = """() => {
    const Browsers = RTCPeerConnection;
    window.calls = [];
    window.RTCPeerConnection = class extends Browsers {
        constructor(...how) { super(...how); window.calls.push(this); }
    };
}"""
"""Keeps what the page opens, so that a test can ask it what it counts; Chromium tells nobody else."""

COUNTED = """async () => {
    const counted = [];
    for (const call of window.calls.filter(({ connectionState }) => connectionState !== "closed"))
        for (const found of (await call.getStats()).values()) counted.push(found);
    return counted;
}"""


def saying(hertz: float, seconds: float = 8.0) -> Samples:
    """Half a second of tone, rising and falling in 0.1 s, then 0.3 s of almost nothing, and again, (frames,)."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    place_s = time_s % 0.8
    shape = np.clip(np.minimum(place_s, 0.5 - place_s) / 0.1, 0.0, 1.0)
    noise = np.random.default_rng(0).normal(0.0, 1e-3, len(time_s))
    said: Samples = (0.3 * shape * np.sin(2 * np.pi * hertz * time_s) + noise).astype(np.float32)
    return said


def is_heard(samples: Samples, hertz: float) -> bool:
    """Whether the tone stands out in a fifth of a second."""
    if len(samples) < _WINDOW:
        return False
    power = np.abs(np.fft.rfft(samples[-_WINDOW:] * np.hanning(_WINDOW))) ** 2
    at = round(hertz * _WINDOW / RATE_HZ)
    loudest, around = power[at - 1 : at + 2].max(), np.median(power[at // 2 : 2 * at])
    return bool(loudest > max(_HEARD * around, _AUDIBLE))


def write_wave(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


class Call:
    """A session with a call in it. `pulse` is where the headset program's ears and the therapist's are."""

    def __init__(
        self, session: Session, pulse: Pulse, ears: Pulse, said: list[str], voices: contextlib.ExitStack
    ) -> None:
        self.session, self.pulse, self.ears = session, pulse, ears
        self._wire, self._voices = said, voices

    @property
    def page(self) -> Any:
        return self.session.therapist.page

    async def counted(self) -> list[dict[str, Any]]:
        """What the browser counts of the calls that are open (W3C webrtc-stats)."""
        return list(await self.page.evaluate(COUNTED))

    async def voice(self, direction: str = "inbound-rtp") -> dict[str, Any]:
        """What the browser counts of either voice, which has the first place of the call."""
        (found,) = [
            found for found in await self.counted() if (found["type"], found.get("mid")) == (direction, VOICE_MID)
        ]
        return found

    async def calls(self) -> int:
        """How many the page has opened so far."""
        return int(await self.page.evaluate("window.calls.length"))

    async def therapist_hears(self, what: str) -> float:
        """Wait until the person is heard where the therapist's ears are; how many seconds that took."""
        return await _until_heard(self.ears, PERSON_HZ, f"the person, {what}")

    async def person_hears(self, what: str) -> float:
        return await _until_heard(self.pulse, THERAPIST_HZ, f"the therapist, {what}")

    async def both_hear(self, what: str) -> float:
        """From now on; the seconds until both did."""
        return max(await asyncio.gather(self.therapist_hears(what), self.person_hears(what)))

    def hush(self) -> None:
        """Nobody speaks any more, but who speaks from a file."""
        self._voices.close()

    def addresses(self) -> list[str]:
        """Every address of a call that went over the wire, in signals and in descriptions."""
        return [found for text in self._wire for found in re.findall(r"candidate:[^\\\"]+", text)]

    def asked(self) -> list[int]:
        """How many pictures a second the page has asked for, each time that it did."""
        said = [json.loads(text) for text in self._wire]
        return [signal["per_s"] for signal in said if signal["type"] == "CallMirror"]


async def _until_heard(pulse: Pulse, hertz: float, what: str) -> float:
    since_ns = now_ns()

    def heard() -> bool:
        newest_ns = max(since_ns, now_ns() - _LISTENS_NS)
        pieces = [piece for t_ns, piece in pulse.pieces[-_LISTENS_PIECES:] if t_ns > newest_ns]
        return bool(pieces) and is_heard(np.concatenate(pieces).mean(axis=1), hertz)

    await until(heard, what)
    return (now_ns() - since_ns) / 1e9


@contextlib.contextmanager
def _door(near: Sequence[str], address: str, port: int) -> Iterator[None]:
    command = [*near, sys.executable, "-m", "tests.door", address, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as door:
        assert door.stdout is not None
        assert door.stdout.readline() == "open\n"
        try:
            yield
        finally:
            door.terminate()


def browser_in(folder: Path, chromium: str, pulse: Pulse, within: Sequence[str], microphone: str = "") -> str:
    """A program that starts the browser where its ears, its microphone and its network are."""
    program = folder / "browser.sh"
    places = {**pulse.environment, "PULSE_SINK": "ears"} | ({"PULSE_SOURCE": microphone} if microphone else {})
    settings = " ".join(f"{name}='{value}'" for name, value in places.items() if name != "HOME")
    program.write_text(f'#!/bin/sh\nexport {settings}\nexec {" ".join(within)} {chromium} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@asynccontextmanager
async def calling(
    folder: Path,
    chromium: str,
    pulse: Pulse,
    ears: Pulse,
    *,
    ways: Sequence[int] = (0, 1, 2),
    near: Sequence[str] = (),
    far: Sequence[str] = (),
    address: str = "127.0.0.1",
    headset: Mapping[str, str] | None = None,
    desk: str = "",
) -> AsyncIterator[Call]:
    """Relay, server, browser and headset program, with the call up. `ways` are those of `Coturn.urls` that the server
    names. `near` and `far` go before the commands of the clinic's and the person's programs. `headset` is more of the
    headset program's environment. The therapist speaks from a file, or with `desk` into the microphone of that name."""
    from playwright.async_api import async_playwright

    more = LOOPBACK_MAY_BE_REACHED if address == "127.0.0.1" else ()
    async with contextlib.AsyncExitStack() as started:
        coturn = started.enter_context(Coturn(folder, more=more, host=address, within=near))
        urls = ",".join(coturn.urls[way] for way in ways)
        options = ("--turn-urls", urls, "--turn-secret-file", str(coturn.secret_file))
        server = ServerProgram(folder / "server", "", *options, within=near)
        server.data.mkdir()
        server.start()
        started.callback(server.stop)
        await asyncio.to_thread(prepare, server)
        if far:
            started.enter_context(_door(near, address, server.port))
        voices = started.enter_context(contextlib.ExitStack())
        voices.enter_context(pulse.speaking("mouth", saying(PERSON_HZ)))
        if desk:
            voices.enter_context(pulse.speaking(desk, saying(THERAPIST_HZ)))
        playwright = await started.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=browser_in(folder, chromium, pulse, near, desk),
            ignore_default_args=["--mute-audio"],
            args=[*BROWSER, *([] if desk else _from_file(folder))],
        )
        started.push_async_callback(browser.close)
        environment = {
            **{name: value for name, value in pulse.environment.items() if name != "HOME"},
            "PULSE_SINK": "out",
            "VRET_SOUND": "auto",
            "ALLOW_PLAIN_HTTP": "yes",
            **(headset or {}),
        }
        session = await started.enter_async_context(
            Session(
                server,
                browser,
                folder / "headset",
                environment=environment,
                within=far,
                headset_url=f"http://{address}:{server.port}",
            )
        )
        await session.context.grant_permissions(["microphone", "camera"], origin=server.url)
        wire: list[str] = []
        page = session.therapist.page
        await page.add_init_script(f"({WATCH})()")
        page.on("websocket", lambda socket: _keep(socket, wire))
        call = Call(session, pulse, ears, wire, voices)
        await session.sign_in()
        await session.plan()
        await session.gate()
        await session.join(await session.code())
        await call.both_hear("when the call begins")
        yield call
        assert session.therapist.complaints == []


def _from_file(folder: Path) -> list[str]:
    speech = write_wave(folder / "therapist.wav", saying(THERAPIST_HZ))
    return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={speech}"]


def _keep(socket: Any, wire: list[str]) -> None:
    def keep(frame: str | bytes) -> None:
        if isinstance(frame, str) and "Signal" in frame:
            wire.append(str(json.loads(frame)["content"]))

    socket.on("framesent", keep)
    socket.on("framereceived", keep)
