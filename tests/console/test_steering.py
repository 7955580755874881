"""A therapist steers a person from a real browser; server, headset program and person are real too.

One session goes through everything in order, because each step is only possible after the one before; what must never
raise is tried in the middle of it.
"""

import asyncio
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.console.driving import ADDRESS, AXE, DESKTOP, NUMBER, SETTLE_MS, TABLETS, TRIES, Page, Session, play
from tests.faults.measured import Measured
from tests.faults.reading import Mark, Reading
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.headset.controls import Button

FIRST, SECOND, THIRD = (
    "Square: look up at the building",
    "Step stool, half a metre",
    "First-floor balcony, four metres from the edge",
)
EVENING = "Evening, low sun"
CONFIRM = re.compile("^Confirm")
ACTIONS_MAX = 13

pytestmark = pytest.mark.timeout(900)


def test_from_sign_in_to_the_log(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _whole_session)


async def _whole_session(session: Session) -> None:
    page = session.therapist
    await session.begin()
    assert page.actions + 2 <= ACTIONS_MAX, "a first-time therapist needs two more to the first step: arm and confirm"
    await session.raise_to(1, FIRST)
    await page.applied(".ladder")

    await _nothing_raises(session)
    await _is_hidden(session)
    await session.raise_to(2, SECOND, by_keyboard=True)
    await _is_varied(session)
    await _is_seen(session)
    await _is_not_alone(session)
    await _survives_reload(session)
    await _stops_from_a_note(session)
    await _is_never_covered(session)
    await _ends(session)


async def _nothing_raises(session: Session) -> None:
    """Wheel, double click, held key, Enter in focus: nothing is even sent. Tried again when a slow machine held."""
    for _ in range(TRIES):
        await _stays_in_scene(session)
        if await _is_tried(session):
            return
    raise AssertionError(f"{TRIES} times a hold came between")


async def _is_tried(session: Session) -> bool:
    """False when what was armed was armed no more before everything was tried."""
    page, browser = session.therapist, session.therapist.page
    before = len(page.commands)
    armed = browser.locator(".confirm")
    await page.button(f"Prepare {THIRD}").hover()
    await browser.mouse.wheel(0, -600)
    await browser.get_by_label("Level of the scene").last.hover()
    await browser.mouse.wheel(0, -600)
    await browser.keyboard.down("F2")
    await page.try_click(f"Prepare {THIRD}", count=2)
    while await armed.is_visible() and not await browser.locator(".confirm[aria-disabled=false]").is_visible():
        await browser.keyboard.down("F2")
        await browser.wait_for_timeout(100)
    await browser.wait_for_timeout(SETTLE_MS)
    for _ in range(10):
        await browser.keyboard.down("F2")
    await browser.keyboard.up("F2")
    for key in ("Enter", "Space"):
        await page.try_press_on(CONFIRM, key)
    is_undisturbed = bool(await armed.is_visible())
    assert page.commands[before:] == []
    await page.try_click("Cancel")
    return is_undisturbed


async def _is_hidden(session: Session) -> None:
    """A hidden page goes on with its heartbeats, sends no rise, and says afterwards what it did not do."""
    page, browser = session.therapist, session.therapist.page
    await _stays_in_scene(session)
    before = len(page.commands)
    await page.try_click(f"Prepare {THIRD}")
    await page.look("hidden")
    beats = page.beats
    await browser.wait_for_timeout(SETTLE_MS)
    await browser.keyboard.press("F2")
    assert "Hidden: no rises" in await browser.title()
    await _beats_on(page, beats)
    await page.look("visible")
    assert page.commands[before:] == []


async def _beats_on(page: Page, beats: int) -> None:
    for _ in range(TRIES):
        if page.beats > beats:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"no heartbeat after {beats}")


async def _stays_in_scene(session: Session) -> None:
    """A slow machine holds; go on, so that what follows is tried where it could raise."""
    while not await session.therapist.is_in("In the scene"):
        if await session.therapist.is_in("Held"):
            await session.confirm("Prepare to continue")
        await session.therapist.page.wait_for_timeout(200)


async def _is_varied(session: Session) -> None:
    """Another variant by the keyboard alone: armed and confirmed, never by arming alone, then told as the one shown."""
    page, browser = session.therapist, session.therapist.page
    where = browser.locator(".top .where")
    assert "· Day" in await where.inner_text()
    before = len(page.commands)
    for _ in range(TRIES):
        await _stays_in_scene(session)
        if EVENING in await where.inner_text():
            break
        sent = len(page.commands)
        if await page.try_press_on(f"Prepare {EVENING}", "Enter"):
            await browser.wait_for_timeout(SETTLE_MS)
            assert '"SetVariant"' not in "".join(page.commands[sent:])
            await page.press("F2")
        await browser.wait_for_timeout(SETTLE_MS)
    else:
        raise AssertionError(f"{TRIES} times {EVENING}, and still {await where.inner_text()}")
    asked = [json.loads(text)["command"] for text in page.commands[before:]]
    assert {"type": "SetVariant", "variant": "dusk"} in asked
    await browser.locator(".variants li[aria-current=true]", has_text=EVENING).wait_for()
    assert not await page.button(f"Prepare {EVENING}").is_visible()


async def _is_seen(session: Session) -> None:
    """The head turns, the person rates and presses: the page shows it, and what the head is turned to."""
    page = session.therapist
    await page.sees(re.compile(r"^The building \(for \d"))
    session.turn_head(60)
    await page.sees("60° to the left")
    await page.sees(re.compile(r"^something else \(for \d"))
    await page.click("Ask on the dial")
    await page.sees(re.compile("s left to answer"))
    session.headset.wear(dial=65)
    await session.headset.press(Button.RATE_CONFIRM)
    await page.sees(re.compile("Last: 65"))
    await page.click("Enter 40")
    await page.sees(re.compile("Last: 40"))
    await session.headset.press(Button.WAIT)
    await page.sees("The person pressed WAIT: nothing comes nearer.")
    await page.click("Seen")


async def _is_not_alone(session: Session) -> None:
    """Somebody comes into the person's room; the scene's sound, off before, comes back only when confirmed."""
    page, browser = session.therapist, session.therapist.page
    await _stays_in_scene(session)
    await page.click("Turn off")
    await page.sees(re.compile("The scene's sound: off"))
    await session.headset.press(Button.SOMEONE_CAME_IN)
    await page.sees("Someone is in the room with the person.")
    await page.sees("They cannot hear you; you cannot hear them.")
    assert page.report["is_private"] is False
    assert not await page.is_in("In the scene")
    await session.headset.press(Button.PRIVATE_AGAIN)
    await page.sees("The person is alone again. What was held is held.")
    await page.click("Seen")
    assert not await page.is_in("In the scene")
    await _stays_in_scene(session)
    for _ in range(TRIES):
        if not page.report["is_scene_muted"]:
            return
        before = len(page.commands)
        if await page.try_click("Prepare: on"):
            assert '"MuteScene"' not in "".join(page.commands[before:])
            await browser.wait_for_timeout(SETTLE_MS)
            await page.press("F2")
        await browser.wait_for_timeout(SETTLE_MS)
        await _stays_in_scene(session)
    raise AssertionError(f"{TRIES} times the sound on, and still off")


async def _survives_reload(session: Session) -> None:
    page = session.therapist
    page.page.once("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.page.reload()
    await page.sees(re.compile("Last: 40"))
    await page.page.locator(".ladder li").first.wait_for()
    assert not await page.is_in("Waiting")
    assert not await page.is_in("Ended")


async def _stops_from_a_note(session: Session) -> None:
    page = session.therapist
    note = page.page.get_by_label("Note", exact=True)
    await note.fill("she laughs")
    await page.press("Escape")
    await page.state("Stopped")
    assert await page.applied(".bar .control:has(.stop)") >= 0
    assert await note.input_value() == "she laughs"
    await note.press("Control+Enter")
    await page.applied(".note")


async def _is_never_covered(session: Session) -> None:
    """On every size the three buttons lie whole in the window, and what is under the pointer there is the button."""
    browser = session.therapist.page
    for size in (*TABLETS, DESKTOP):
        await browser.set_viewport_size(size)
        for name in ("stop", "pause", "down"):
            is_on_top = await browser.evaluate(
                """(name) => {
                    const button = document.querySelector(`.bar .${name}`)
                    const { left, right, top, bottom } = button.getBoundingClientRect()
                    const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
                    const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
                    return isInside && button.contains(seen)
                }""",
                name,
            )
            assert is_on_top, f"{name} at {size}"
        assert await browser.evaluate("document.documentElement.scrollHeight <= innerHeight"), size


async def _ends(session: Session) -> None:
    page = session.therapist
    await page.page.locator(".ending summary").click()
    await page.page.get_by_label("On a step that we chose").check()
    await page.click("End now")
    await page.page.get_by_role("heading", name="What happened").wait_for()
    await page.sees("From the finished log.")
    told = await page.page.locator(".told").inner_text()
    in_order = ("Let the person in.", "Practised stop", "Offer to go on: stay in the calm room.", FIRST, SECOND)
    places = [told.index(text) for text in in_order]
    assert places == sorted(places), told
    for text in (
        "Distress 65",
        "Entered a rating: 40",
        "Pressed wait",
        "Someone came in",
        "Is alone again.",
        "Note: she laughs",
        "Ended: on a step that we chose",
        "Found the four words the same.",
        "Both have confirmed the four words",
        f"Variant: {EVENING}.",
        f"Shown as: {EVENING}.",
    ):
        assert text in told, told


def test_another_page_takes_the_lead_and_a_lost_link_says_whom_to_call(
    clinic: ServerProgram, chromium: str, tmp_path: Path, measured: Measured
) -> None:
    play(clinic, chromium, tmp_path, partial(_two_pages, measured))


async def _two_pages(measured: Measured, session: Session) -> None:
    page = session.therapist
    await session.begin()
    other = await session.context.new_page()
    began_ns = now_ns()
    await other.goto(page.page.url)
    await page.sees(re.compile("This page looks on"))
    led = Mark("second_tab", began_ns, now_ns())
    await page.click(re.compile("STOP"))
    await page.applied(".bar .control:has(.stop)")
    await page.click("Lead here")
    await other.get_by_text(re.compile("This page looks on")).wait_for()
    await other.close()
    await asyncio.to_thread(session.server.kill)
    await page.sees(re.compile("No connection to the server"))
    call = page.page.get_by_role("link", name=re.compile("Call now"))
    assert await call.get_attribute("href") == "tel:" + NUMBER.replace(" ", "")
    emergency = page.page.get_by_role("link", name="Emergency: 112")
    assert await emergency.get_attribute("href") == "tel:112"
    await page.sees(re.compile(ADDRESS))
    await page.press("Escape")
    await page.sees(re.compile("NOT SENT"))
    await asyncio.to_thread(session.server.start)
    await page.applied(".bar .control:has(.stop)")
    page.complaints.clear()  # the browser tells of every attempt to connect that failed
    assert await session.headset.close() == 0, session.headset.output()
    measured(led.fault, **Reading(session.headset.logs()).of(led))


@pytest.mark.skipif(not AXE.exists(), reason="needs axe: npm ci in server/console")
def test_axe_finds_nothing_serious_on_any_page(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _every_page)


async def _every_page(session: Session) -> None:
    page = session.therapist
    found: dict[str, Any] = {}
    await page.page.goto(session.server.url)
    await page.page.get_by_label("E-mail").wait_for()
    found["sign in"] = await page.axe()
    await session.sign_in()
    await page.page.get_by_role("heading", name="New session").wait_for()
    found["plan"] = await page.axe()
    await session.plan()
    await page.page.locator(".questions li").first.wait_for()
    found["gate"] = await page.axe()
    await session.gate()
    code = await session.code()
    found["code"] = await page.axe()
    await session.join(code)
    await session.admit()
    found["admitted"] = await page.axe()
    await session.practise()
    await session.raise_to(1, FIRST)
    for summary in await page.page.locator("details > summary").all():
        await summary.click()
    found["in the scene"] = await page.axe()
    await page.press("Escape")
    await page.state("Stopped")
    found["stopped"] = await page.axe()
    await page.page.get_by_label("On a step that we chose").check()
    await page.click("End now")
    await page.sees("From the finished log.")
    found["log"] = await page.axe()
    await page.page.goto(session.server.url)
    await page.page.get_by_role("table").wait_for()
    found["sessions"] = await page.axe()
    assert {name: problems for name, problems in found.items() if problems} == {}
