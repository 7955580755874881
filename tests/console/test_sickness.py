"""How sick the person feels, from the dial in the headset to the therapist's page and back: all programs are real."""

import re
from pathlib import Path

import pytest

from tests.console.driving import SETTLE_MS, TRIES, Session, play
from tests.server.programs import ServerProgram
from vret.headset.controls import Button

FIRST = "Square: look up at the building"

pytestmark = pytest.mark.timeout(600)


def test_who_feels_sick_is_looked_after(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _whole_session)


async def _whole_session(session: Session) -> None:
    await session.begin()
    await _is_asked_before(session)
    await _alarms_until_seen(session)
    await _goes_in(session)
    await _is_calm_at_once(session)
    await _goes_on_when_it_is_better(session)
    await _is_greatly_distressed(session)


async def _goes_in(session: Session) -> None:
    """Into the scene. That a slow machine holds it is all the same here."""
    page = session.therapist
    for _ in range(TRIES):
        if page.report["state"] in ("exposed", "held") and page.report["scene"] != "":
            return
        if await page.can(f"Prepare {FIRST}"):
            await session.confirm(f"Prepare {FIRST}")
        elif await page.is_in("Stopped"):
            await session.person.press(Button.READY)
            await page.try_click("Offer")
            await page.page.wait_for_timeout(SETTLE_MS)
            await session.person.press(Button.ACCEPT)
        await page.page.wait_for_timeout(100)
    raise AssertionError(f"{TRIES} times, and still {await page.page.locator('.top').inner_text()}")


async def _answers(session: Session, fms: int) -> None:
    """The person turns the dial as soon as the panel asks for it."""
    page = session.therapist
    for _ in range(TRIES):
        request = page.report["sickness"]["request"]
        if request is not None and request["until_ns"] is not None:
            break
        await page.page.wait_for_timeout(100)
    session.headset.wear(dial=fms)
    await session.headset.press(Button.RATE_CONFIRM)
    await page.sees(re.compile(f"Last: {fms}, "))


async def _is_asked_before(session: Session) -> None:
    """By itself, when nothing else is asked any more."""
    await _answers(session, 1)
    await session.therapist.sees(re.compile("Last: 1, before the first scene"))
    assert session.therapist.commands_of("AskSickness") == []


async def _alarms_until_seen(session: Session) -> None:
    """The therapist is alarmed until they say that they have seen it, also over a reload; nothing else follows."""
    page, browser = session.therapist, session.therapist.page
    await page.click("Ask sickness")
    await _answers(session, 6)
    alarm = browser.get_by_role("alert").get_by_text("Sickness 6 of 10: suggest a break")
    await alarm.wait_for()
    assert await page.axe() == []
    await browser.reload()
    await alarm.wait_for()
    assert page.report["state"] == "calm"
    seen = page.button("Seen: Sickness 6 of 10")
    await seen.focus()
    await page.press("Enter")
    await alarm.wait_for(state="detached")


async def _is_calm_at_once(session: Session) -> None:
    """Said aloud and entered: the calm room, and no way back before it is better."""
    page = session.therapist
    await page.click("Sickness 8 of 10")
    await page.sees("VERY SICK, 8 of 10: calm room")
    await page.state("Stopped")
    assert (page.report["cause"], page.report["scene"], page.report["can_rise"]) == ("unwell", "", False)
    await page.sees("the person feels very sick: nothing rises until they say less than 7")
    await session.person.press(Button.READY)
    await page.sees("The person is ready.")
    await page.click("Offer")
    await page.sees(re.compile("refused: the person feels very sick"))
    await page.page.get_by_text("Stay in the calm room").click()
    for _ in range(TRIES):
        await page.try_click("Offer")
        await page.page.wait_for_timeout(SETTLE_MS)
        if await page.is_in("Calm room"):
            break
    await session.confirm(f"Prepare {FIRST}")
    await page.page.wait_for_timeout(SETTLE_MS)
    assert page.report["state"] == "calm"
    await page.click("Seen: VERY SICK")


async def _goes_on_when_it_is_better(session: Session) -> None:
    await session.therapist.click("Ask sickness")
    await _answers(session, 2)
    assert not session.therapist.report["sickness"]["is_unwell"]
    await _goes_in(session)


async def _is_greatly_distressed(session: Session) -> None:
    """The therapist is alarmed, and nothing else follows."""
    page = session.therapist
    await page.click("Enter 100")
    alarm = page.page.get_by_role("alert").get_by_text("Distress 100 of 100")
    await alarm.wait_for()
    assert page.report["cause"] not in ("unwell", "therapist_stop")
    await page.click("Seen: Distress 100 of 100")
    await alarm.wait_for(state="detached")
    assert page.commands_of("Calm") == page.commands_of("StepDown") == page.commands_of("Stop") == []
