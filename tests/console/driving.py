"""A therapist's browser and a person's headset program, both real: what they do, said in a test's words."""

import asyncio
import json
import math
import re
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import pytest

from tests.end_to_end.rig import PATIENCE_S, HeadsetProgram
from tests.server.people import PASSWORD, add_account
from tests.server.programs import ServerProgram
from vret.headset.controls import Button
from vret_server.accounts import AccountRole
from vret_server.pages import FOLDER

ROOT = Path(__file__).parents[2]
AXE = ROOT / "server" / "console" / "node_modules" / "axe-core" / "axe.min.js"
EMAIL = "t@clinic.example"
ADDRESS = "1 High Street, Springfield"
NUMBER = "+44 1632 960000"
PATIENCE_MS = PATIENCE_S * 1000
TRIES = 150
SETTLE_MS = 430
TRY_MS = 1500
DESKTOP = {"width": 1280, "height": 720}
TABLETS = ({"width": 1024, "height": 768}, {"width": 820, "height": 1180})


def browser_program() -> str:
    """Skips with the reason where the page cannot be driven."""
    pytest.importorskip("playwright", reason="needs Playwright: make setup-test")
    if not (FOLDER / "index.html").exists():
        pytest.skip("needs the compiled console: make setup")
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs Chromium: apt install chromium")
    return found


_LOOK = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true })
    document.dispatchEvent(new Event("visibilitychange"))
}"""
"""A browser without a screen shows every page; this tells the page what a browser with one would."""


def play(
    clinic: ServerProgram,
    chromium: str,
    folder: Path,
    story: Callable[["Session"], Awaitable[None]],
    *arguments: str,
    within: Sequence[str] = (),
) -> None:
    """Run a story with a new browser, which gets `arguments`. The page may complain of nothing.

    `within` goes before the headset program's command.
    """
    from playwright.async_api import async_playwright

    async def run() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *arguments])
            async with Session(clinic, browser, folder / "headset", within=within) as session:
                await story(session)
                assert session.therapist.complaints == []
            await browser.close()

    asyncio.run(run())


class Page:
    """One page of the console. Counts what a person does; keeps what the page sends and what it complains of.

    `silence_s` is the longest time between two of its heartbeats, `page_ms` the page's clock at the newest of them;
    `sent` counts messages by type, `report` is the newest that it received.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.actions = 0
        self.commands: list[str] = []
        self.beats = 0
        self.reports = 0
        self.sent: Counter[str] = Counter()
        self.report: dict[str, Any] = {}
        self.page_ms = 0
        self.silence_s = 0.0
        self._beat_s: float | None = None
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", self._listen)

    def _hear(self, message: Any) -> None:
        # The browser writes a line for every answer of 400 and above; that a stranger must sign in is one.
        if message.type in ("error", "warning") and "/api/me" not in str(message.location):
            self.complaints.append(message.text)

    def _listen(self, socket: Any) -> None:
        socket.on("framesent", self._send)
        socket.on("framereceived", self._receive)

    def _receive(self, frame: str | bytes) -> None:
        if isinstance(frame, str) and '"ReportMessage"' in frame:
            self.reports += 1
            self.report = json.loads(frame)["report"]

    def _send(self, frame: str | bytes) -> None:
        assert isinstance(frame, str), "a console sends text only"
        message = json.loads(frame)
        if message["type"] == "Signed":
            message = json.loads(message["content"])
        self.sent[message["type"]] += 1
        if message["type"] == "CommandMessage":
            self.commands.append(json.dumps(message))
        elif message["type"] == "Heartbeat":
            now = time.monotonic()
            if self._beat_s is not None:
                self.silence_s = max(self.silence_s, now - self._beat_s)
            self._beat_s = now
            self.beats += 1
            self.page_ms = message["sent_ns"] // 1_000_000

    def commands_of(self, kind: str) -> list[str]:
        return [text for text in self.commands if json.loads(text)["command"]["type"] == kind]

    def button(self, name: str | re.Pattern[str]) -> Any:
        return self.page.get_by_role("button", name=name)

    async def can(self, name: str | re.Pattern[str]) -> bool:
        """Whether it can be clicked now; a button that has gone with its state is not waited for."""
        button = self.button(name).first
        return bool(await button.is_visible() and await button.is_enabled())

    async def click(self, name: str | re.Pattern[str]) -> None:
        self.actions += 1
        await self.button(name).first.click()

    async def try_click(self, name: str | re.Pattern[str], count: int = 1) -> bool:
        """Click what may be gone before the click comes: a slow machine holds, and then nothing stays armed."""
        return await self._try(self.button(name).first.click(timeout=TRY_MS, click_count=count))

    async def try_press_on(self, name: str | re.Pattern[str], key: str) -> bool:
        """Press a key on a button that has the focus, likewise."""
        return await self._try(self.button(name).first.press(key, timeout=TRY_MS))

    async def _try(self, attempt: Awaitable[None]) -> bool:
        from playwright.async_api import TimeoutError as GoneError

        try:
            await attempt
        except GoneError:
            return False
        self.actions += 1
        return True

    async def fill(self, label: str, text: str) -> None:
        self.actions += 1
        await self.page.get_by_label(label).fill(text)

    async def press(self, key: str) -> None:
        self.actions += 1
        await self.page.keyboard.press(key)

    async def sees(self, text: str | re.Pattern[str]) -> None:
        await self.page.get_by_text(text).first.wait_for()

    async def look(self, state: str) -> None:
        """Show or hide the page: `visible` or `hidden`."""
        await self.page.evaluate(_LOOK, state)

    async def state(self, text: str) -> None:
        """Wait until the page says that this is the state of the session."""
        await self.page.locator(".top .state", has_text=text).wait_for()

    async def is_in(self, state: str) -> bool:
        return state in await self.page.locator(".top .state").inner_text()

    async def is_on(self, number: int) -> bool:
        return f"Step {number} of" in await self.page.locator(".top .where").inner_text()

    async def applied(self, control: str) -> int:
        """Wait until a control of the bar, or a step of the ladder, says that it was applied; its delay in ms."""
        told = self.page.locator(control).locator(".outcome.applied")
        await told.wait_for()
        found = re.search(r"(\d+) ms", await told.inner_text())
        assert found is not None
        return int(found.group(1))

    async def axe(self) -> list[str]:
        """What axe finds of serious and critical kind. It comes past the page's policy, as an extension does."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run()")
        return [
            f"{entry['id']}: {node['html'][:200]}"
            for entry in found["violations"]
            if entry["impact"] in ("serious", "critical")
            for node in entry["nodes"]
        ]


class Presser(Protocol):
    """Whoever gives the person's controls."""

    async def press(self, button: Button) -> None: ...


class Session:
    """A therapist's browser, the server, and a person who wears the headset once the code was read out.

    The person presses keys, or does what `gestures` does. `environment`, `within` and `headset_url` are the headset
    program's: the server as it sees it, and what goes before its command.
    """

    def __init__(
        self,
        server: ServerProgram,
        browser: Any,
        folder: Path,
        size: dict[str, int] = DESKTOP,
        environment: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
        headset_url: str = "",
    ) -> None:
        self.server = server
        self._within = within
        self._headset_url = headset_url or server.url
        self.folder = folder
        self.gestures: Presser | None = None
        self._environment = environment
        self.browser = browser
        self._size = size
        self._headset: HeadsetProgram | None = None

    async def __aenter__(self) -> Self:
        self.context = await self.browser.new_context(viewport=self._size)
        self.therapist = Page(await self.context.new_page())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._headset is not None and self._headset.process is not None and self._headset.process.poll() is None:
            await self._headset.close()
        await self.context.close()

    @property
    def headset(self) -> HeadsetProgram:
        assert self._headset is not None, "nobody has entered a code yet"
        return self._headset

    @property
    def person(self) -> Presser:
        return self.gestures or self.headset

    # -- the therapist

    async def sign_in(self) -> None:
        await self.therapist.page.goto(self.server.url)
        await self.therapist.fill("E-mail", EMAIL)
        await self.therapist.fill("Password", PASSWORD)
        await self.therapist.click("Sign in")

    async def plan(self) -> None:
        await self.therapist.click("Create session")

    async def gate(self) -> None:
        await self.therapist.fill("Where is the person now?", ADDRESS)
        await self.therapist.fill("Number to call back", NUMBER)
        await self.therapist.click("All asked, all answered no")
        await self.therapist.click("Save and show the code")

    async def code(self) -> str:
        letters = self.therapist.page.locator(".letters")
        await letters.wait_for()
        return str(await letters.inner_text())

    async def admit(self) -> None:
        await self.therapist.sees("A headset is waiting.")
        await self.therapist.click("Let in")
        await self.therapist.state("Calm room")

    async def raise_to(self, number: int, title: str, *, by_keyboard: bool = False) -> None:
        """Arm, confirm, and see it. A hold because the machine was slow is continued; it may undo a step."""
        page = self.therapist
        for _ in range(TRIES):
            if await page.is_in("Held"):
                await self.confirm("Prepare to continue")
            elif await page.is_in("Stopped"):
                await self._both_go_on()
            elif await page.is_on(number) and await page.is_in("In the scene"):
                return
            elif await page.can(f"Prepare {title}"):
                await self.confirm(f"Prepare {title}", by_keyboard=by_keyboard)
            await page.page.wait_for_timeout(300)
        raise AssertionError(f"{TRIES} times {title}, and still {await page.page.locator('.top').inner_text()}")

    async def _both_go_on(self) -> None:
        """After a stop, also one of a machine so slow that the link counted as lost."""
        await self.person.press(Button.READY)
        if await self.therapist.try_click("Offer"):
            await self.therapist.page.wait_for_timeout(SETTLE_MS)
            await self.person.press(Button.ACCEPT)
            await self.therapist.page.wait_for_timeout(SETTLE_MS)

    async def confirm(self, name: str, *, by_keyboard: bool = False) -> None:
        """Arm with one control and confirm with the other, as soon as the page lets it be confirmed."""
        page = self.therapist
        is_armed = await (page.try_press_on(name, "Enter") if by_keyboard else page.try_click(name))
        if not is_armed:
            return
        armed = page.page.locator(".confirm")
        ready = page.page.locator(".confirm[aria-disabled=false]")
        while await armed.is_visible() and not await ready.is_visible():
            await page.page.wait_for_timeout(100)
        await page.page.wait_for_timeout(SETTLE_MS)
        if by_keyboard:
            await page.press("F2")
        elif await ready.is_visible():
            await page.try_click(re.compile("^Confirm"))

    async def begin(self) -> None:
        """Everything up to the calm room with stop practised and the words compared: the first-time path."""
        await self.sign_in()
        await self.plan()
        await self.gate()
        await self.join(await self.code())
        await self.admit()
        await self.practise()

    # -- the person

    async def join(self, code: str) -> None:
        self.folder.mkdir(exist_ok=True)
        self._headset = HeadsetProgram(self.folder, self._headset_url, self._environment, self._within)
        await self._headset.start(code)

    async def practise(self) -> None:
        """What a person does once, before the first step."""
        await self.practise_stop()
        await self.compare_words()

    async def compare_words(self) -> None:
        await self.therapist.click("They are the same")
        await self.person.press(Button.READY)
        await self.therapist.page.locator("summary", has_text="Keys compared").wait_for()

    async def practise_stop(self) -> None:
        """Stop pressed once in calm, ready, and the therapist goes on in the calm room.

        Offering again is due to a slow machine, so it is not counted among the therapist's actions.
        """
        await self.person.press(Button.STOP)
        await self.therapist.state("Stopped")
        await self.person.press(Button.READY)
        await self.therapist.sees("The person is ready.")
        await self.therapist.click("Offer")
        actions = self.therapist.actions
        for _ in range(TRIES):
            await self.therapist.page.wait_for_timeout(SETTLE_MS)
            if await self.therapist.is_in("Calm room"):
                self.therapist.actions = actions
                return
            await self.therapist.try_click("Offer")
        raise AssertionError(f"{TRIES} times offered, and still not in the calm room")

    def turn_head(self, yaw_deg: float) -> None:
        half = math.radians(yaw_deg) / 2
        self.headset.wear(head_rotation_in_stage=(0.0, math.sin(half), 0.0, math.cos(half)))


@contextmanager
def running_clinic(folder: Path, *options: str, within: Sequence[str] = ()) -> Iterator[ServerProgram]:
    """A server with SQLite and the therapist's account, in `folder`; `options` are the server's, `within` its place."""
    server = ServerProgram(folder / "server", "", *options, within=within)
    server.data.mkdir()
    server.start()
    try:
        prepare(server)
        yield server
    finally:
        server.stop()


def prepare(server: ServerProgram) -> None:
    add_account(server, EMAIL, AccountRole.THERAPIST)
