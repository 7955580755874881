"""The therapist's page is out of sight for minutes: what the session, the page and the title do.

Of the page the clock alone is virtual (Playwright's, of timers, drawing and `performance.now`), so that its minutes
pass in steps of `STEP_MS`, each of which waits for a heartbeat sent and a report heard; the timer of the worker that
asks for heartbeats runs `HASTE` times as fast. Server, headset program, person and sockets are on real time throughout:
the lease is judged by no virtual clock.

That the page is out of sight is told to it, as a browser without a screen shows every page.
"""

import asyncio
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.console.driving import TRIES, Page, Session, play, running_clinic
from tests.end_to_end.rig import until
from tests.faults.measured import Measured
from tests.faults.reading import Mark, Reading
from tests.network import one_network
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.limits import LIMITS
from vret.headset.controls import Button

FIRST, SECOND = "Square: look up at the building", "Step stool, half a metre"
AWAY_MS, SUITE_AWAY_MS = 600_000, 120_000
STEP_MS = 2500
"""Below the three seconds after which a page calls the headset silent."""
HASTE = 5
_HASTY = f"const slow = setInterval; self.setInterval = (call, ms) => slow(call, ms / {HASTE});\n"
DEAD_S = 14
"""Then the system would wait for another 12 s before it repeats what was lost (RFC 6298)."""
BACK_S = 6
HOLD_S = LIMITS.lease_hold_ns / 1e9

pytestmark = pytest.mark.timeout(300)


def test_out_of_sight_for_ten_minutes(
    clinic: ServerProgram, chromium: str, tmp_path: Path, measured: Measured, full: bool
) -> None:
    """In the suite for two."""
    play(clinic, chromium, tmp_path, partial(_out_of_sight, measured, AWAY_MS if full else SUITE_AWAY_MS))


async def _out_of_sight(measured: Measured, away_ms: int, session: Session) -> None:
    """Heartbeats go on and nothing rises; the title tells, and on return the page says what happened."""
    page, browser = session.therapist, session.therapist.page
    await browser.route("**/assets/pulse-*.js", _hasten)
    await browser.clock.install()
    await session.begin()
    await session.raise_to(1, FIRST)
    address, commands = browser.url, len(page.commands)
    await page.try_click(f"Prepare {SECOND}")
    await browser.clock.pause_at(await browser.evaluate("Date.now() / 1000 + 1.0"))
    await _beats_at_the_new_time(page)
    await page.look("hidden")
    page.silence_s = 0.0
    began_ns = now_ns()
    await browser.keyboard.press("F2")
    await _pass(session, away_ms // 2)
    await page.try_click(f"Prepare {SECOND}")
    await _pass(session, STEP_MS)
    await browser.keyboard.press("F2")
    await session.person.press(Button.WAIT)
    await _pass(session, away_ms // 2)
    assert page.commands[commands:] == []
    assert page.silence_s < HOLD_S
    hidden = Mark("tab_hidden", began_ns, now_ns())
    await _title(browser, "Held · Hidden: no rises · No label · vret console")
    await page.look("visible")
    await browser.clock.resume()
    await _title(browser, "No label · vret console")
    told = browser.locator(".news", has_text=f"This page was hidden for {away_ms // 60_000} min")
    await told.wait_for()
    text = await told.inner_text()
    assert "Pressed wait (keyboard)." in text
    assert "the link" not in text, "a page out of sight keeps the lease"
    assert browser.url == address
    await told.get_by_role("button").click()
    await told.wait_for(state="detached")
    await session.raise_to(1, FIRST)
    measured(hidden.fault, **(await _reading(session)).of(hidden))


async def _reading(session: Session) -> Reading:
    """What the log holds, of a session that was left."""
    assert await session.headset.close() == 0, session.headset.output()
    return Reading(session.headset.logs())


async def _title(browser: Any, title: str) -> None:
    for _ in range(TRIES):
        if await browser.title() == title:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not {title!r} but {await browser.title()!r}")


async def _beats_at_the_new_time(page: Page) -> None:
    """The leap to it and the first step would be too long together for a page that did not stand still."""
    beats = page.beats
    while page.beats < beats + 2:
        await asyncio.sleep(0.01)


async def _pass(session: Session, duration_ms: int) -> None:
    """Time of the page, in steps short enough for it to hear of the headset in between."""
    page = session.therapist
    for _ in range(duration_ms // STEP_MS):
        reports, page_ms = page.reports, page.page_ms
        await page.page.clock.fast_forward(STEP_MS)
        while page.reports == reports or page.page_ms < page_ms + STEP_MS:
            await asyncio.sleep(0.01)


async def _hasten(route: Any) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, body=_HASTY + await answer.text())


def test_a_page_whose_line_was_dead_is_back_soon_after_it(chromium: str, tmp_path: Path) -> None:
    """Without a word to the page: no socket is closed, and the system knows of no change."""
    with one_network() as network, running_clinic(tmp_path, within=network.within) as clinic:
        browser = network.program(tmp_path / "browser.sh", chromium)

        async def story(session: Session) -> None:
            page = session.therapist
            await session.begin()
            network.cut()
            await page.sees(re.compile("Nothing heard from the headset"))
            await asyncio.sleep(DEAD_S)
            network.mend()
            began_s, reports = time.monotonic(), page.reports
            await until(lambda: page.reports > reports, "a report of the headset")
            took_s = time.monotonic() - began_s
            print(f"the headset is heard again {took_s:.1f} s after the line came back")
            assert took_s < BACK_S
            page.complaints.clear()

        play(clinic, str(browser), tmp_path, story, within=network.within)
