"""The therapist's camera in the page, in a real browser with its own acted camera; the person's end is another page."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.console.caller import Caller
from tests.console.driving import AXE, DESKTOP, TABLETS, Session, play, running_clinic
from tests.console.test_call import FAKE_MICROPHONE, calling
from tests.end_to_end.rig import until
from vret.memory.call import CallCamera, CallEnded

pytestmark = pytest.mark.timeout(300)
_KEEP_TRACKS = """() => {
    const { mediaDevices } = navigator
    const ask = mediaDevices.getUserMedia.bind(mediaDevices)
    window.cameras = []
    mediaDevices.getUserMedia = async wanted => {
        const stream = await ask(wanted)
        window.cameras.push(...stream.getVideoTracks())
        return stream
    }
}"""
_STATES = "cameras.map(({ readyState }) => readyState)"


def told(caller: Caller) -> list[bool]:
    """What the page said of its camera, without what it said twice in a row."""
    said = [signal.is_on for signal in caller.said if isinstance(signal, CallCamera)]
    return [is_on for number, is_on in enumerate(said) if number == 0 or said[number - 1] != is_on]


def test_the_camera_is_off_until_it_is_switched_on_and_out_at_once(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_switched, *FAKE_MICROPHONE)


async def _is_switched(session: Session) -> None:
    page, browser = session.therapist, session.therapist.page
    await browser.add_init_script(f"({_KEEP_TRACKS})()")
    async with calling(session) as caller:
        await session.context.grant_permissions(["microphone", "camera"])
        await caller.ready("first", takes_camera=True)
        await page.sees("Voice: good")
        await caller.hears()
        switch = browser.get_by_role("button", name="Camera", exact=True)
        own = browser.locator(".camera video")
        assert await switch.get_attribute("aria-pressed") == "false"
        assert not await own.is_visible()
        assert await browser.evaluate(_STATES) == []
        assert True not in told(caller)

        await switch.press("Enter")
        await own.wait_for()
        assert await switch.get_attribute("aria-pressed") == "true"
        await until(lambda: told(caller)[-1:] == [True], "the headset to be told")
        assert (await _pictures(caller, 10))[1:] == (320, 240)
        assert len(caller.offers) == 1, "it needs no other offer"
        await _keeps_its_place(session)
        if AXE.exists():
            assert await page.axe() == []

        await switch.press("Enter")
        assert await browser.evaluate(_STATES) == ["ended"]
        await until(lambda: told(caller)[-1:] == [False], "the headset to be told")
        await own.wait_for(state="hidden")
        before = await caller.seen()
        await asyncio.sleep(0.5)
        assert await caller.seen() == before

        await switch.press("Enter")
        await until(lambda: told(caller)[-1:] == [True], "the headset to be told")
        await caller.ready("")
        await page.sees("Voice: away")
        assert any(isinstance(signal, CallEnded) for signal in caller.said)
        await caller.ready("second", takes_camera=True)
        await page.sees("Voice: good")
        assert caller.offers[-1].call != caller.offers[0].call
        await _pictures(caller, 3)
        await page.page.goto(f"{session.server.url}/")
        await until(lambda: isinstance(caller.said[-1], CallEnded), "the farewell")


async def _pictures(caller: Caller, count: int) -> tuple[int, int, int]:
    """Waits until so many have come; how many, how wide and how high."""
    while (found := await caller.seen())[0] < count:
        await asyncio.sleep(0.05)
    return found


async def _keeps_its_place(session: Session) -> None:
    browser = session.therapist.page
    for size in (*TABLETS, DESKTOP):
        await browser.set_viewport_size(size)
        for part in await browser.locator(".voice > *:not(.unseen)").all():
            box = await part.bounding_box()
            assert box["x"] >= 0, size
            assert box["x"] + box["width"] <= size["width"], (await part.inner_text(), size)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (FAKE_MICROPHONE, "The camera may not be used. Allow it beside the address"),
        (("--use-fake-device-for-media-stream=device-count=0",), "There is no camera that works. Plug one in"),
    ],
    ids=["refused", "absent"],
)
def test_a_camera_that_is_refused_or_absent_is_told_with_what_to_do(
    chromium: str, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _fails(arguments is FAKE_MICROPHONE, words), *arguments)


def _fails(is_refused: bool, words: str) -> Callable[[Session], Awaitable[None]]:
    async def story(session: Session) -> None:
        if not is_refused:
            await session.context.grant_permissions(["camera"])
        async with calling(session, allows=False) as caller:
            browser = session.therapist.page
            await browser.get_by_role("button", name="Camera", exact=True).press("Enter")
            await browser.locator(".voice small", has_text=words).wait_for()
            assert await browser.locator(".voice [role=status]", has_text=words).count() == 1
            assert not await browser.locator(".camera video").is_visible()
            assert told(caller) == []

    return story


def test_a_program_that_does_not_know_the_camera_is_sent_nothing(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_older, *FAKE_MICROPHONE)


async def _is_older(session: Session) -> None:
    async with calling(session) as caller:
        await session.context.grant_permissions(["microphone", "camera"])
        await caller.ready("first")
        await session.therapist.sees("Voice: good")
        await session.therapist.page.get_by_role("button", name="Camera", exact=True).press("Enter")
        await session.therapist.page.locator(".voice small", has_text="cannot show your camera").wait_for()
        await asyncio.sleep(0.5)
        assert (await caller.seen())[0] == 0
        assert told(caller) == []
