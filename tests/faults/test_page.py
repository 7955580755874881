"""The therapist's own page: it is closed in the middle of a scene, and the clock of their computer is set."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.console.driving import Page, Session, play, running_clinic
from tests.faults.measured import Measured
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


def test_a_page_that_is_closed_and_clocks_that_are_set(chromium: str, tmp_path: Path, measured: Measured) -> None:
    with running_clinic(tmp_path) as clinic:
        play(clinic, chromium, tmp_path, partial(_story, measured))


async def _story(measured: Measured, session: Session) -> None:
    """A clock that is set changes nothing; a page that is gone is a lost therapist, and another goes on."""
    await session.begin()
    await session.raise_to(1, FIRST)
    marks = [await _clock_stepped(session)]
    await session.raise_to(1, FIRST)
    marks.append(await _closed(session))
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
