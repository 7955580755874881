"""Therapist and person go through the preparation: page, headset program and panel are real."""

from pathlib import Path

from tests.console.driving import Session, play
from tests.server.programs import ServerProgram
from vret.headset.controls import Button
from vret.link.checked import keep


def test_the_preparation_is_gone_through_together(clinic: ServerProgram, chromium: str, tmp_path: Path) -> None:
    play(clinic, chromium, tmp_path, _goes_through)


async def _goes_through(session: Session) -> None:
    page = session.therapist
    await session.sign_in()
    await session.plan()
    await session.gate()
    keep(session.folder / "data", "vret", ("sound",), ("line",))
    await session.join(await session.code())
    await page.sees("sound must be mended.")
    await session.admit()
    person = session.person
    await page.click("Go through it together")
    await page.sees("Now asked: Reads the line.")
    await person.press(Button.READY)
    await page.sees("Now asked: Seat.")
    await page.click("They said no")
    await page.sees("Reads the line: yes, Seat: no")
    await page.sees("Now asked: Floor.")
    for known in ("Room around", "Sound", "Wait"):
        await person.press(Button.READY)
        await page.sees(f"Now asked: {known}.")
    await person.press(Button.WAIT)
    await page.sees("Now asked: Less.")
    await person.press(Button.LESS)
    await page.sees("Now asked: Rating.")
    await page.click("Leave it out")
    await page.sees("Now asked: Stop.")
    await person.press(Button.STOP)
    await page.sees("Preparation: 9 of 9")
    await page.state("Stopped")
