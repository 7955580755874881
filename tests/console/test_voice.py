"""Therapist and person hear each other: a real browser, relay, server and headset program, and known speech."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest

from tests.console.calling import Call, calling
from tests.end_to_end.rig import until
from tests.faults.measured import Measured
from tests.network import ELSEWHERE, FAR, NEAR, Conditions, Line, Network, two_networks
from tests.sound.pulse import NEEDED, Pulse, pulse_server, recording
from vret.core.effects import State, StateChanged
from vret.memory.call import VoiceStatus
from vret.recording.log import read_log
from vret.recording.record import Record

pytestmark = [
    pytest.mark.timeout(1500),
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in NEEDED), reason="needs PulseAudio: apt install pulseaudio"
    ),
]
VOICE = "vret.voice.process"
SINGLE_BYTES = 32_000 / 8 * 0.02
"""What a packet of 20 ms has at 32 kb/s."""
SLOW = Conditions(delay_ms=20)
LEFT_OVER_S = 0.5
"""For so long what came before the trouble may still be heard."""
BACK_S = 5.0
"""What the tests allow; docs/voice.md has what was measured, on machines with time to spare."""


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[tuple[Pulse, Pulse]]:
    """The person's devices, and the therapist's ears."""
    folder = tmp_path / "pulse"
    folder.mkdir()
    with pulse_server(folder, ("mouth", "Headset Microphone")) as pulse, ears_of(pulse) as ears:
        yield pulse, ears


@contextmanager
def ears_of(pulse: Pulse) -> Iterator[Pulse]:
    pulse.pactl("load-module", "module-null-sink", "sink_name=ears", "rate=48000")
    ears = Pulse(pulse.environment)
    with recording(ears, "ears"):
        yield ears


@pytest.mark.parametrize("way", [0, 1], ids=["UDP", "TCP"])
def test_voices_pass_through_the_relay_alone(
    chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse], way: int
) -> None:
    async def story() -> None:
        async with calling(tmp_path, chromium, *sound, ways=(way,)) as call:
            assert call.addresses(), "no address was told"
            assert all(" typ relay " in address for address in call.addresses()), call.addresses()
            await asyncio.sleep(2)
            counted = {found["id"]: found for found in await call.counted()}
            (pair,) = [found for found in counted.values() if found["type"] == "candidate-pair" and found["nominated"]]
            local, remote = counted[pair["localCandidateId"]], counted[pair["remoteCandidateId"]]
            assert (local["candidateType"], remote["candidateType"]) == ("relay", "relay")
            assert local["relayProtocol"] == ("udp", "tcp")[way]
            for direction, kind in (("inbound-rtp", "Received"), ("outbound-rtp", "Sent")):
                stream = await call.voice(direction)
                size = stream[f"bytes{kind}"] / stream[f"packets{kind}"]
                print(f"{direction}: {size:.0f} bytes a packet")
                assert size > SINGLE_BYTES, "every packet carries the one before it too"

    asyncio.run(story())


def test_a_server_that_dies_ends_no_call(chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse]) -> None:
    async def story() -> None:
        async with calling(tmp_path, chromium, *sound) as call:
            server = call.session.server
            server.kill()
            for _ in range(4):
                await call.both_hear("while the server is gone")
                await asyncio.sleep(1)
            server.start()
            await call.session.therapist.sees("A headset is waiting.")
            await call.both_hear("when the server is back")
            assert await call.calls() == 1
            _forgive(call, "WebSocket", "ERR_CONNECTION_REFUSED")

    asyncio.run(story())


def test_a_voice_process_that_dies_or_freezes_is_back_and_the_scene_goes_on(
    chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse], measured: Measured
) -> None:
    async def story() -> None:
        async with calling(tmp_path, chromium, *sound) as call:
            headset = call.session.headset
            await call.session.admit()
            for calls, (fault, blow) in enumerate((("killed", signal.SIGKILL), ("frozen", signal.SIGSTOP)), start=2):
                (struck,) = [pid for pid, name in headset.children().items() if name == VOICE]
                frames = headset.frame_number()
                began_s = time.monotonic()
                os.kill(struck, blow)
                await until(lambda: _voice(call) not in (None, struck), "another voice process")  # noqa: B023
                again_s = time.monotonic() - began_s
                await call.both_hear("after the voice process came back")
                back_s = time.monotonic() - began_s
                print(f"{blow.name}: another voice process after {again_s:.2f} s, both heard after {back_s:.2f} s")
                measured(f"voice_{fault}", back_s=back_s)
                assert await call.calls() == calls
                assert headset.frame_number() > frames
            await headset.close()
            (log,) = tmp_path.glob("headset/data/sessions/*/*.mcap")
            effects = [effect for entry in read_log(log) if isinstance(entry, Record) for effect in entry.effects]
            states = [effect.state for effect in effects if isinstance(effect, StateChanged)]
            assert State.CALM in states
            assert State.HELD not in states

    asyncio.run(story())


def _voice(call: Call) -> int | None:
    return next((pid for pid, name in call.session.headset.children().items() if name == VOICE), None)


async def _cut(seconds: float, line: Line, _far: Network) -> None:
    line.set(Conditions(is_cut=True))
    await asyncio.sleep(seconds)
    line.set(SLOW)


async def _move(line: Line, far: Network) -> None:
    """The person's computer is in another network, as when a laptop leaves its cable for the Wi-Fi."""
    line.readdress(far, FAR if far.address == ELSEWHERE else ELSEWHERE)


def test_voices_are_back_soon_after_a_cut_line_and_in_another_network(
    chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse], full: bool
) -> None:
    troubles: dict[str, Callable[[Line, Network], Awaitable[None]]] = {
        "cut for 8 s": partial(_cut, 8),
        "cut for 20 s": partial(_cut, 20),
        "another address": _move,
    }

    async def story() -> None:
        with two_networks() as (near, far, line):
            line.set(SLOW)
            async with calling(
                tmp_path, chromium, *sound, ways=(0,), near=near.within, far=far.within, address=NEAR
            ) as call:
                for _ in range(20 if full else 3):
                    for name, trouble in troubles.items():
                        await trouble(line, far)
                        began_s = time.monotonic()
                        await asyncio.sleep(LEFT_OVER_S)
                        await call.both_hear(f"after: {name}")
                        took_s = time.monotonic() - began_s
                        print(f"{name}: both heard after {took_s:.2f} s")
                        assert took_s < BACK_S
                assert await call.calls() == 1
                _forgive(call, "WebSocket", "ERR_", "Failed to load resource")

    asyncio.run(story())


def test_little_is_missing_where_packets_are_lost(chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse]) -> None:
    """Redundant Opus both ways: what is lost is in the next packet. Counted at either end, for what it hears.

    Packets that come late are concealed as well, and the voice process waits for its turn on a computer that is busy
    with tests, which a browser's sound does not; `benchmarks/voice.py` measures where there is time to spare.
    """

    async def story() -> None:
        with two_networks() as (near, far, line):
            line.set(SLOW)
            async with calling(
                tmp_path, chromium, *sound, ways=(0,), near=near.within, far=far.within, address=NEAR
            ) as call:
                for loss, concealed, in_headset in ((0.05, 0.005, 0.02), (0.15, 0.02, 0.05)):
                    line.set(Conditions(delay_ms=20, loss=loss))
                    for_therapist, for_person = await _concealed(call)
                    print(f"{loss:.0%} lost: {for_therapist:.2%} concealed, in the headset {for_person:.2%}")
                    assert for_therapist < concealed
                    assert for_person < in_headset

    asyncio.run(story())


async def _concealed(call: Call) -> tuple[float, float]:
    """The shares in 10 s from now on of what the therapist hears, and of what the person does."""
    first, headset = await call.voice(), []
    for _ in range(2):
        await asyncio.sleep(5)
        headset.append(_status(call))
    second = await call.voice()
    assert second["packetsLost"] > first["packetsLost"]
    assert all(status.lost_per_mille for status in headset)
    made_up, played = (second[name] - first[name] for name in ("concealedSamples", "totalSamplesReceived"))
    shares = [status.concealed_per_mille for status in headset if status.concealed_per_mille is not None]
    assert len(shares) == len(headset)
    return made_up / played, sum(shares) / 1000 / len(shares)


def _status(call: Call) -> VoiceStatus:
    """What the voice process tells of the last five seconds."""
    memory = call.session.headset.memory
    assert memory is not None
    told = memory.voice_status.read()
    assert told is not None
    return msgspec.msgpack.decode(told, type=VoiceStatus)


def _forgive(call: Call, *words: str) -> None:
    """The browser writes a line for each failed connection; those are what the test did."""
    complaints = call.session.therapist.complaints
    complaints[:] = [complaint for complaint in complaints if not any(word in complaint for word in words)]
