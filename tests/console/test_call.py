"""The call in the therapist's page, in a real browser: how it comes, how it goes, what is said of it.

The person's end is another page of the same browser (`tests.console.caller`); keys, signals and sound are real.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.console.caller import Caller
from tests.console.driving import AXE, DESKTOP, NUMBER, TABLETS, Page, Session, play, running_clinic
from tests.end_to_end.rig import until
from tests.server.coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from tests.server.programs import ServerProgram
from vret.memory.call import CallEnded

FAKE_MICROPHONE = (
    "--use-fake-device-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
"""The browser's own microphone, which beeps; and names of addresses that need no multicast."""
LOST = "The voice link is lost"

pytestmark = pytest.mark.timeout(300)


@contextmanager
def relayed_clinic(folder: Path) -> Iterator[ServerProgram]:
    with Coturn(folder, more=LOOPBACK_MAY_BE_REACHED) as relay:
        options = "--turn-urls", ",".join(relay.urls[:2]), "--turn-secret-file", str(relay.secret_file)
        with running_clinic(folder, *options) as server:
            yield server


@asynccontextmanager
async def calling(session: Session, *, allows: bool = True) -> AsyncIterator[Caller]:
    """A therapist who waits for the person, and the person's program, which came with the code."""
    if allows:
        await session.context.grant_permissions(["microphone"])
    await session.sign_in()
    await session.plan()
    await session.gate()
    async with Caller(session.server, session.context, await session.code()) as caller:
        await session.therapist.sees("A headset is waiting.")
        yield caller


def test_a_call_comes_by_itself_and_is_heard_at_both_ends(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_heard, *FAKE_MICROPHONE)


async def _is_heard(session: Session) -> None:
    page = session.therapist
    async with calling(session) as caller:
        await page.sees("Voice: not yet")
        await caller.ready("first")
        await page.sees("Voice: good")
        await page.sees("You are heard")
        await caller.hears()
        assert len(caller.offers) == 1
        wanted = r"m=audio \d+ \S+ (\d+) (\d+) .*?a=rtpmap:\1 red/48000/2.*?a=rtpmap:\2 opus/48000/2"
        assert re.search(wanted, caller.offers[0].sdp, re.DOTALL)
        assert not caller.is_muted
        await _is_muted(page, caller)
        await _is_shown(session)
        await _is_restored(page, caller)
        await _begins_anew(page, caller)
        await _goes_with_the_lead(session, caller)


async def _is_muted(page: Page, caller: Caller) -> None:
    switch = page.page.get_by_role("button", name=re.compile("^Mute"))
    await switch.click()
    await page.sees("You are muted")
    assert await switch.get_attribute("aria-pressed") == "true"
    await until(lambda: caller.is_muted, "the headset to be told")
    await page.press("m")
    await page.sees("You are heard")
    await until(lambda: caller.is_muted is False, "the headset to be told")


async def _is_shown(session: Session) -> None:
    """The row is as high and lies at the same place on every size, whatever it has to say."""
    browser = session.therapist.page
    await browser.locator(".sound summary").click()
    await browser.get_by_label("Microphone", exact=True).wait_for()
    assert await browser.get_by_label("Microphone", exact=True).locator("option").count() > 1
    if AXE.exists():
        assert await session.therapist.axe() == []
    await session.therapist.press("Escape")
    assert not await browser.get_by_label("Microphone", exact=True).is_visible()
    for size in (*TABLETS, DESKTOP):
        await browser.set_viewport_size(size)
        for part in await browser.locator(".voice > *:not(.unseen)").all():
            box = await part.bounding_box()
            assert box["x"] >= 0, size
            assert box["x"] + box["width"] <= size["width"], (await part.inner_text(), size)


async def _is_restored(page: Page, caller: Caller) -> None:
    """Nothing comes any more: said within three seconds, with what is done about it and whom to call."""
    row = page.page.locator(".voice")
    before = await row.bounding_box()
    offers = len(caller.offers)
    await caller.speak(False)
    began_s = time.monotonic()
    await row.get_by_text(LOST).first.wait_for()
    assert time.monotonic() - began_s < 4, "three seconds, and what a busy machine adds"
    await row.get_by_text(re.compile(r"^Nothing heard for \d+ s. It is being restored by itself")).wait_for()
    call = row.get_by_role("link", name=re.compile("Call"))
    assert await call.get_attribute("href") == "tel:" + NUMBER.replace(" ", "")
    assert await row.bounding_box() == before
    if AXE.exists():
        assert await page.axe() == []
    await until(lambda: len(caller.offers) > offers, "another offer")
    assert len({offer.call for offer in caller.offers}) == 1
    await caller.speak(True)
    await row.get_by_text("Voice: good").first.wait_for()


async def _begins_anew(page: Page, caller: Caller) -> None:
    call = caller.offers[-1].call
    await caller.ready("")
    await page.sees("Voice: away")
    assert CallEnded(call=call) in caller.said
    await caller.ready("second")
    await page.sees("Voice: good")
    assert caller.offers[-1].call != call
    await caller.hears()


async def _goes_with_the_lead(session: Session, caller: Caller) -> None:
    """The page that leads now has other keys, so it is another agreement, and another call."""
    page = session.therapist
    call, keys = caller.offers[-1].call, caller.keys
    context = await session.browser.new_context(storage_state=await session.context.storage_state())
    await context.grant_permissions(["microphone"])
    other = Page(await context.new_page())
    await other.page.goto(page.page.url)
    await page.sees("Voice: elsewhere")
    await until(lambda: caller.keys is not keys, "other keys")
    await caller.ready("second")
    await other.sees("Voice: good")
    assert caller.offers[-1].call != call
    await other.page.close()
    assert other.complaints == []
    await context.close()


def test_a_relayed_call_tells_no_address_but_the_relays(chromium: str, tmp_path: Path) -> None:
    with relayed_clinic(tmp_path) as server:
        play(server, chromium, tmp_path, _is_relayed, *FAKE_MICROPHONE)


async def _is_relayed(session: Session) -> None:
    async with calling(session) as caller:
        await caller.ready("first")
        await session.therapist.sees("Voice: good")
        await caller.hears()
        assert caller.addresses
        assert [address for address in caller.addresses if " typ relay" not in address] == []


def test_a_clinic_without_a_relay_says_so(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path) as server:
        play(server, chromium, tmp_path, _has_no_way, *FAKE_MICROPHONE)


async def _has_no_way(session: Session) -> None:
    async with calling(session) as caller:
        await caller.ready("first")
        await session.therapist.sees("This clinic's server has no relay for voice.")
        assert await session.therapist.page.get_by_role("link", name=re.compile("Call")).is_visible()
        assert caller.said == []


def test_what_somebody_in_between_says_opens_no_call(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_refused, *FAKE_MICROPHONE)


async def _is_refused(session: Session) -> None:
    async with calling(session) as caller:
        await until(lambda: caller.keys, "keys")
        await asyncio.sleep(0.5)
        await caller.says_as('{"type":"CallReady","run":"first"}', bytes(32))
        await session.therapist.sees("It could not be made private, so it stays off.")
        assert caller.said == []


def test_the_person_is_heard_before_the_microphone_is_allowed(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_asked, *FAKE_MICROPHONE)


async def _is_asked(session: Session) -> None:
    page = session.therapist
    async with calling(session, allows=False) as caller:
        await caller.ready("first")
        await page.sees("Voice: good")
        await page.sees("Microphone off")
        await until(lambda: caller.is_muted, "the headset to be told")
        await session.context.grant_permissions(["microphone"], origin=session.server.url)
        await page.click("Allow microphone")
        await page.sees("You are heard")
        await caller.hears()
        await until(lambda: caller.is_muted is False, "the headset to be told")
        assert len(caller.offers) == 1


def test_a_microphone_is_chosen_and_replaced_when_it_is_unplugged(chromium: str, tmp_path: Path) -> None:
    with running_clinic(tmp_path, "--direct-calls") as server:
        play(server, chromium, tmp_path, _is_unplugged, *FAKE_MICROPHONE)


async def _is_unplugged(session: Session) -> None:
    """The browser's microphones cannot be unplugged; their track ends here as it does then."""
    page, browser = session.therapist, session.therapist.page
    await browser.add_init_script(f"({_KEEP_TRACKS})()")
    async with calling(session) as caller:
        await caller.ready("first")
        await page.sees("Voice: good")
        await page.sees("You are heard")
        await browser.locator(".sound summary").click()
        microphone = browser.get_by_label("Microphone", exact=True)
        chosen = await microphone.locator("option").last.inner_text()
        await microphone.select_option(label=chosen)
        await browser.wait_for_function("label => tracks.at(-1).label === label", arg=chosen)
        assert await browser.evaluate("tracks.map(({ readyState }) => readyState)") == ["ended", "live"]
        began_s = time.monotonic()
        await browser.evaluate("const track = tracks.at(-1); track.stop(); track.dispatchEvent(new Event('ended'))")
        await browser.wait_for_function("() => tracks.length === 3 && tracks[2].readyState === 'live'")
        assert time.monotonic() - began_s < 2
        await page.sees("You are heard")
        await caller.hears()
        assert len(caller.offers) == 1


_KEEP_TRACKS = """() => {
    const { mediaDevices } = navigator
    const ask = mediaDevices.getUserMedia.bind(mediaDevices)
    window.tracks = []
    mediaDevices.getUserMedia = async wanted => {
        const stream = await ask(wanted)
        window.tracks.push(...stream.getTracks())
        return stream
    }
}"""
