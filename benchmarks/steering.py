"""From the therapist's click to the first frame with what it asked for, and to *applied* on the page, on loopback.

A browser, a server with SQLite and the headset program off-screen at 90 Hz, its pictures drawn by Mesa's null GPU
(GALLIUM_NOOP=1), so that the software's own way is measured and not the drawing. `lowering`: Pause; `rising`: Confirm.
A click's time is the browser's event time; the frame's is when its thread had submitted it, by the session's log.
*Applied* is the page's own figure, from the click to the answer; it is drawn with the browser's next picture.
"""

import asyncio
import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from tests.console.driving import SETTLE_MS, Session, browser_program, running_clinic
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.events import CommandReceived
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record

CLICKS = 60
ENVIRONMENT = {"GALLIUM_NOOP": "1", "FRAME_RATE_HZ": "90"}
REMEMBER_CLICKS = """() => {
    window.clickedMs = 0
    const remember = event => { window.clickedMs = performance.timeOrigin + event.timeStamp }
    document.addEventListener("click", remember, { capture: true })
}"""
PAUSE = re.compile("^Pause")


@dataclass
class Clicks:
    """Of one kind: by command id when it was clicked, in nanoseconds of the wall clock; and what the page said."""

    clicked_ns: dict[str, int] = field(default_factory=dict)
    applied_ms: list[int] = field(default_factory=list)


async def measure(server: ServerProgram, folder: Path) -> tuple[Clicks, Clicks, Path]:
    from playwright.async_api import async_playwright

    lowering, rising = Clicks(), Clicks()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_program(), args=["--no-sandbox"])
        async with Session(server, browser, folder, environment=ENVIRONMENT) as session:
            page = session.therapist
            await session.begin()
            await session.raise_to(1, "Square: look up at the building")
            await page.page.evaluate(REMEMBER_CLICKS)
            for _ in range(CLICKS):
                await page.click(PAUSE)
                await page.state("Paused")
                await note(session, lowering)
                lowering.applied_ms.append(await page.applied(".bar .control:has(.pause)"))
                await session.confirm("Prepare to continue")
                await page.state("In the scene")
                await note(session, rising)
            await page.page.locator(".ending summary").click()
            await page.page.get_by_label("On a step that we chose").check()
            await page.click("End now")
            await session.headset.ended()
        await browser.close()
    (log,) = (path for path in session.headset.logs() if ".sealed." in path.name)
    return lowering, rising, log


async def note(session: Session, clicks: Clicks) -> None:
    await session.therapist.page.wait_for_timeout(SETTLE_MS)
    clicked_ms = await session.therapist.page.evaluate("window.clickedMs")
    clicks.clicked_ns[json.loads(session.therapist.commands[-1])["command_id"]] = int(clicked_ms * 1e6)


def submitted_ns(log: Path) -> dict[str, int]:
    """When the frame of each command was submitted, in nanoseconds of the wall clock."""
    wall_ns = time.time_ns() - now_ns()
    entries = list(read_log(log))
    frames = {entry.t_ns: entry.cpu_ns for entry in entries if isinstance(entry, FrameRecord)}
    commands = [
        entry.event for entry in entries if isinstance(entry, Record) and isinstance(entry.event, CommandReceived)
    ]
    return {event.command_id: event.t_ns + frames[event.t_ns] + wall_ns for event in commands if event.t_ns in frames}


def figures(values_ms: list[float]) -> str:
    return f"{np.median(values_ms):.0f} | {np.percentile(values_ms, 99):.0f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_clinic(folder) as server:
            lowering, rising, log = asyncio.run(measure(server, folder / "headset"))
            submitted = submitted_ns(log)
    print(f"Milliseconds, {CLICKS} clicks each.\n")
    print("| click | to the frame: median | p99 | to *applied*: median | p99 |")
    print("|---|--:|--:|--:|--:|")
    for name, clicks in (("lowering", lowering), ("rising", rising)):
        frame_ms = [(submitted[key] - at_ns) / 1e6 for key, at_ns in clicks.clicked_ns.items() if key in submitted]
        applied = figures([float(ms) for ms in clicks.applied_ms]) if clicks.applied_ms else "|"
        print(f"| {name} | {figures(frame_ms)} | {applied} |")


if __name__ == "__main__":
    main()
