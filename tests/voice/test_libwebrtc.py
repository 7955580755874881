"""Chrome's engine behind the contract, against the same engine as the page's end of the call."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
import webrtc

from tests.server.coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from tests.voice.calls import AUDIBLE, PERSON_HZ, THERAPIST_HZ, Heard, Page, every_block, loudness, tone, until
from vret.clock import now_ns
from vret.memory.call import CallCandidate, CallOffer, CallOffered, CallState, Relay
from vret.memory.mirrored import Mirrored
from vret.voice.engine import EngineError, Quality
from vret.voice.libwebrtc import Libwebrtc


@asynccontextmanager
async def engine() -> AsyncIterator[tuple[Libwebrtc, Heard]]:
    heard = Heard()
    started = await Libwebrtc.start(heard)
    try:
        yield started, heard
    finally:
        await started.end()


@asynccontextmanager
async def talking(page: Page, started: Libwebrtc) -> AsyncIterator[None]:
    """Both speak, each a tone of their own."""
    voices = [
        asyncio.create_task(every_block(page.speak, THERAPIST_HZ)),
        asyncio.create_task(every_block(started.speak, PERSON_HZ)),
    ]
    try:
        yield
    finally:
        for voice in voices:
            voice.cancel()
        await asyncio.gather(*voices, return_exceptions=True)
        await page.close()


async def both_hear(page: Page, heard: Heard) -> None:
    """From now on."""
    for blocks, hertz, who in ((heard.blocks, THERAPIST_HZ, "the therapist"), (page.blocks, PERSON_HZ, "the person")):
        blocks.clear()
        await until(lambda: loudness(blocks[-20:], hertz) > AUDIBLE, f"the voice of {who}")  # noqa: B023


def kinds(sdp: str) -> set[str]:
    """Of the addresses in a description."""
    return set(re.findall(r"^a=candidate:.* typ (\w+)", sdp, re.MULTILINE))


def test_both_hear_each_other() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1")
            async with talking(page, started):
                answer = await page.call(started, heard)
                await both_hear(page, heard)
                assert heard.states[-1] is CallState.CONNECTED
                assert started.certificate.hex(":").upper() in answer.sdp
                assert re.search(r"^a=fmtp:\d+ .*useinbandfec=1", answer.sdp, re.MULTILINE)
                while (quality := await started.quality()).round_trip_ms is None:
                    await asyncio.sleep(0.1)
                assert quality.packets > 0
                assert 0 <= quality.concealed < quality.played

    asyncio.run(story())


def test_a_call_goes_on_by_other_ways_without_being_another_call() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1")
            async with talking(page, started):
                first = await page.call(started, heard)
                await both_hear(page, heard)
                before = (await started.quality()).packets
                again = await page.call(started, heard, restart=True)
                await both_hear(page, heard)
                password = re.compile(r"^a=ice-pwd:(.+)$", re.MULTILINE)
                assert password.findall(first.sdp) != password.findall(again.sdp)
                assert (await started.quality()).packets > before
                assert CallState.NONE not in heard.states

    asyncio.run(story())


def test_another_call_takes_the_place_of_the_one_before() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            first, second = Page("c1"), Page("c2")
            async with talking(first, started):
                await first.call(started, heard)
                await both_hear(first, heard)
                late = CallCandidate(call="c1", candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host", mid="0")
                async with talking(second, started):
                    await second.call(started, heard)
                    await started.add(late)
                    await both_hear(second, heard)
                    first.blocks.clear()
                    await asyncio.sleep(0.3)
                    assert loudness(first.blocks[-20:], PERSON_HZ) < AUDIBLE

    asyncio.run(story())


def test_nobody_hears_anything_after_the_end() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1")
            async with talking(page, started):
                await page.call(started, heard)
                await both_hear(page, heard)
                await started.end()
                told = len(heard.blocks), len(heard.states)
                await asyncio.sleep(0.3)
                assert (len(heard.blocks), len(heard.states)) == told
                assert await started.quality() == Quality(0, 0, None, 0, 0)
                await started.speak(tone(0, PERSON_HZ))

    asyncio.run(story())


def test_pictures_arrive_with_their_colours_and_only_while_they_may_take_something() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1", watches=True)
            async with talking(page, started):
                answer = await page.call(started, heard)
                assert "a=sendonly" in answer.sdp
                await both_hear(page, heard)
                shown = chart()
                await started.spend("pictures", 600_000)
                await until_seen(started, page, shown)
                assert page.pictures[-1].shape == shown.shape
                assert np.abs(page.pictures[-1].astype(int) - shown)[INNER].max() <= SAME
                await page.call(started, heard, restart=True)
                page.pictures.clear()
                await until_seen(started, page, shown)
                await started.spend("pictures", 0)
                await asyncio.sleep(0.5)
                page.pictures.clear()
                for _ in range(10):
                    await started.show(mirrored(shown))
                    await asyncio.sleep(0.05)
                assert not page.pictures
                quality = await started.quality()
                assert quality.open_bits_per_s is not None
                assert quality.missed_per_mille in (0, None)

    asyncio.run(story())


CELL, SAME = 40, 12
"""A green that is taken for one of another standard is 40 off."""
INNER = np.s_[CELL // 4 :: CELL // 2, CELL // 4 :: CELL // 2]
"""Pixels in the middle of a quarter of each cell, where neighbours bleed into nothing."""


def chart() -> npt.NDArray[np.uint8]:
    """Cells of the strongest colours and of greys, (360, 640, 3)."""
    corners = [(red, green, blue) for red in (0, 255) for green in (0, 255) for blue in (0, 255)]
    cells = np.array([*corners, *[(grey, grey, grey) for grey in (16, 128, 235)], (200, 80, 30), (250, 200, 180)])
    rows, columns = np.indices((360, 640)) // CELL
    picture: npt.NDArray[np.uint8] = cells[(rows * (640 // CELL) + columns) % len(cells)].astype(np.uint8)
    return picture


def mirrored(picture: npt.NDArray[np.uint8]) -> Mirrored:
    height, width = picture.shape[:2]
    opaque = np.full((height, width, 1), 255, np.uint8)
    return Mirrored(now_ns(), 1, width, height, np.concatenate([picture, opaque], axis=2).tobytes())


async def until_seen(started: Libwebrtc, page: Page, picture: npt.NDArray[np.uint8]) -> None:
    """Shown 15 times a second until it has come through sharp, which takes an encoder some pictures."""
    for _ in range(15 * 20):
        await started.show(mirrored(picture))
        if page.pictures and np.abs(page.pictures[-1].astype(int) - picture)[INNER].max() <= SAME:
            return
        await asyncio.sleep(1 / 15)
    worst = np.abs(page.pictures[-1].astype(int) - picture)[INNER].max() if page.pictures else None
    pytest.fail(f"it never came through: {len(page.pictures)} pictures, the last one off by {worst}")


def test_the_therapists_camera_is_seen_in_the_same_place_as_the_mirror_and_only_while_it_is_watched() -> None:
    """Both ways through one media section, which a camera that is switched on later needs no new offer for."""

    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1", watches=True, films=True)
            async with talking(page, started):
                answer = await page.call(started, heard)
                assert answer.sdp.count("m=video") == 1
                assert "a=sendrecv" in answer.sdp[answer.sdp.index("m=video") :]
                await both_hear(page, heard)
                await page.start_filming()
                filmed = chart()[:240, :320]
                await film(page, filmed, 10)
                assert not heard.pictures, "nobody watches"
                await started.watch(True)
                await until_filmed(page, heard, filmed)
                assert (heard.pictures[-1].width, heard.pictures[-1].height) == (320, 240)
                await started.spend("pictures", 600_000)
                await until_seen(started, page, chart())
                await page.call(started, heard, restart=True)
                heard.pictures.clear()
                await until_filmed(page, heard, filmed)
                await started.watch(False)
                await film(page, filmed, 3)
                heard.pictures.clear()
                await film(page, filmed, 10)
                assert not heard.pictures

    asyncio.run(story())


async def film(page: Page, picture: npt.NDArray[np.uint8], times: int) -> None:
    for _ in range(times):
        await page.film(picture)
        await asyncio.sleep(1 / 15)


async def until_filmed(page: Page, heard: Heard, picture: npt.NDArray[np.uint8]) -> None:
    """Until it has come through sharp, in its colours."""
    worst = None
    for _ in range(15 * 20):
        await film(page, picture, 1)
        if heard.pictures:
            newest = heard.pictures[-1]
            rgba = np.frombuffer(newest.rgba, np.uint8).reshape(newest.height, newest.width, 4)
            worst = np.abs(rgba[..., :3].astype(int) - picture)[INNER].max()
            if worst <= SAME:
                return
    pytest.fail(f"it never came through: {len(heard.pictures)} pictures, the last one off by {worst}")


def test_a_page_without_a_place_for_pictures_gets_none_and_hears_all_the_same() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1")
            async with talking(page, started):
                answer = await page.call(started, heard)
                assert "m=video" not in answer.sdp
                await started.spend("pictures", 600_000)
                await started.show(mirrored(chart()))
                await both_hear(page, heard)

    asyncio.run(story())


def test_what_the_person_hears_arrives_in_both_ears_beside_their_voice() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1", watches=True, listens=True)
            async with talking(page, started):
                await page.call(started, heard)
                await both_hear(page, heard)
                sharing = asyncio.create_task(every_block(lambda block: started.share(left(block)), LEFT_HZ))
                await asyncio.sleep(0.5)
                page.earshot.clear()
                await asyncio.sleep(0.3)
                assert ear(page, 0) < AUDIBLE, "it takes nothing of the line before it may"
                await started.spend("earshot", 64_000)
                await until(lambda: ear(page, 0) > AUDIBLE, "what the person hears")
                assert ear(page, 1) < 0.1 * ear(page, 0)
                await both_hear(page, heard)
                assert loudness(page.blocks[-20:], LEFT_HZ) < AUDIBLE
                while (missed := (await started.quality()).missed_per_mille) is None:
                    await asyncio.sleep(0.1)
                assert missed == 0
                await started.spend("earshot", 0)
                await asyncio.sleep(0.5)
                page.earshot.clear()
                await asyncio.sleep(0.3)
                assert ear(page, 0) < AUDIBLE
                sharing.cancel()
                await asyncio.gather(sharing, return_exceptions=True)

    asyncio.run(story())


LEFT_HZ = 1100.0


def left(block: bytes) -> bytes:
    """The same for the left ear alone."""
    samples = np.frombuffer(block, "<i2")
    return np.stack([samples, np.zeros_like(samples)], axis=1).tobytes()


def ear(page: Page, channel: int) -> float:
    """How loud it was there last, 0 to 1."""
    return loudness([block[:, channel].tobytes() for block in page.earshot[-20:] if block.shape[1] == 2], LEFT_HZ)


@pytest.mark.parametrize("sdp", ["", "no description", "v=0\r\n"])
def test_what_is_no_offer_is_refused_and_the_next_one_answered(sdp: str) -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            broken = CallOffered(offer=CallOffer(call="c0", sdp=sdp), relay=None, direct=True)
            with pytest.raises(EngineError):
                await started.answer(broken)
            with pytest.raises(EngineError):
                await started.add(CallCandidate(call="c0", candidate="nowhere", mid="0"))
            page = Page("c1")
            async with talking(page, started):
                await page.call(started, heard)
                await both_hear(page, heard)

    asyncio.run(story())


def test_an_offer_with_another_certificate_than_the_caller_has_connects_to_nobody() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page, other = Page("c1"), await webrtc.RTCPeerConnection.generate_certificate("ECDSA")
            (swapped,) = [found.value for found in other.get_fingerprints() if found.algorithm == "sha-256"]
            offered = await page.offer()
            fingerprint = re.compile(r"(a=fingerprint:sha-256 )\S+")
            sdp = fingerprint.sub(rf"\g<1>{str(swapped).upper()}", offered.offer.sdp)
            swapped_offer = msgspec.structs.replace(offered.offer, sdp=sdp)
            answer = await started.answer(msgspec.structs.replace(offered, offer=swapped_offer))
            await page.take(answer)
            page._tasks.add(asyncio.create_task(page._exchange(started, heard)))
            await until(lambda: CallState.LOST in heard.states, "the refusal")
            assert CallState.CONNECTED not in heard.states
            assert loudness(heard.blocks, THERAPIST_HZ) < AUDIBLE
            await page.close()

    asyncio.run(story())


def test_without_leave_to_go_directly_nothing_but_the_relays_addresses_is_told() -> None:
    async def story() -> None:
        async with engine() as (started, heard):
            page = Page("c1", direct=False)
            answer = await page.call(started, heard)
            await asyncio.sleep(1)
            assert heard.candidates == page.candidates == []
            assert kinds(answer.sdp) == set()
            await page.close()

    asyncio.run(story())


@pytest.mark.parametrize("way", ["UDP", "TCP"])
def test_both_hear_each_other_through_the_relay_alone(tmp_path: Path, way: str) -> None:
    with Coturn(tmp_path, more=LOOPBACK_MAY_BE_REACHED) as coturn:
        minted = coturn.turn.mint("s-1")
        url = coturn.urls[("UDP", "TCP").index(way)]
        relay = Relay(urls=(url,), username=minted.username, credential=minted.credential)

        async def story() -> None:
            async with engine() as (started, heard):
                page = Page("c1", relay=relay, direct=False)
                told: list[str] = []
                add = started.add

                async def seen(candidate: CallCandidate) -> None:
                    told.append(candidate.candidate)
                    await add(candidate)

                started.add = seen  # type: ignore[method-assign]
                async with talking(page, started):
                    answer = await page.call(started, heard)
                    await both_hear(page, heard)
                    described = page.peer.local_description
                    assert described is not None
                    assert kinds(answer.sdp) | kinds(described.sdp) <= {"relay"}
                    assert told
                    assert all(" typ relay " in candidate for candidate in told)

        asyncio.run(story())


def test_credentials_that_have_expired_or_are_forged_carry_no_call(tmp_path: Path) -> None:
    with Coturn(tmp_path, more=LOOPBACK_MAY_BE_REACHED) as coturn:
        expired = coturn.turn.credential("s-1", 1_000_000_000)
        forged = coturn.turn_with("x" * 64).mint("s-1")

        async def story() -> None:
            for credential in (expired, forged):
                relay = Relay(urls=coturn.urls[:2], username=credential.username, credential=credential.credential)
                async with engine() as (started, heard):
                    page = Page("c1", relay=relay, direct=False)
                    await page.call(started, heard)
                    await asyncio.sleep(2)
                    assert heard.candidates == page.candidates == []
                    assert CallState.CONNECTED not in heard.states
                    await page.close()

        asyncio.run(story())
