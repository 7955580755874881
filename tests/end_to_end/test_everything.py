"""One story with nothing faked: server on PostgreSQL, headset on a real OpenXR runtime, therapist in a browser.

`make soak` tells it with every kind of controller that the runtime makes of the ones it has.
"""

import asyncio
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.console.driving import SETTLE_MS, TRIES, Page, Session, browser_program, prepare
from tests.end_to_end.gestures import Gestures
from tests.end_to_end.rig import Picture
from tests.end_to_end.test_session import difference, entered, in_order, rung_accepted
from tests.monado import RemoteDriver, Validation, running
from tests.server.programs import ServerProgram
from vret.core import effects, events
from vret.core.effects import State
from vret.core.ladder import Rung
from vret.headset.controls import Button
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.recording.verification import verify
from vret.settings import ControllersChoice

RUNGS = ("plaza", "stool", "balcony_far")
STIMULUS = "A ball falls over the edge"
LEFT_60 = (0.0, 0.5, 0.0, 0.8660254)

pytestmark = pytest.mark.timeout(900)


class Wearer(NamedTuple):
    """Who wears the headset: head and hands, what the hands hold, and the one that presses."""

    driver: RemoteDriver
    controllers: ControllersChoice
    side: str


def tellings(full: bool) -> list[tuple[ControllersChoice, str]]:
    """Controllers, and the hand that presses."""
    usual: list[tuple[ControllersChoice, str]] = [("oculus/touch_controller", "left")]
    return [*usual, ("valve/index_controller", "right"), ("khr/simple_controller", "right")] if full else usual


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize(("controllers", "side"), tellings(bool(metafunc.config.getoption("--full"))))


def test_everything(postgres_server: ServerProgram, tmp_path: Path, controllers: ControllersChoice, side: str) -> None:
    chromium = browser_program()
    prepare(postgres_server)
    (tmp_path / "monado").mkdir()
    layer = Validation(tmp_path)
    headset = {**layer.environment, "VRET_HEADSET": "openxr", "VRET_CONTROLLERS": controllers}
    with running(tmp_path / "monado") as monado:
        wearer = Wearer(monado.person(), controllers, side)
        environment = {**monado.environment, **headset}
        log = asyncio.run(_in_a_browser(postgres_server, chromium, environment, tmp_path / "headset", wearer))
    _check_log(log, side)
    assert layer.complaints() == []


async def _in_a_browser(
    server: ServerProgram, chromium: str, environment: dict[str, str], folder: Path, wearer: Wearer
) -> Path:
    from playwright.async_api import async_playwright

    driver, controllers, side = wearer
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        async with Session(server, browser, folder, environment=environment) as session:
            await session.sign_in()
            await session.plan()
            await session.gate()
            await session.join(await session.code())
            session.gestures = Gestures(session.headset, driver, side, controllers)
            watching = asyncio.create_task(session.headset.watch())
            try:
                await _play(session, driver, side)
                assert await session.headset.ended() == 0, session.headset.output()
            finally:
                watching.cancel()
                driver.close()
            assert session.therapist.complaints == []
        await browser.close()
    (sealed,) = [path for path in session.headset.logs() if ".sealed." in path.name]
    return sealed


async def _play(session: Session, driver: RemoteDriver, side: str) -> None:
    page, person = session.therapist, session.person
    await session.admit()
    seen = [await session.headset.look()]
    await session.practise()
    for number, rung in enumerate(await _rungs(session), start=1):
        await session.raise_to(number, rung.title)
        await _is_seen_anew(session, seen)

    await _surprise(session)
    driver.turn(*LEFT_60)
    await page.sees("60° to the left")
    driver.turn(0, 0, 0, 1)

    await page.click("Ask on the dial")
    await page.sees(re.compile("s left to answer"))
    await person.press(Button.RATE_MORE)
    await person.press(Button.RATE_CONFIRM)
    await page.sees(re.compile(r"Last: \d+"))

    await _in_the_scene_on(session, len(RUNGS))
    await _lessen_to(session, len(RUNGS) - 1)

    await person.press(Button.STOP)
    await page.state("Stopped")
    assert difference(await session.headset.look(), seen[-1]) > 2
    before = len(page.commands)
    await _tries_to_raise(page)
    assert page.commands[before:] == []
    assert await page.is_in("Stopped")
    await session.raise_to(1, (await _rungs(session))[0].title)

    await page.page.locator(".ending summary").click()
    await page.page.get_by_label("On a step that we chose").check()
    await page.click("End now")
    await page.page.get_by_role("heading", name="What happened").wait_for()
    await page.sees("From the finished log.")
    told = await page.page.locator(".told").inner_text()
    for words in (f"Practised stop ({side} controller)", STIMULUS, f"Pressed less ({side} controller)", "Distress"):
        assert words in told, told


async def _rungs(session: Session) -> tuple[Rung, ...]:
    """The first rungs of the ladder as the headset knows them."""
    assert session.headset.memory is not None
    opened = next(
        entry.event
        for log in session.headset.logs()
        for entry in read_log(log)
        if isinstance(entry, Record) and isinstance(entry.event, events.SessionOpened)
    )
    (rules,) = (rules for rules in opened.scenes if rules.name == "heights")
    assert tuple(rung.name for rung in rules.rungs[: len(RUNGS)]) == RUNGS
    return rules.rungs[: len(RUNGS)]


async def _is_seen_anew(session: Session, seen: list[Picture]) -> None:
    """What reaches the eyes is like nothing before, as soon as the rung has arrived."""
    for _ in range(TRIES):
        picture = await session.headset.look()
        if all(difference(picture, before) > 2 for before in seen):
            seen.append(picture)
            return
    raise AssertionError(f"the eyes still see one of {len(seen)} pictures from before")


async def _surprise(session: Session) -> None:
    """A stimulus with its warning, armed and confirmed; a hold because the machine was slow calls it off."""
    page = session.therapist
    for _ in range(TRIES):
        await _in_the_scene_on(session, len(RUNGS))
        await session.confirm(f"Prepare {STIMULUS}")
        for _ in range(10):
            await page.page.wait_for_timeout(SETTLE_MS)
            if await page.page.get_by_text(re.compile(r"^shown, \d+ s left")).is_visible():
                return
    raise AssertionError(f"{TRIES} times asked for, and never shown")


async def _in_the_scene_on(session: Session, number: int) -> None:
    await session.raise_to(number, (await _rungs(session))[number - 1].title)


async def _lessen_to(session: Session, number: int) -> None:
    """The machine may be too slow for two taps in time; then they were two waits."""
    for _ in range(5):
        await session.person.press(Button.LESS)
        for _ in range(20):
            if await session.therapist.is_on(number):
                return
            await session.therapist.page.wait_for_timeout(SETTLE_MS)
    raise AssertionError(f"never on step {number}: {await session.therapist.page.locator('.top').inner_text()}")


async def _tries_to_raise(page: Page) -> None:
    """Whatever would rise is shut: after a stop nobody can even prepare it."""
    for button in await page.button(re.compile("^Prepare ")).all():
        await button.click(force=True)
    await page.press("F2")
    await page.page.wait_for_timeout(SETTLE_MS)


def _check_log(path: Path, side: str) -> None:
    found = verify(path)
    assert found.equal, found.difference
    entries = list(read_log(path))
    records = [entry for entry in entries if isinstance(entry, Record)]
    frames = [entry for entry in entries if isinstance(entry, FrameRecord)]
    stops = [record.event for record in records if isinstance(record.event, events.StopPressed)]
    assert {stop.input for stop in stops} == {f"controller_{side}"}
    for stop in stops:
        assert [(frame.scene, frame.veil) for frame in frames if frame.t_ns == stop.t_ns] == [("", 0)]
    assert in_order(
        records,
        [
            lambda record: isinstance(record.event, events.SessionOpened),
            lambda record: isinstance(record.event, events.Admitted),
            lambda record: effects.StopPractised(input=events.Input(f"controller_{side}")) in record.effects,
            *(rung_accepted(rung) for rung in RUNGS),
            lambda record: any(isinstance(effect, effects.StimulusWarned) for effect in record.effects),
            lambda record: any(isinstance(effect, effects.StimulusShown) for effect in record.effects),
            lambda record: any(isinstance(effect, effects.RatingRecorded) for effect in record.effects),
            lambda record: isinstance(record.event, events.LessPressed),
            lambda record: isinstance(record.event, events.StopPressed),
            lambda record: isinstance(record.event, events.ReadyPressed),
            lambda record: isinstance(record.event, events.ResumeAccepted),
            entered(State.ENDED, effects.Cause.ENDED),
        ],
    )
