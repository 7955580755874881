"""Therapist and person compare four words in a real browser before anything can rise, and once for all reloads."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.console.driving import AXE, SETTLE_MS, TRIES, Page, Session, play
from tests.end_to_end.rig import until
from tests.server.programs import ServerProgram
from vret.core.limits import LIMITS
from vret.headset.controls import Button
from vret.link.phrase import PHRASE_WORDS, WORDS

FIRST, SECOND = "Square: look up at the building", "Step stool, half a metre"
ASK = "Ask the person to read out their four words. Are they the same?"
NOT_COMPARED = "the four words are not compared yet"

pytestmark = pytest.mark.timeout(600)


def test_nothing_rises_before_the_words_are_compared(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _compared)


async def _compared(session: Session) -> None:
    """Over reloads, in another tab, and by a headset program that was started anew and knows the keys no more."""
    page, browser = session.therapist, session.therapist.page
    await _comes_to_the_words(session)
    words = await _words(page)
    assert len(words) == PHRASE_WORDS
    assert set(words) <= set(WORDS)
    assert words == page.report["agreement"]["words"] == page.report["words_asked"]
    await _is_refused(session)
    assert await _axe(page) == []

    await page.click("They are the same")
    await page.sees(re.compile("The person has not: they press Ready"))
    await browser.locator(".obstacles", has_text=NOT_COMPARED).wait_for()
    while not page.report["agreement"]["matched"]:
        await asyncio.sleep(0.05)
    assert not page.report["agreement"]["confirmed"]
    await session.person.press(Button.READY)
    await _shows_as_compared(page, words)
    await session.raise_to(1, FIRST)

    await _reload(page)
    await _shows_as_compared(page, words)
    assert (page.sent["Commitment"], page.sent["Reveal"], page.sent["Kept"]) == (1, 1, 1)
    await session.raise_to(2, SECOND)
    await _goes_on_in_a_duplicate(session, words)
    await _is_known_to_another_run(session)


async def _is_refused(session: Session) -> None:
    """With this sentence; a slow machine is refused for its link before."""
    browser = session.therapist.page
    refused = browser.locator(".ladder .outcome.refused", has_text=NOT_COMPARED)
    for _ in range(TRIES):
        await session.confirm(f"Prepare {FIRST}")
        await browser.wait_for_timeout(SETTLE_MS)
        assert session.therapist.report["state"] == "calm"
        if await refused.is_visible():
            return
    raise AssertionError(f"{TRIES} times tried, and not refused for the words")


async def _goes_on_in_a_duplicate(session: Session, words: list[str]) -> None:
    """A tab that is opened from this one has the same keys; both lead in turn, and nothing is compared anew."""
    page, browser = session.therapist, session.therapist.page
    async with session.context.expect_page() as opened:
        await browser.evaluate("void window.open(location.href)")
    other = Page(await opened.value)
    await page.sees(re.compile("This page looks on"))
    await _shows_as_compared(other, words)
    await page.click("Lead here")
    await other.sees(re.compile("This page looks on"))
    await _shows_as_compared(page, words)
    await other.page.close()
    assert page.sent["Commitment"] == 1


async def _is_known_to_another_run(session: Session) -> None:
    page, headset = session.therapist, session.headset
    await headset.kill("supervisor")
    await headset.ended()
    await until(lambda: not headset.memory_folders(), "the end of all its programs")
    await headset.start()
    await page.page.locator("summary", has_text="This page knows the headset").wait_for()
    assert page.sent["Recognised"] == 1
    assert not await page.page.get_by_role("heading", name=ASK).is_visible()


def test_words_that_differ_forbid_every_rise(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _differ)


async def _differ(session: Session) -> None:
    """Also after a reload, until the therapist wants other words and has compared those."""
    page, browser = session.therapist, session.therapist.page
    await _comes_to_the_words(session)
    words = await _words(page)
    await page.click("They differ")
    doubt = browser.get_by_role("alert").filter(has_text="The words differ: somebody may be in between.")
    await doubt.wait_for()
    assert await doubt.get_by_role("link", name=re.compile("Call now")).is_visible()
    assert not await page.button(f"Prepare {FIRST}").is_enabled()
    assert await _axe(page) == []
    await _reload(page)
    await doubt.wait_for()
    await browser.locator(".obstacles", has_text="the four words differ").wait_for()
    assert not await page.button(f"Prepare {FIRST}").is_enabled()
    assert page.sent["Commitment"] == 1
    await page.click("Agree on new words")
    await page.sees(ASK)
    assert await _words(page) != words
    await asyncio.sleep(LIMITS.new_words_ns / 1e9 + 1)
    await session.compare_words()
    await session.raise_to(1, FIRST)


async def _comes_to_the_words(session: Session) -> None:
    await session.sign_in()
    await session.plan()
    await session.gate()
    await session.join(await session.code())
    await session.admit()
    await session.practise_stop()
    await session.therapist.sees(ASK)


async def _words(page: Page) -> list[str]:
    return [str(word) for word in await page.page.locator(".four-words li").all_inner_texts()]


async def _shows_as_compared(page: Page, words: list[str]) -> None:
    summary = page.page.locator("summary", has_text="Keys compared")
    await summary.click()
    assert await _words(page) == words
    await summary.click()
    assert not await page.page.get_by_role("heading", name=ASK).is_visible()


async def _reload(page: Page) -> None:
    page.page.once("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.page.reload()
    await page.page.locator(".ladder li").first.wait_for()


async def _axe(page: Page) -> list[Any]:
    return list(await page.axe()) if AXE.exists() else []
