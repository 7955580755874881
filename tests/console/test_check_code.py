"""A therapist shows a code for the check, days before, and the person's program may check with it and nothing else."""

import asyncio
from pathlib import Path

import httpx

from tests.console.driving import Session, play
from tests.server.programs import ServerProgram


def test_a_code_for_the_check_is_shown_beside_the_safety_check(
    clinic: ServerProgram, chromium: str, tmp_path: Path
) -> None:
    play(clinic, chromium, tmp_path, _shows)


async def _shows(session: Session) -> None:
    page = session.therapist
    await session.sign_in()
    await session.plan()
    await page.click("Show a code for the check")
    code = await session.code()
    await page.sees(f"--code {code}")
    await page.sees("as often as needed")
    body = {"code": code}
    checked = await asyncio.to_thread(httpx.post, f"{session.server.url}/api/check", json=body)
    assert checked.status_code == 200
    joined = await asyncio.to_thread(httpx.post, f"{session.server.url}/api/redeem", json={**body, "program": "test"})
    assert joined.json()["code"] == "code_only_checks"
