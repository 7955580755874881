"""Therapist and person write to each other from a real browser and a real headset program, over lines that are cut."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.console.driving import DESKTOP, PATIENCE_MS, SETTLE_MS, TABLETS, TRIES, Session, play
from tests.end_to_end.rig import until
from tests.server.programs import ServerProgram
from vret.core.conversation import PHRASES, Line
from vret.core.events import Wrote
from vret.core.report import Report
from vret.headset.controls import Button
from vret.memory.messages import Conversation
from vret.testing.cut import Cable

FIELD = "Write to the person"
UNDELIVERED = "not delivered yet"
HERE = "(the program said: your therapist is here)"
WRITTEN = [
    "Before: can you <b>read</b> this?",
    "I cannot hear you",
    "The answer to this is lost with the line.",
    "This is written while there is no line.",
    "Two lines,\nand the page is loaded anew before they arrive.",
    "I cannot hear you",
    "Thank you, Schön.",
    HERE,
    "Slower, please",
]

pytestmark = pytest.mark.timeout(300)


def test_both_have_the_same_conversation(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _talk)


async def _talk(session: Session) -> None:
    host, port = session.server.url.removeprefix("http://").split(":")
    async with Cable(host, int(port)) as cable:
        session._headset_url = f"http://127.0.0.1:{cable.port}"
        sockets = _Sockets()
        await session.therapist.page.route_web_socket(re.compile("/ws/"), sockets.open)
        await session.sign_in()
        await session.plan()
        await session.gate()
        await session.join(await session.code())
        await _in_the_waiting_room(session)
        await session.admit()
        await _over_a_socket_that_dies(session, sockets)
        await _over_a_line_that_is_cut(session, cable)
        await _answers(session)
        await _is_here(session)
        await _is_the_same_everywhere(session)
        await _fits(session)
        await _is_in_the_log(session)


class _Sockets:
    """Kills the page's connection as soon as a text has left on it, when it is asked to."""

    def __init__(self) -> None:
        self.dies_after_text = False

    async def open(self, socket: Any) -> None:
        server = socket.connect_to_server()

        async def leave(message: str | bytes) -> None:
            server.send(message)
            if self.dies_after_text and isinstance(message, str) and '"Say"' in message:
                self.dies_after_text = False
                await server.close()
                await socket.close()

        socket.on_message(leave)


async def _in_the_waiting_room(session: Session) -> None:
    page = session.therapist
    await page.sees("A headset is waiting.")
    await _write(session, WRITTEN[0])
    await _delivered(session, 1)
    await _say(session, pushes=1)
    await page.page.locator(".news.phrase", has_text=WRITTEN[1]).wait_for()
    await _delivered(session, 2)
    await page.page.locator(".news.phrase").get_by_role("button", name="Seen").click()


async def _over_a_socket_that_dies(session: Session, sockets: _Sockets) -> None:
    sockets.dies_after_text = True
    await _write(session, WRITTEN[2])
    await _write(session, WRITTEN[3])
    await _delivered(session, 4)


async def _over_a_line_that_is_cut(session: Session, cable: Cable) -> None:
    page = session.therapist.page
    cable.cut()
    cable.sever()
    await page.get_by_label(FIELD).press_sequentially("Two lines,")
    await page.keyboard.press("Shift+Enter")
    await page.get_by_label(FIELD).press_sequentially("and the page is loaded anew before they arrive.")
    await page.keyboard.press("Enter")
    await page.locator(".unsaid", has_text=UNDELIVERED).wait_for()
    await page.reload()
    await page.locator(".unsaid", has_text=UNDELIVERED).wait_for()
    assert len(await _lines(page)) == 5
    cable.mend()
    await _delivered(session, 5)


async def _answers(session: Session) -> None:
    """The second answer is written while the process that writes the log is dead."""
    await _say(session, pushes=1)
    await _delivered(session, 6)
    memory = session.headset.memory
    assert memory is not None
    await session.headset.kill("link")
    assert memory.from_window.push(msgspec.msgpack.encode(Wrote(t_ns=0, text=WRITTEN[6])))
    await _delivered(session, 7)


async def _is_here(session: Session) -> None:
    """Pressed again while a slow machine's lease is too old for it; what was refused is never said later."""
    page = session.therapist
    applied = page.page.locator(".conversation .outcome.applied")
    for _ in range(TRIES):
        await page.click("I am here")
        await page.page.wait_for_timeout(SETTLE_MS)
        if await applied.is_visible():
            break
    await until(lambda: _report(session).here_count == 1, "the program that says it")
    await _say(session, pushes=3)
    await _delivered(session, 9)


async def _is_the_same_everywhere(session: Session) -> None:
    """On the page, after a reload, on a page that was never open before, and in the person's window."""
    page = session.therapist.page
    assert await _lines(page) == WRITTEN
    await page.reload()
    await _delivered(session, 9)
    assert await _lines(page) == WRITTEN
    late = await session.context.new_page()
    await late.goto(page.url)
    await late.locator(".conversation li").nth(8).wait_for()
    assert await _lines(late) == WRITTEN
    await late.close()
    shown = await until(lambda: _conversation(session), "the conversation in the window")
    assert shown.waiting == 0
    assert [_words(line) for line in shown.lines] == WRITTEN
    await page.get_by_role("button", name="Lead here").click()


async def _fits(session: Session) -> None:
    page = session.therapist
    await _write(session, "w" * 500)
    for size in (DESKTOP, {"width": 1440, "height": 900}, *TABLETS):
        await page.page.set_viewport_size(size)
        panel = page.page.locator(".conversation")
        await panel.scroll_into_view_if_needed()
        box = await panel.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size["width"]
        for wide in (panel, page.page.locator("html"), page.page.locator(".column.right")):
            assert await wide.evaluate("it => it.scrollWidth <= it.clientWidth"), size
    await page.page.set_viewport_size(DESKTOP)
    assert await page.axe() == []


async def _is_in_the_log(session: Session) -> None:
    page = session.therapist.page
    await page.locator("summary", has_text="End the session").click()
    await page.get_by_label("On a step that we chose").check()
    await page.get_by_role("button", name="End now").click()
    for told in (
        f"Wrote to the person: “{WRITTEN[0]}”",
        "Said to the therapist: “Slower, please”.",
        f"Wrote to the therapist: “{WRITTEN[6]}”",
        "Let it be said: your therapist is here.",
    ):
        await page.get_by_role("cell", name=told).wait_for()


async def _write(session: Session, text: str) -> None:
    await session.therapist.fill(FIELD, text)
    await session.therapist.press("Enter")


async def _say(session: Session, pushes: int) -> None:
    """By the keys of the dial; what is left alone is said."""
    for _ in range(pushes):
        await session.headset.press(Button.RATE_MORE)


async def _delivered(session: Session, count: int) -> None:
    """Wait until so many lines stand there, and nothing waits."""
    from playwright.async_api import expect

    page = session.therapist.page
    await expect(page.locator(".conversation li")).to_have_count(count, timeout=PATIENCE_MS)
    await expect(page.locator(".unsaid")).to_have_count(0, timeout=PATIENCE_MS)


async def _lines(page: Any) -> list[str]:
    return [str(await line.inner_text()) for line in await page.locator(".conversation .said").all()]


def _conversation(session: Session) -> Conversation | None:
    assert session.headset.memory is not None
    content = session.headset.memory.conversation.read()
    found = None if content is None else msgspec.msgpack.decode(content, type=Conversation)
    return found if found is not None and len(found.lines) == len(WRITTEN) else None


def _report(session: Session) -> Report:
    assert session.headset.memory is not None
    content = session.headset.memory.report.read()
    assert content is not None
    return msgspec.msgpack.decode(content, type=Report)


def _words(line: Line) -> str:
    return HERE if line.is_here else line.text if line.phrase is None else PHRASES[line.phrase]
