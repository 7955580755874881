"""The therapist's camera in the page, in a real browser with its own acted camera; the person's end is another page."""

import asyncio
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
    browser = session.therapist.page
    await browser.add_init_script(f"({_KEEP_TRACKS})()")
    async with calling(session, allows=False) as caller:
        switch, own = browser.get_by_role("button", name="Camera", exact=True), browser.locator(".camera video")
        assert await switch.get_attribute("aria-pressed") == "false"
        assert not await own.is_visible()
        await _is_refused(session)
        await session.context.grant_permissions(["microphone", "camera"])
        await _is_not_for_an_older_program(session, caller)
        await caller.ready("second", takes_camera=True)
        await until(lambda: any(isinstance(said, CallEnded) for said in caller.said), "the end of the call before")
        await session.therapist.sees("Voice: good")
        await caller.hears()
        assert True not in told(caller)
        await _is_on(session, caller)
        await _is_out_at_once(session, caller)
        await switch.press("Enter")
        await until(lambda: told(caller)[-1:] == [True], "the headset to be told")
        await browser.goto(f"{session.server.url}/")
        await until(lambda: isinstance(caller.said[-1], CallEnded), "the farewell")


async def _is_told(session: Session, words: str) -> None:
    row = session.therapist.page.locator(".voice")
    await row.locator("small", has_text=words).wait_for()
    assert await row.locator("[role=status]", has_text=words).count() == 1


async def _is_refused(session: Session) -> None:
    browser = session.therapist.page
    await browser.get_by_role("button", name="Camera", exact=True).press("Enter")
    await _is_told(session, "The camera may not be used. Allow it beside the address, then press Camera again.")
    assert not await browser.locator(".camera video").is_visible()


async def _is_not_for_an_older_program(session: Session, caller: Caller) -> None:
    """It is sent nothing that it does not know, and no pictures for nobody."""
    switch = session.therapist.page.get_by_role("button", name="Camera", exact=True)
    await caller.ready("first")
    await session.therapist.sees("Voice: good")
    await switch.press("Enter")
    await _is_told(session, "The person's program cannot show your camera.")
    assert (await caller.seen())[0] == 0
    assert told(caller) == []
    await switch.press("Enter")


async def _is_on(session: Session, caller: Caller) -> None:
    browser, offers = session.therapist.page, len(caller.offers)
    switch = browser.get_by_role("button", name="Camera", exact=True)
    await switch.press("Enter")
    await browser.locator(".camera video").wait_for()
    assert await switch.get_attribute("aria-pressed") == "true"
    await until(lambda: told(caller)[-1:] == [True], "the headset to be told")
    while (found := await caller.seen())[0] < 10:
        await asyncio.sleep(0.05)
    assert found[1:] == (320, 240)
    assert len(caller.offers) == offers, "it needs no other offer"
    await _keeps_its_place(session)
    if AXE.exists():
        assert await session.therapist.axe() == []


async def _is_out_at_once(session: Session, caller: Caller) -> None:
    browser = session.therapist.page
    await browser.get_by_role("button", name="Camera", exact=True).press("Enter")
    assert await browser.evaluate(_STATES) == ["ended"] * 2, "the camera's lamp is out"
    await until(lambda: told(caller)[-1:] == [False], "the headset to be told")
    await browser.locator(".camera video").wait_for(state="hidden")
    await asyncio.sleep(0.3)
    before = await caller.seen()
    await asyncio.sleep(0.5)
    assert await caller.seen() == before


async def _keeps_its_place(session: Session) -> None:
    browser = session.therapist.page
    for size in (*TABLETS, DESKTOP):
        await browser.set_viewport_size(size)
        for part in await browser.locator(".voice > *:not(.unseen)").all():
            box = await part.bounding_box()
            assert box["x"] >= 0, size
            assert box["x"] + box["width"] <= size["width"], (await part.inner_text(), size)


def test_a_computer_without_a_camera_says_what_to_do(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_absent, "--use-fake-device-for-media-stream=device-count=0")


async def _is_absent(session: Session) -> None:
    await session.context.grant_permissions(["camera"])
    async with calling(session, allows=False) as caller:
        await session.therapist.page.get_by_role("button", name="Camera", exact=True).press("Enter")
        await _is_told(session, "There is no camera that works. Plug one in, then press Camera again.")
        assert told(caller) == []
