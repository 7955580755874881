"""The voice process, real, between a PulseAudio microphone, the shared memory and the other end of a call."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.sound.pulse import NEEDED, Pulse, pulse_server
from tests.sound.stage import CALM
from tests.voice.calls import AUDIBLE, THERAPIST_HZ, WAIT_S, Page, every_block, loudness, until
from tests.voice.test_speaking import babble
from vret.clock import now_ns
from vret.core.device import Device
from vret.memory.audio import Mixed, is_earshot_wished, push_mixed, spoken_of
from vret.memory.call import (
    CallAnswer,
    CallCamera,
    CallCandidate,
    CallEarshot,
    CallEarshotGiven,
    CallEnded,
    CallMirror,
    CallMirrored,
    CallMuted,
    CallOffer,
    CallOffered,
    CallState,
    FromVoice,
    ToVoice,
    VoiceStatus,
)
from vret.memory.config import ProgramConfig, write_config
from vret.memory.messages import FrameStatus, Shown, Speech
from vret.memory.mirrored import HEAD, WISH_NS, MirrorWish
from vret.memory.session import SessionMemory
from vret.memory.therapist_picture import TherapistPictures
from vret.settings import SoundChoice

pytestmark = pytest.mark.skipif(
    any(shutil.which(program) is None for program in NEEDED), reason="needs PulseAudio: apt install pulseaudio"
)
SPOKEN = babble(2, 5)
HIDDEN = msgspec.structs.replace(CALM, is_private=False)
INAUDIBLE = 0.001


class Voice:
    """The process and what it is given, as the supervisor and the link process would."""

    def __init__(self, memory: SessionMemory, process: "subprocess.Popen[bytes]") -> None:
        self.memory, self.process = memory, process

    @property
    def status(self) -> VoiceStatus | None:
        content = self.memory.voice_status.read()
        return None if content is None else msgspec.msgpack.decode(content, type=VoiceStatus)

    @property
    def microphone(self) -> str:
        return "" if self.status is None else self.status.microphone

    def tell(self, signal: ToVoice) -> None:
        self.memory.to_voice.push(msgspec.msgpack.encode(signal))

    def said(self) -> list[FromVoice]:
        messages = self.memory.from_voice.read()
        self.memory.from_voice.release(len(messages))
        return [msgspec.msgpack.decode(message, type=FromVoice) for message in messages]

    def heard(self) -> list[bytes]:
        """Blocks of the therapist's voice since the last time."""
        messages = self.memory.therapist_voice.read()
        self.memory.therapist_voice.release(len(messages))
        return [spoken.samples for message in messages if (spoken := spoken_of(message)) is not None]

    def show(self, shown: Shown) -> None:
        self.memory.shown.publish(msgspec.msgpack.encode(shown))

    def wear(self, headset: str) -> None:
        status = FrameStatus(now_ns(), 1, "", "", "", 0, device=Device(headset=headset))
        self.memory.frame_status.publish(msgspec.msgpack.encode(status))


@asynccontextmanager
async def running(
    folder: Path, environment: dict[str, str], sound: SoundChoice = "auto", microphone: str = ""
) -> AsyncIterator[Voice]:
    """A voice process that takes calls, ended at the end as the supervisor ends it."""
    memory = SessionMemory.create(folder / "memory")
    config = ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(folder), sound=sound, microphone=microphone)
    write_config(memory.folder, config)
    command = [sys.executable, "-m", "vret.voice.process", str(memory.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | environment) as process:
        voice = Voice(memory, process)
        try:
            await until(lambda: voice.status is not None and voice.status.certificate, "the voice process")
            yield voice
            memory.ask_to_close()
            assert process.wait(WAIT_S) == 0
        finally:
            process.kill()
    memory.remove()


@asynccontextmanager
async def call(
    voice: Voice, name: str = "c1", *, watches: bool = False, listens: bool = False, films: bool = False
) -> AsyncIterator[Page]:
    """A call that stands, with a therapist who speaks a tone."""
    page = Page(name, watches=watches, listens=listens, films=films)
    tasks = [asyncio.create_task(every_block(page.speak, THERAPIST_HZ))]
    try:
        voice.tell(await page.offer())
        tasks.append(asyncio.create_task(_exchange(voice, page)))
        await until(lambda: voice.status and voice.status.state is CallState.CONNECTED, "the call")
        yield page
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await page.close()


async def _exchange(voice: Voice, page: Page) -> None:
    """The answer comes before the addresses that belong to it."""
    is_answered = False
    while True:
        for signal in voice.said():
            match signal:
                case CallAnswer():
                    await page.take(signal)
                    is_answered = True
                case CallCandidate():
                    assert is_answered
                    await page.add(signal)
                case CallMirrored():
                    page.mirrored.append(signal)
                case CallEarshotGiven():
                    page.given.append(signal)
        while page.candidates:
            voice.tell(page.candidates.pop(0))
        await asyncio.sleep(0.01)


async def hears(blocks: list[bytes]) -> None:
    """Until somebody speaks in what comes from now on."""
    blocks.clear()
    await until(lambda: speech(blocks) > AUDIBLE, "the person's voice")


def speech(blocks: list[bytes]) -> float:
    samples = np.frombuffer(b"".join(blocks[-20:]), "<i2") / 32768
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    with pulse_server(tmp_path, ("desk", "Desk Microphone")) as server:
        yield server


def recorded_from(pulse: Pulse) -> str:
    """Who listens to which source."""
    return pulse.pactl("list", "short", "source-outputs").replace("parec", "")


def test_microphone_reaches_the_therapist_and_the_therapist_the_sound_process(pulse: Pulse, tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, pulse.environment) as voice, call(voice) as page:
            with pulse.speaking("desk", SPOKEN):
                await hears(page.blocks)
                await until(lambda: loudness(voice.heard()[-20:], THERAPIST_HZ) > AUDIBLE, "the therapist's voice")
                await until(lambda: level(voice) > AUDIBLE, "the level of the person's voice")
            assert voice.microphone == "default microphone (PulseAudio)"
            with pulse.speaking("desk", SPOKEN):
                await hears(page.blocks)
                voice.show(CALM)
                voice.show(HIDDEN)
                await until(lambda: speech(page.blocks) < INAUDIBLE, "silence")
                voice.memory.shown.publish(b"no frame")
                page.blocks.clear()
                await until(lambda: len(page.blocks) > 50, "half a second")
                assert speech(page.blocks) < INAUDIBLE
                assert level(voice) == 0.0
                voice.show(CALM)
                await hears(page.blocks)

    asyncio.run(story())


def level(voice: Voice) -> float:
    content = voice.memory.speech.read()
    return 0.0 if content is None else msgspec.msgpack.decode(content, type=Speech).level


def test_nothing_listens_but_during_a_call(pulse: Pulse, tmp_path: Path) -> None:
    async def story() -> None:
        listeners = recorded_from(pulse)
        async with running(tmp_path, pulse.environment) as voice:
            await asyncio.sleep(0.5)
            assert recorded_from(pulse) == listeners
            async with call(voice):
                await until(lambda: voice.microphone, "the microphone")
                assert recorded_from(pulse) != listeners
                voice.tell(CallEnded(call="c1"))
                await until(lambda: not voice.microphone, "its end")
                assert recorded_from(pulse) == listeners
                assert voice.status is not None
                assert voice.status.state is CallState.NONE

    asyncio.run(story())


def test_an_unplugged_microphone_is_replaced_within_two_seconds_and_preferred_when_it_is_back(
    pulse: Pulse, tmp_path: Path
) -> None:
    async def story() -> None:
        pulse.microphone("oculus", "Headset Microphone (Oculus Virtual Audio Device)")
        pulse.pactl("set-default-source", "desk")
        async with running(tmp_path, pulse.environment) as voice:
            voice.wear("Meta Quest 3")
            async with call(voice) as page:
                await until(lambda: "Oculus" in voice.microphone, "the headset's own microphone")
                pulse.unplug("oculus")
                unplugged_s = time.monotonic()
                await until(lambda: voice.microphone.startswith("default"), "another microphone")
                print(f"another microphone after {time.monotonic() - unplugged_s:.2f} s")
                assert time.monotonic() - unplugged_s < 2.0
                with pulse.speaking("desk", SPOKEN):
                    await hears(page.blocks)

    asyncio.run(story())


def test_a_microphone_that_is_not_there_is_named_with_those_that_are(pulse: Pulse, tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, pulse.environment, microphone="Megaphone") as voice, call(voice):
            await until(lambda: voice.microphone, "the microphone")
            assert voice.status is not None
            assert voice.status.message == (
                "No microphone here is called “Megaphone”; the default one listens. --microphone takes one of: "
                "Desk Microphone."
            )

    asyncio.run(story())


def test_a_computer_without_sound_is_heard_by_nobody_and_hears_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        nowhere = {"PULSE_SERVER": f"unix:{tmp_path / 'nothing'}"}
        for sound in ("none", "auto"):
            async with running(tmp_path / sound, nowhere, sound=sound) as voice, call(voice):
                await until(lambda: loudness(voice.heard()[-20:], THERAPIST_HZ) > AUDIBLE, "the therapist")
                assert voice.microphone == ""
                if sound == "auto":
                    await until(lambda: voice.status and "no microphone opens" in voice.status.message, "a word")

    (tmp_path / "none").mkdir()
    (tmp_path / "auto").mkdir()
    asyncio.run(story())


def test_what_the_page_says_of_the_call_is_in_the_status(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, {}, sound="none") as voice, call(voice):
            voice.tell(CallMuted(call="another", is_muted=True))
            voice.tell(CallMuted(call="c1", is_muted=True))
            await until(lambda: voice.status is not None and voice.status.therapist_muted, "the muting")
            await until(
                lambda: (
                    voice.status is not None
                    and voice.status.heard_ns is not None
                    and None not in (voice.status.lost_per_mille, voice.status.concealed_per_mille)
                    and voice.status.round_trip_ms is not None
                ),
                "the quality",
            )
            assert voice.status is not None
            assert now_ns() - (voice.status.heard_ns or 0) < 3_000_000_000
            voice.tell(CallEnded(call="another"))
            voice.tell(CallOffered(offer=CallOffer(call="c1", sdp="no offer"), relay=None, direct=True))
            before = voice.memory.voice_status.sequence
            await until(lambda: voice.memory.voice_status.sequence > before + 10, "the process to go on")
            assert voice.status.state is CallState.CONNECTED
            assert voice.process.poll() is None

    asyncio.run(story())


class Frames:
    """The frame process's end of the mirror: pictures as often as somebody wishes, brighter and brighter."""

    def __init__(self, memory: SessionMemory, late_ns: int = 0) -> None:
        self._memory, self._late_ns = memory, late_ns

    @property
    def per_s(self) -> int:
        """What is wished for now."""
        content = self._memory.mirror_wish.read()
        if content is None:
            return 0
        wish = msgspec.msgpack.decode(content, type=MirrorWish)
        return wish.per_s if now_ns() < wish.t_ns + WISH_NS else 0

    async def run(self) -> None:
        number = 0
        while True:
            if self.per_s:
                number += 1
                pixels = np.full((360, 640, 4), 40 + number % 150, np.uint8)
                head = HEAD.pack(now_ns() - self._late_ns, number, 640, 360)
                self._memory.mirror.publish(head + pixels.tobytes())
            await asyncio.sleep(1 / max(self.per_s, 15))


@asynccontextmanager
async def mirrored(voice: Voice, late_ns: int = 0) -> AsyncIterator[Frames]:
    frames = Frames(voice.memory, late_ns)
    running_on = asyncio.create_task(frames.run())
    try:
        yield frames
    finally:
        running_on.cancel()
        await asyncio.gather(running_on, return_exceptions=True)


def told(page: Page) -> list[tuple[int, int]]:
    return [(signal.asked_per_s, signal.per_s) for signal in page.mirrored if signal.call == page.name]


def test_what_the_person_sees_is_wished_for_while_the_therapist_watches_and_no_longer(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, {}, sound="none") as voice, mirrored(voice) as frames:
            async with call(voice, watches=True) as page:
                await asyncio.sleep(0.5)
                assert voice.memory.mirror.sequence == 0, "nobody has asked"
                voice.tell(CallMirror(call="another", per_s=15))
                voice.tell(CallMirror(call="c1", per_s=15))
                await until(lambda: len(page.pictures) > 10, "pictures")
                assert voice.memory.mirror_wish.sequence > 0
                assert frames.per_s == 15
                assert page.pictures[-1].shape == (360, 640, 3)
                voice.tell(CallMirror(call="c1", per_s=30))
                await until(lambda: frames.per_s == 30, "twice as many")
                voice.tell(CallMirror(call="c1", per_s=0))
                await until(lambda: frames.per_s == 0, "the end of the wish")
                await until(lambda: told(page) == [(15, 15), (30, 30), (0, 0)], "what is told")
                await asyncio.sleep(0.3)
                page.pictures.clear()
                published = voice.memory.mirror.sequence
                await asyncio.sleep(0.5)
                assert voice.memory.mirror.sequence == published
                assert not page.pictures
                voice.tell(CallMirror(call="c1", per_s=15))
                await until(lambda: len(page.pictures) > 3, "pictures again")
                voice.tell(CallEnded(call="c1"))
                await until(lambda: frames.per_s == 0, "the end of the wish with the call")
            async with call(voice, "c2", watches=True) as page:
                await asyncio.sleep(0.5)
                assert frames.per_s == 0, "a new call was not asked for anything yet"
                voice.tell(CallMirror(call="c2", per_s=15))
                await until(lambda: page.pictures, "pictures of the new call")

    asyncio.run(story())


def test_what_the_person_hears_is_wished_for_while_the_therapist_listens_and_silent_in_company(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, {}, sound="none") as voice:
            memory = voice.memory
            humming = asyncio.create_task(every_block(lambda block: _hum(memory, block), THERAPIST_HZ))
            async with call(voice, listens=True) as page:
                voice.tell(CallEarshot(call="another", is_wanted=True))
                await asyncio.sleep(0.5)
                assert memory.earshot_wish.sequence == 0, "nobody has asked"
                voice.tell(CallEarshot(call="c1", is_wanted=True))
                await until(lambda: hum(page) > AUDIBLE, "what the person hears")
                assert is_earshot_wished(memory.earshot_wish, now_ns())
                voice.show(HIDDEN)
                await until(lambda: hum(page) < INAUDIBLE, "silence while somebody is there")
                voice.show(CALM)
                await until(lambda: hum(page) > AUDIBLE, "what the person hears, alone again")
                voice.tell(CallEarshot(call="c1", is_wanted=False))
                await until(lambda: not is_earshot_wished(memory.earshot_wish, now_ns()), "the end of the wish")
                assert [(signal.is_wanted, signal.is_given) for signal in page.given] == [(True, True), (False, False)]
            humming.cancel()
            await asyncio.gather(humming, return_exceptions=True)

    asyncio.run(story())


async def _hum(memory: SessionMemory, block: bytes) -> None:
    both = np.repeat(np.frombuffer(block, "<i2"), 2).tobytes()
    push_mixed(memory.earshot, Mixed(now_ns(), 0, 0, both))


def hum(page: Page) -> float:
    return loudness([block[:, 0].tobytes() for block in page.earshot[-20:]], THERAPIST_HZ)


def test_a_page_that_is_gone_is_shown_nothing_any_more(tmp_path: Path) -> None:
    """No farewell: its line fell silent."""

    async def story() -> None:
        async with running(tmp_path, {}, sound="none") as voice, mirrored(voice) as frames:
            async with call(voice, watches=True) as page:
                voice.tell(CallMirror(call="c1", per_s=15))
                await until(lambda: page.pictures, "pictures")
            await until(lambda: frames.per_s == 0, "the end of the wish")
            assert voice.status is not None
            assert voice.status.call == "c1"

    asyncio.run(story())


def test_old_pictures_are_not_sent_as_if_they_were_of_now(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            running(tmp_path, {}, sound="none") as voice,
            mirrored(voice, late_ns=1_500_000_000),
            call(voice, watches=True) as page,
        ):
            voice.tell(CallMirror(call="c1", per_s=15))
            await until(lambda: voice.memory.mirror.sequence > 15, "pictures that are late")
            assert not page.pictures

    asyncio.run(story())


class Looking:
    """What headset and window see of the therapist's camera."""

    def __init__(self, memory: SessionMemory) -> None:
        self._pictures = TherapistPictures(memory.therapist_picture)

    def brightness(self) -> int | None:
        """Of the middle of the picture, None while there is none to be seen."""
        self._pictures.look()
        if not self._pictures.is_seen(now_ns()):
            return None
        width, height = self._pictures.size
        return self._pictures.rgba[4 * (height // 2 * width + width // 2)]


async def _film(page: Page) -> None:
    """For ever, ever brighter; a camera of twice the size that is shown."""
    await page.start_filming()
    number = 0
    while True:
        await page.film(np.full((480, 640, 3), 60 + number % 120, np.uint8))
        number += 1
        await asyncio.sleep(1 / 15)


def test_the_therapist_is_seen_while_their_camera_is_on_and_the_person_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, {}, sound="none") as voice:
            seen = Looking(voice.memory)
            async with call(voice, films=True) as page:
                filming = asyncio.create_task(_film(page))
                await asyncio.sleep(0.5)
                assert seen.brightness() is None, "nobody has said that it is on"
                voice.tell(CallCamera(call="another", is_on=True))
                voice.tell(CallCamera(call="c1", is_on=True))
                await until(lambda: seen.brightness(), "the therapist")
                assert seen._pictures.size == (320, 240)
                voice.show(HIDDEN)
                await until(lambda: seen.brightness() is None, "nothing, for somebody came in")
                published = voice.memory.therapist_picture.sequence
                await asyncio.sleep(0.3)
                assert voice.memory.therapist_picture.sequence == published
                voice.show(CALM)
                await until(lambda: seen.brightness(), "the therapist again")
                voice.tell(CallCamera(call="c1", is_on=False))
                await until(lambda: seen.brightness() is None, "nothing, for it is off")
                published = voice.memory.therapist_picture.sequence
                await asyncio.sleep(0.3)
                assert voice.memory.therapist_picture.sequence == published
                voice.tell(CallCamera(call="c1", is_on=True))
                await until(lambda: seen.brightness(), "the therapist once more")
                voice.tell(CallEnded(call="c1"))
                await until(lambda: seen.brightness() is None, "nothing, for the call has ended")
                filming.cancel()
            async with call(voice, "c2", films=True) as page:
                filming = asyncio.create_task(_film(page))
                await asyncio.sleep(0.5)
                assert seen.brightness() is None, "in a new call it is off"
                filming.cancel()

    asyncio.run(story())


def test_what_was_meant_for_a_process_before_is_not_answered(tmp_path: Path) -> None:
    async def story() -> None:
        memory = SessionMemory.create(tmp_path / "memory")
        memory.to_voice.push(msgspec.msgpack.encode(CallEnded(call="c0")))
        config = ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(tmp_path), sound="none")
        write_config(memory.folder, config)
        command = [sys.executable, "-m", "vret.voice.process", str(memory.folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            voice = Voice(memory, process)
            await until(lambda: voice.status is not None and voice.status.certificate, "the voice process")
            assert memory.to_voice.fill == 0.0
            memory.ask_to_close()
            assert process.wait(WAIT_S) == 0
        memory.remove()

    asyncio.run(story())
