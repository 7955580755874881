"""What goes wrong around the page: limits, long names, clocks, lapsed sign-ins, presses that come twice."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.console.driving import AXE, DESKTOP, EMAIL, TABLETS, Session, play
from tests.server.people import PASSWORD
from tests.server.programs import ServerProgram
from vret_server.settings import ServerLimits

FIRST, FOURTH, FIFTH = (
    "Square: look up at the building",
    "First-floor balcony, one metre from the edge",
    "Third floor, at the glass rail",
)
LABEL = "Bartholomäus-Maximilian 🦋 \u202e עברית عبد الرحمن, third session of the second block, long"
PLAN = {"scenes": [{"scene": "heights", "ceilings": {"height_m": 4_000_000}}]}
SKEW = timedelta(hours=1)
ALLOWED = ServerLimits().failures_per_minute_per_address

pytestmark = pytest.mark.timeout(300)


def test_what_the_plan_limits_is_said_and_never_sent(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _limited)


async def _limited(session: Session) -> None:
    """A plan with a ceiling, made as a program would: the page shows it, and its controls refuse what is beyond."""
    page, browser = session.therapist, session.therapist.page
    await session.sign_in()
    await browser.get_by_role("heading", name="New session").wait_for()
    made = await session.context.request.post(
        f"{session.server.url}/api/sessions",
        data={"plan": PLAN, "label": LABEL},
        headers={"Origin": session.server.url},
    )
    assert made.ok, await made.text()
    await browser.goto(f"{session.server.url}/sessions/{(await made.json())['session_id']}")
    await session.gate()
    await session.join(await session.code())
    await session.admit()
    await session.practise()
    await session.raise_to(1, FIRST)
    await _shows_its_state_whole(browser)
    rows = browser.locator(".ladder li")
    assert "Height, plan: at most 4 m" in await rows.filter(has_text=FIFTH).inner_text()
    assert await page.button(f"Prepare {FIFTH}").count() == 0
    assert await page.button(f"Prepare {FOURTH}").is_visible()
    commands = len(page.commands)
    for name, limit in (("Height", "at most 4 m"), ("Level of the scene", "at most")):
        row = browser.locator(".slide", has=browser.get_by_label(name, exact=True))
        assert f"plan: {limit}" in await row.locator(".limit").inner_text()
        await row.get_by_label(name, exact=True).focus()
        await browser.keyboard.press("End")
        await row.get_by_text(re.compile(rf"Not sent: the plan permits no more \(plan: {limit}")).wait_for()
        assert await row.get_by_role("button").is_disabled()
    assert page.commands[commands:] == []
    if AXE.exists():
        await browser.locator("summary", has_text="Whom to call").click()
        assert await page.axe() == []


async def _shows_its_state_whole(browser: Any) -> None:
    """A long label is cut, what it would push away is not."""
    for size in (*TABLETS, DESKTOP):
        await browser.set_viewport_size(size)
        for part in (".top .state", ".top .timer"):
            box = await browser.locator(part).bounding_box()
            assert box["x"] >= 0, (part, size)
            assert box["x"] + box["width"] <= size["width"], (part, size)


def test_presses_that_come_twice_count_once(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _twice)


async def _twice(session: Session) -> None:
    page, browser = session.therapist, session.therapist.page
    posts: list[str] = []
    browser.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await session.sign_in()
    await browser.get_by_role("heading", name="New session").wait_for()
    await page.button("Create session").evaluate("button => { button.click(); button.click() }")
    await session.gate()
    code = await session.code()
    await page.button("New code").evaluate("button => { button.click(); button.click() }")
    await browser.wait_for_function("code => document.querySelector('.letters').innerText !== code", arg=code)
    assert sum(url.endswith("/api/sessions") for url in posts) == 1
    assert sum(url.endswith("/code") for url in posts) == 2, "the first code, and one more"


@pytest.mark.parametrize("ahead", [SKEW, -SKEW])
def test_a_clock_that_is_an_hour_off(clinic: ServerProgram, chromium: str, tmp_path: Path, ahead: timedelta) -> None:
    async def story(session: Session) -> None:
        await session.therapist.page.clock.install(time=datetime.now(UTC) + ahead)
        await session.sign_in()
        await session.plan()
        await session.gate()
        await session.code()
        await session.therapist.sees(re.compile(r"Good for (10:00|9:\d\d) more"))

    play(clinic, chromium, tmp_path, story)


def test_a_sign_in_that_has_run_out(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _run_out)


async def _run_out(session: Session) -> None:
    """Before a session the page asks to sign in, and goes on where it was; a live one says what happens, and asks."""
    page, browser = session.therapist, session.therapist.page
    await session.sign_in()
    await browser.get_by_role("heading", name="New session").wait_for()
    await session.context.clear_cookies()
    await session.plan()
    await page.sees("Your sign-in has run out.")
    await _signs_in_again(session)
    await session.plan()
    await session.gate()
    await session.code()
    address = browser.url
    other = await session.context.new_page()
    await other.goto(session.server.url)
    await other.get_by_role("button", name="Sign out").click()
    await page.sees("You are not signed in any more.")
    await page.click("Sign in again")
    await browser.get_by_label("E-mail").wait_for()
    await _signs_in_again(session)
    await browser.get_by_role("heading", name="Let the person in").wait_for()
    assert browser.url == address
    page.complaints.clear()  # the browser tells of every call that was turned away


async def _signs_in_again(session: Session) -> None:
    await session.therapist.fill("E-mail", EMAIL)
    await session.therapist.fill("Password", PASSWORD)
    await session.therapist.click("Sign in")


def test_back_and_reload_stay_in_the_session(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _back_and_reload)


async def _back_and_reload(session: Session) -> None:
    page, browser = session.therapist, session.therapist.page
    await session.sign_in()
    await session.plan()
    await browser.get_by_role("heading", name="Safety check").wait_for()
    await browser.reload()
    await session.gate()
    await session.code()
    address = browser.url
    await browser.go_back()
    await page.sees(re.compile("The session goes on without you"))
    await page.click("Stay")
    assert browser.url == address
    await browser.reload()
    await page.click("Show a code")
    await session.code()
    await page.click("Change the safety check")
    assert await browser.get_by_label("Emergency number where the person is").input_value() == "112"


def test_a_wrong_password_many_times(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _wrong)


async def _wrong(session: Session) -> None:
    page = session.therapist
    await page.page.goto(session.server.url)
    await page.fill("E-mail", EMAIL)
    await page.fill("Password", "wrong")
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 4 * ALLOWED:
        async with page.page.expect_response("**/api/login") as answered:
            await page.click("Sign in")
        statuses.append((await answered.value).status)
    *wrong, last = statuses
    assert (set(wrong), last) == ({401}, 429)
    assert len(wrong) >= ALLOWED
    await page.sees("Too many wrong tries. Wait a minute, then try again.")
    page.complaints.clear()
