"""Both agree, and what they say is recorded: a real browser, relay, server and headset program, and known speech.

What the page made of it is opened again, and has both voices; what the server has of it is ciphertext.
"""

import asyncio
import base64
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.console.calling import PERSON_HZ, THERAPIST_HZ, Call, calling, is_heard
from tests.console.driving import DESKTOP, EMAIL, SETTLE_MS, TABLETS, TRIES, Page
from tests.console.test_voice import sound
from tests.end_to_end.rig import until
from tests.server.people import PASSWORD
from tests.sound.pulse import NEEDED, Pulse
from vret.core.consent import RecordingEnd
from vret.core.effects import RecordingAsked, RecordingBegan, RecordingEnded
from vret.core.report import Report
from vret.headset.controls import Button
from vret.recording.log import read_log
from vret.recording.record import Record
from vret.sound.form import RATE_HZ, Samples

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in NEEDED), reason="needs PulseAudio: apt install pulseaudio"
    ),
]
__all__ = ["sound"]
WEBM, OPUS = bytes((0x1A, 0x45, 0xDF, 0xA3)), b"Opus"
HIDDEN_S = 2.5
PLAYED = """() => {
    const made = URL.createObjectURL.bind(URL);
    window.opened = [];
    URL.createObjectURL = (blob) => { window.opened.push(blob); return made(blob); };
}"""
"""Keeps what the page plays: its policy lets nobody fetch it."""
DECODED = """async () => {
    const content = await window.opened.at(-1).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
    const samples = new Uint8Array(sound.getChannelData(0).slice().buffer);
    let text = "";
    for (let at = 0; at < samples.length; at += 8192) text += String.fromCharCode(...samples.subarray(at, at + 8192));
    return btoa(text);
}"""


def test_what_both_say_is_recorded_while_both_agree_and_opened_by_the_therapist_alone(
    chromium: str, tmp_path: Path, sound: tuple[Pulse, Pulse]
) -> None:
    async def story() -> None:
        async with calling(tmp_path, chromium, *sound, ways=(0,)) as call:
            session = call.session
            await call.page.add_init_script(f"({PLAYED})()")
            await session.admit()
            await session.practise()
            await _declined(call)
            words = await _recorded(call)
            await _is_ciphertext(call)
            await _ends(call)
            await _listens(call)
            await _in_another_browser(call, words)
            await _deleted(call)
            _is_in_the_log(tmp_path)

    asyncio.run(story())


async def _declined(call: Call) -> None:
    """A no is a no, and nothing of it reaches the server."""
    page = call.page
    await _ask(call)
    await call.session.person.press(Button.NO_RECORDING)
    await page.get_by_role("button", name="I agree, ask the person").wait_for()
    assert _pieces(call) == []


async def _ask(call: Call) -> None:
    """Again while a slow machine's lease is too old for it."""
    asked = call.page.get_by_text("No answer is no")
    for _ in range(TRIES):
        await call.session.therapist.try_click("I agree, ask the person")
        await call.page.wait_for_timeout(SETTLE_MS)
        if await asked.is_visible():
            return
    raise AssertionError(f"{TRIES} times asked for a recording, and still no question")


async def _recorded(call: Call) -> str:
    """Both agree; somebody comes in and goes; the person ends it. The words that the page has shown."""
    page, person = call.page, call.session.person
    await _ask(call)
    await _told(call, lambda told: told.recording is not None, "the question")
    await person.press(Button.RECORD)
    await page.locator(".recorded", has_text="Recording").wait_for()
    shown = await page.locator(".key-words li").all_inner_texts()
    assert len(shown) == 20
    await page.screenshot(path=call.session.folder.parent / "recording-begins.png")
    await page.get_by_role("button", name="Written down").click()
    await call.both_hear("while it is recorded")
    await _fits(call)
    await until(lambda: _pieces(call), "the first piece at the server, while it goes on")
    await page.reload()
    await page.locator(".recorded", has_text=re.compile(r"\d:\d\d")).wait_for()
    assert await page.locator(".key-words").count() == 0, "the same words open it"
    await call.both_hear("after the page was loaded anew")
    await person.press(Button.SOMEONE_CAME_IN)
    await page.get_by_text("Silence is recorded").first.wait_for()
    await asyncio.sleep(HIDDEN_S)
    await person.press(Button.PRIVATE_AGAIN)
    await call.both_hear("when the person is alone again")
    await person.press(Button.NO_RECORDING)
    await page.locator(".recorded").wait_for(state="detached")
    await _told(call, lambda told: told.recording is None, "the end of it in the headset")
    return ", ".join(shown)


async def _fits(call: Call) -> None:
    """The sign, at every size; in a picture to look at."""
    for size in (*TABLETS, DESKTOP):
        await call.page.set_viewport_size(size)
        for part in (".recorded", ".recorded button"):
            box = await call.page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= size["width"]
        assert await call.page.locator("html").evaluate("it => it.scrollWidth <= it.clientWidth"), size
        await call.page.screenshot(path=call.session.folder.parent / f"recording-{size['width']}.png")
    assert await call.session.therapist.axe() == []


async def _is_ciphertext(call: Call) -> None:
    """Also the last of it, which comes when it has ended: two recordings, the first cut off by the reload."""
    await until(lambda: _ended(call.session.server.data / "vret.db") == 1, "all at the server")
    assert len({path.parent for path in _pieces(call)}) == 2
    whole = b"".join(path.read_bytes() for path in _pieces(call))
    assert WEBM not in whole
    assert OPUS not in whole
    assert np.frombuffer(whole[: len(whole) // 2 * 2], np.uint8).std() == pytest.approx(255 / 12**0.5, rel=0.05)


def _ended(database: Path) -> int:
    """How many recordings have their end."""
    with closing(sqlite3.connect(database)) as db:
        (count,) = db.execute("SELECT count(*) FROM recordings WHERE ended_unix_ms IS NOT NULL").fetchone()
    return int(count)


async def _ends(call: Call) -> None:
    page = call.page
    await page.locator("summary", has_text="End the session").click()
    await page.get_by_label("On a step that we chose").check()
    await page.get_by_role("button", name="End now").click()
    await page.get_by_role("heading", name="Recordings").wait_for()
    await page.reload()


async def _listens(call: Call) -> None:
    """By the key that this browser has kept, after a reload."""
    listen = call.page.get_by_role("button", name="Listen")
    await listen.nth(1).click()
    await call.page.locator("audio").wait_for()
    await call.page.wait_for_function("() => Number.isFinite(document.querySelector('audio').duration)")
    assert await call.page.get_by_text("The end is missing").count() == 0
    samples = await _decoded(call.page)
    for hertz in (PERSON_HZ, THERAPIST_HZ):
        assert any(_heard(samples, hertz)), f"{hertz} Hz are not in the recording"
    both = np.logical_or(_heard(samples, PERSON_HZ), _heard(samples, THERAPIST_HZ))
    quiet = max(len(run) for run in re.findall("0+", "".join(str(int(heard)) for heard in both)))
    assert quiet * 0.1 > HIDDEN_S - 1, "while somebody was there, silence was recorded"
    await listen.first.click()
    await call.page.get_by_text("The end is missing").wait_for()
    assert any(_heard(await _decoded(call.page), PERSON_HZ)), "what was said before the page was loaded anew"
    await call.page.screenshot(path=call.session.folder.parent / "recording-listen.png")
    assert await call.session.therapist.axe() == []


async def _in_another_browser(call: Call, words: str) -> None:
    context = await call.session.browser.new_context(viewport=DESKTOP)
    other = Page(await context.new_page())
    await other.page.add_init_script(f"({PLAYED})()")
    await other.page.goto(call.page.url)
    await other.fill("E-mail", EMAIL)
    await other.fill("Password", PASSWORD)
    await other.click("Sign in")
    await other.click("Listen")
    field = "The 20 words that were shown"
    for wrong, told in (
        ("acorn acorn", "These are 2 words; there must be 20."),
        (words.replace(words.split(", ")[0], "zebra"), "“zebra” is not one of the words."),
        (", ".join(["walnut"] * 20), "One of these words is wrong"),
    ):
        await other.fill(field, wrong)
        await other.click("Open")
        await other.sees(told)
    await other.page.screenshot(path=call.session.folder.parent / "recording-words.png")
    await other.fill(field, words)
    await other.click("Open")
    await other.page.locator("audio").wait_for()
    assert any(_heard(await _decoded(other.page), PERSON_HZ))
    for piece in _pieces(call):
        if piece.name != "000000.piece":
            piece.write_bytes(piece.read_bytes()[:-1] + bytes(1))
    await other.page.reload()
    await other.page.get_by_role("button", name="Listen").nth(1).click()
    await other.sees("This recording was changed")
    assert other.complaints == []
    await context.close()


async def _deleted(call: Call) -> None:
    page = call.session.therapist
    for left in (1, 0):
        await page.click("Delete")
        await page.click("Delete the recording")
        await page.page.locator(".recordings > ul > li").nth(left).wait_for(state="detached")
        assert len({path.parent for path in _pieces(call)}) == left
    await page.page.get_by_role("heading", name="Recordings").wait_for(state="detached")
    assert _pieces(call) == []


def _is_in_the_log(folder: Path) -> None:
    (log,) = folder.glob("headset/data/sessions/*/*.mcap")
    effects = [effect for entry in read_log(log) if isinstance(entry, Record) for effect in entry.effects]
    told = [effect for effect in effects if isinstance(effect, RecordingAsked | RecordingBegan | RecordingEnded)]
    assert told == [
        RecordingAsked(number=1),
        RecordingEnded(number=1, why=RecordingEnd.DECLINED),
        RecordingAsked(number=2),
        RecordingBegan(number=2),
        RecordingEnded(number=2, why=RecordingEnd.PERSON),
    ]


def _pieces(call: Call) -> list[Path]:
    return sorted(call.session.server.data.glob("recordings/*/*/*.piece"))


async def _told(call: Call, is_so: Callable[[Report], bool], what: str) -> None:
    memory = call.session.headset.memory
    assert memory is not None

    def told() -> bool:
        content = memory.report.read()
        return content is not None and is_so(msgspec.msgpack.decode(content, type=Report))

    await until(told, what)


async def _decoded(page: Any) -> Samples:
    return np.frombuffer(base64.b64decode(await page.evaluate(DECODED)), np.float32)


def _heard(samples: Samples, hertz: float) -> list[bool]:
    """A tenth of a second after the other."""
    step, window = RATE_HZ // 10, RATE_HZ // 5
    return [is_heard(samples[at : at + window], hertz) for at in range(0, len(samples) - window, step)]
