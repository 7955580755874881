"""The therapist's own page in the middle of a scene: it stands still, it is closed, the clock of its computer is set.

That it stands still is real: its process is stopped by the system, worker and all, as a laptop that sleeps or a browser
that freezes a page would do. The browser's own process, which holds the connection, lives on.
"""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.console.driving import Page, Session, play, running_clinic
from tests.faults.measured import LONG, Measured
from tests.faults.reading import Mark, Reading
from vret.clock import now_ns
from vret.core.limits import LIMITS

FIRST: Final = "Square: look up at the building"
STEP_MS: Final = 3_600_000
WATCHED_S: Final = 2.0
"""For so long each step of the clock is looked at."""
GONE_S: Final = (LIMITS.lease_calm_ns + LIMITS.lost_fade_ns) / 1e9 + 1.0

_SET_CLOCK: Final = """step => {
    const Real = (window.RealDate ??= Date);
    window.Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [Real.now() + step])); }
        static now() { return Real.now() + step; }
    };
}"""

pytestmark = pytest.mark.timeout(600)


def test_a_page_that_stands_still_or_is_closed_is_a_lost_therapist(
    chromium: str, tmp_path: Path, measured: Measured, full: bool
) -> None:
    if not full:
        pytest.skip(LONG)
    with running_clinic(tmp_path) as clinic:
        play(clinic, chromium, tmp_path, partial(_story, measured))


async def _story(measured: Measured, session: Session) -> None:
    """A clock that is set changes nothing; without a page the headset holds and calms by the lease."""
    await session.begin()
    await session.raise_to(1, FIRST)
    marks = []
    for fault in (_clock_stepped, _frozen, _closed):
        marks.append(await fault(session))
        await session.raise_to(1, FIRST)
    assert await session.headset.close() == 0, session.headset.output()
    reading = Reading(session.headset.logs())
    for mark in marks:
        measured(mark.fault, **reading.of(mark))


async def _clock_stepped(session: Session) -> Mark:
    began_ns = now_ns()
    for step_ms in (STEP_MS, -STEP_MS, 0):
        await session.therapist.page.evaluate(_SET_CLOCK, step_ms)
        await asyncio.sleep(WATCHED_S)
    return Mark("page_clock_stepped", began_ns, now_ns())


async def _frozen(session: Session) -> Mark:
    """The page says so when it goes on, and the session goes on with it."""
    page, browser = session.therapist, session.therapist.page
    address = browser.url
    began_ns = now_ns()
    async with _still(session):
        await asyncio.sleep(GONE_S)
        ended_ns = now_ns()
    await page.state("Stopped")
    told = browser.locator(".news", has_text=re.compile(r"This page stood still for 1\d"))
    await told.filter(has_text=re.compile(r"Meanwhile: Held: .*Stopped: the link was lost\.")).wait_for()
    assert "the headset had no sign of you" in await told.inner_text()
    assert browser.url == address
    assert not await page.button(f"Prepare {FIRST}").is_enabled(), "nothing comes back by itself"
    await told.get_by_role("button").click()
    return Mark("tab_frozen", began_ns, ended_ns)


@asynccontextmanager
async def _still(session: Session) -> AsyncIterator[None]:
    """Every page of this browser stands still, workers too."""
    cdp = await session.browser.new_browser_cdp_session()
    processes = (await cdp.send("SystemInfo.getProcessInfo"))["processInfo"]
    pages = [entry["id"] for entry in processes if entry["type"] == "renderer"]
    assert pages
    for pid in pages:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pages:
            os.kill(pid, signal.SIGCONT)


async def _closed(session: Session) -> Mark:
    address = session.therapist.page.url
    began_ns = now_ns()
    await session.therapist.page.close()
    await asyncio.sleep(GONE_S)
    session.therapist = Page(await session.context.new_page())
    ended_ns = now_ns()
    await session.therapist.page.goto(address)
    await session.therapist.state("Stopped")
    return Mark("tab_closed", began_ns, ended_ns)
