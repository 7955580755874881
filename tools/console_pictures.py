"""Draw the pictures of the console in docs/pictures anew: `python tools/console_pictures.py`.

A real server, headset program and browser go through a session; the pictures are of what a therapist sees. Needs
Chromium, the compiled console and the packages of the tests.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.console.driving import SETTLE_MS, TRIES, Session, browser_program, running_clinic  # noqa: E402
from tests.server.programs import ServerProgram  # noqa: E402
from vret.headset.controls import Button  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
DESKTOP = {"width": 1280, "height": 720}
TABLETS = {"tablet": {"width": 1024, "height": 768}, "tablet-upright": {"width": 820, "height": 1180}}
COLOURS = 160
LADDER = (
    (1, "Square: look up at the building", 20),
    (2, "Step stool, half a metre", 30),
    (3, "First-floor balcony, four metres from the edge", 60),
)
TOLD = "Well done. Look around as long as you like."
NEXT = "First-floor balcony, one metre from the edge"


class Camera:
    """Takes pictures of one page, named as in docs/pictures."""

    def __init__(self, page: Any) -> None:
        self._page = page

    async def take(self, name: str) -> None:
        path = PICTURES / f"console-{name}.png"
        await self._page.screenshot(path=path)
        Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


async def draw(server: ServerProgram, folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_program(), args=["--no-sandbox"])
        async with Session(server, browser, folder / "headset", DESKTOP) as session:
            await _session(session, Camera(session.therapist.page))
        await browser.close()


async def _session(session: Session, camera: Camera) -> None:
    page, browser = session.therapist, session.therapist.page
    await browser.goto(session.server.url)
    await browser.get_by_label("E-mail").wait_for()
    await camera.take("sign-in")
    await session.sign_in()
    await page.fill("Label", "M. K., third session")
    await camera.take("plan")
    await session.plan()
    await browser.locator(".questions li").first.wait_for()
    await camera.take("gate")
    await session.gate()
    await session.join(await session.code())
    await page.sees("A headset is waiting.")
    await camera.take("admit")
    await session.admit()
    await session.practise()
    for number, title, suds in LADDER:
        await session.raise_to(number, title)
        await page.click(f"Enter {suds}")
    await session.headset.press(Button.WAIT)
    await page.state("Held")
    await browser.wait_for_timeout(500)
    await camera.take("held")
    await session.raise_to(3, LADDER[2][1])
    await page.click("Enter 50")
    await page.click("Seen")
    session.turn_head(30)
    session.headset.wear(head_position_in_stage=(0.2, 1.6, -0.4))
    for name, size in TABLETS.items():
        await browser.set_viewport_size(size)
        await _armed(session, camera, name)
    await browser.set_viewport_size(DESKTOP)
    await _armed(session, camera, "steer")
    await page.click("Cancel")
    await asyncio.to_thread(session.server.kill)
    await page.sees("No connection to the server")
    await camera.take("lost")
    await asyncio.to_thread(session.server.start)
    await page.sees("Connected.")
    await session.headset.press(Button.STOP)
    await page.state("Stopped")
    await browser.wait_for_timeout(500)
    await camera.take("stopped")
    await browser.locator(".ending summary").click()
    await browser.get_by_label("On a step that we chose").check()
    await page.click("End now")
    await page.sees("From the finished log.")
    await browser.wait_for_timeout(500)
    await camera.take("log")
    await browser.goto(session.server.url)
    await browser.get_by_role("table").wait_for()
    await camera.take("sessions")


async def _armed(session: Session, camera: Camera, name: str) -> None:
    """The next step is prepared; once more where the machine was slow and held."""
    page = session.therapist
    for number in range(TRIES):
        await session.raise_to(3, LADDER[2][1])
        if number == 0:
            await page.fill("Write to the person", TOLD)
            await page.press("Enter")
        if await page.try_click(f"Prepare {NEXT}"):
            await page.page.wait_for_timeout(SETTLE_MS)
            await camera.take(name)
            if await page.page.locator(".confirm").is_visible():
                return
    raise AssertionError(f"{TRIES} times the machine held before the picture {name}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_clinic(folder) as server:
            asyncio.run(draw(server, folder))


if __name__ == "__main__":
    main()
