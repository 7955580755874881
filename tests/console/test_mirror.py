"""The therapist sees what the person sees: a real browser, relay, server and headset program, and a line between."""

import asyncio
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.console.calling import EARSHOT_MID, Call, calling
from tests.console.canvas import Picture, shown_by
from tests.console.test_voice import ears_of
from tests.end_to_end.rig import until
from tests.network import NEAR, Conditions, two_networks
from tests.render.similarity import similarity
from tests.sound.pulse import NEEDED, Pulse, pulse_server
from vret.clock import now_ns
from vret.memory.mirrored import WISH_NS, MirrorWish, read_mirrored
from vret.memory.therapist_picture import TherapistPictures
from vret.render.mirror import DELAY

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in NEEDED), reason="needs PulseAudio: apt install pulseaudio"
    ),
]
ALIKE, OTHER = 0.9, 0.7
"""Structural similarity of the same picture after a codec, and at most that of another one."""
HEADSET = {"VIEW_WIDTH": "160", "VIEW_HEIGHT": "100", "FRAME_RATE_HZ": "30"}
LINE = Conditions(delay_ms=20)
NARROW = Conditions(delay_ms=20, bits_per_s=220_000)
PATIENCE_S = 60.0
VOICE_MISSES = 0.05
_COUNTED = "() => document.querySelector('.mirror video').getVideoPlaybackQuality().totalVideoFrames"


async def drawn(call: Call) -> Picture:
    """What the page shows, (height, width, 3)."""
    return await shown_by(call.page, ".mirror video")


def rendered(call: Call) -> Picture:
    """What the frame process gave out last."""
    memory = call.session.headset.memory
    assert memory is not None
    picture = read_mirrored(memory.mirror)
    assert picture is not None
    return np.frombuffer(picture.rgba, np.uint8).reshape(picture.height, picture.width, 4)[..., :3]


async def alike(call: Call) -> float:
    """Of a person who keeps still, as soon as the codec has sharpened what it sends."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        there, here = rendered(call), await drawn(call)
        found = similarity(there, here) if there.shape == here.shape else 0.0
        if found > ALIKE:
            return found
        assert time.monotonic() < end_s, f"a similarity of {found:.3f} at most, {here.shape} of {there.shape}"
        await asyncio.sleep(0.2)


def wished(call: Call) -> int:
    """How many pictures a second the frame process is asked for now."""
    memory = call.session.headset.memory
    assert memory is not None
    content = memory.mirror_wish.read()
    if content is None:
        return 0
    wish = msgspec.msgpack.decode(content, type=MirrorWish)
    return wish.per_s if now_ns() < wish.t_ns + WISH_NS else 0


async def until_wished(call: Call, per_s: set[int]) -> float:
    """The seconds that it took."""
    began_s = time.monotonic()
    while wished(call) not in per_s:
        assert time.monotonic() - began_s < PATIENCE_S, f"{wished(call)} pictures a second are wished for"
        await asyncio.sleep(0.02)
    return time.monotonic() - began_s


async def per_s(call: Call, seconds: float = 2.0) -> float:
    before, began_s = await call.page.evaluate(_COUNTED), time.monotonic()
    await asyncio.sleep(seconds)
    return float((await call.page.evaluate(_COUNTED) - before) / (time.monotonic() - began_s))


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[tuple[Pulse, Pulse]]:
    folder = tmp_path / "pulse"
    folder.mkdir()
    with pulse_server(folder, ("mouth", "Headset Microphone")) as pulse, ears_of(pulse) as ears:
        yield pulse, ears


def test_the_therapist_sees_what_the_person_sees_and_voice_goes_first(
    chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse]
) -> None:
    async def story() -> None:
        with two_networks() as (near, far, line):
            line.set(LINE)
            async with calling(
                tmp_path,
                chromium,
                *sound,
                ways=(0,),
                near=near.within,
                far=far.within,
                address=NEAR,
                headset=HEADSET,
            ) as call:
                assert wished(call) == 0, "the waiting room shows no picture"
                await call.session.admit()
                await _hears_what_the_person_hears(call)
                await _sees_the_therapist(call)
                await _matches(call)
                await _comes_as_often_as_chosen(call)
                await _stops_when_it_is_off(call)
                line.set(Conditions(is_cut=True))
                await _is_told_to_be_old(call)
                line.set(LINE)
                await _is_live(call)
                line.set(NARROW)
                await _yields_to_the_voice(call)

    asyncio.run(story())


async def _hears_what_the_person_hears(call: Call) -> None:
    """Without their own voice in it, and nothing before they ask."""
    assert not await _overheard(call)
    await call.page.get_by_role("button", name="Listen").click()
    await call.page.get_by_text("You hear it too: on").wait_for()
    end_s = time.monotonic() + PATIENCE_S
    while not await _overheard(call):
        assert time.monotonic() < end_s, "nothing of what the person hears came"
        await asyncio.sleep(0.2)
    await call.page.get_by_role("button", name="Listen").click()
    await call.page.get_by_text("You hear it too: off").wait_for()


async def _overheard(call: Call) -> float:
    """The energy of what came of it so far."""
    places = {found.get("mid"): found for found in await call.counted() if found["type"] == "inbound-rtp"}
    return float(places.get(EARSHOT_MID, {}).get("totalAudioEnergy", 0.0))


async def _sees_the_therapist(call: Call) -> None:
    """In the same place of the call as the mirror, the other way: from the page's camera to the headset's memory."""
    memory = call.session.headset.memory
    assert memory is not None
    pictures = TherapistPictures(memory.therapist_picture)
    switch = call.page.get_by_role("button", name="Camera", exact=True)
    await switch.press("Enter")
    await until(lambda: pictures.look() and pictures.is_seen(now_ns()), "the therapist's camera")
    assert pictures.size == (320, 240)
    assert np.frombuffer(pictures.rgba, np.uint8).reshape(240, 320, 4)[..., :3].std() > 10, "it shows something"
    await switch.press("Enter")
    await until(lambda: pictures.look() and not pictures.is_seen(now_ns()), "no picture any more")
    assert await call.calls() == 1


async def _matches(call: Call) -> None:
    await _is_live(call)
    found = await alike(call)
    first = rendered(call)
    call.session.turn_head(70)
    await until(lambda: similarity(first, rendered(call)) < OTHER, "the picture of a turned head")
    turned = await alike(call)
    assert similarity(first, await drawn(call)) < OTHER
    print(f"structural similarity {found:.3f}, with the head turned {turned:.3f}, at {first.shape}")


async def _comes_as_often_as_chosen(call: Call) -> None:
    """As far as the machine can draw."""
    assert call.asked()[-1] == 15
    slow = await per_s(call)
    await call.page.get_by_label("Pictures a second").select_option("30")
    await until(lambda: call.asked()[-1] == 30, "the page to ask for more")
    print(f"{slow:.1f} pictures a second, then {await per_s(call):.1f}")
    assert 0 < slow < 17


async def _stops_when_it_is_off(call: Call) -> None:
    switch = call.page.get_by_role("button", name="Picture", exact=True)
    await switch.press("Enter")
    await call.page.get_by_text("The picture is off.").first.wait_for()
    await until_wished(call, {0})
    memory = call.session.headset.memory
    assert memory is not None
    await call.session.headset.frames(DELAY + 1)
    published = memory.mirror.sequence
    await call.session.headset.frames(10)
    assert memory.mirror.sequence == published
    await switch.press("Enter")
    await _is_live(call)


async def _is_live(call: Call) -> None:
    """Also on a machine so busy that the line seems narrow."""
    await call.page.locator(".mirror figure:is(.live, .slow)").wait_for()


async def _is_told_to_be_old(call: Call) -> None:
    await call.page.locator(".mirror figcaption", has_text=re.compile(r"^Frozen since \d+ s\.")).wait_for()


async def _yields_to_the_voice(call: Call) -> None:
    """Voice and what steers fit through the line, the picture does not. What steers catches up first."""
    took_s = await until_wished(call, {7, 2, 0})
    await call.page.locator(".mirror figcaption", has_text="Voice goes first.").wait_for()
    end_s = time.monotonic() + PATIENCE_S
    while (share := await _concealed(call, 3.0)) > VOICE_MISSES:
        assert time.monotonic() < end_s, f"{100 * share:.1f} % of the voice concealed"
    print(f"the picture gives way {took_s:.1f} s after the line got narrow; {100 * share:.2f} % of the voice concealed")
    assert wished(call) < 15
    await call.therapist_hears("over a narrow line")


async def _concealed(call: Call, seconds: float) -> float:
    before = await call.voice()
    await asyncio.sleep(seconds)
    after = await call.voice()
    names = ("concealedSamples", "totalSamplesReceived")
    concealed, received = (after[name] - before[name] for name in names)
    return float(concealed / received) if received else 1.0
