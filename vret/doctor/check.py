"""`vret check`: before the first call, and days before. The machine's part takes at most half a minute."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

from vret import settings
from vret.doctor.child import in_child
from vret.doctor.controllers import ABOUT as CONTROLLERS
from vret.doctor.controllers import check_controllers
from vret.doctor.finding import Finding, Mark, line
from vret.doctor.hearing import (
    MICROPHONE,
    SOUND,
    check_echo,
    check_endpoints,
    check_microphone,
    check_sound,
    judged_answer,
)
from vret.doctor.line import ASK_S, KNOCK_S, MEASURE_S, check_line
from vret.doctor.openxr import HEADSET, check_openxr
from vret.doctor.server import ANSWER_S, check_server
from vret.doctor.working import LOOK_S, Working, shown
from vret.link.checked import keep

MACHINE_S: Final = 30.0
"""What all that this computer does may take together, whatever hangs; the line is tried meanwhile."""

HEADSET_S, CONTROLLERS_S, ENDPOINTS_S, MICROPHONE_S, SOUND_S = 2.0, 5.0, 1.0, 5.0, 4.0
"""How long each takes where all is well, for the bar."""

READ_ALOUD: Final = "The kettle is warm, and the bread and the butter are on the table."
_END_S: Final = 3.0
_LINE_S: Final = ANSWER_S + ASK_S + KNOCK_S + MEASURE_S


def check(
    server: Annotated[str, settings.SERVER_URL.option()] = settings.SERVER_URL.default,
    code: Annotated[str | None, settings.CHECK_CODE.option()] = settings.CHECK_CODE.default,
    data: Annotated[Path, settings.DATA.option()] = settings.DATA.default,
    sound_output: Annotated[str, settings.SOUND_OUTPUT.option()] = settings.SOUND_OUTPUT.default,
    microphone: Annotated[str, settings.MICROPHONE.option()] = settings.MICROPHONE.default,
    allow_plain_http: Annotated[bool, settings.ALLOW_PLAIN_HTTP.option()] = settings.ALLOW_PLAIN_HTTP.default,
) -> int:
    """Check this computer before a session: microphone, sound, the line to the clinic, headset and controllers.

    It says in plain words what to do. Ctrl-C ends it. Exit status 1 if something must be mended before a session.
    """
    over = threading.Event()
    measuring = Working(lambda: examine_line(server, code, over, allow_plain_http=allow_plain_http))
    findings: list[Finding] = []
    watch = _Watch()

    def tell(found: Iterable[Finding]) -> None:
        for finding in found:
            findings.append(finding)
            print(line(finding), flush=True)

    try:
        tell(_check_headset(watch))
        tell(_check_hearing(watch, sound_output, microphone, _headset_in(findings)))
        tell(shown("Measuring the line", _LINE_S, measuring))
    finally:
        over.set()
        measuring.is_done(_END_S)
    bad = tuple(finding.about for finding in findings if finding.mark is Mark.BAD)
    noted = tuple(finding.about for finding in findings if finding.mark is Mark.NOTE)
    keep(data, f"vret {version('vret')}", bad, noted)
    print(conclusion(bad, noted))
    return 1 if bad else 0


def conclusion(bad: Sequence[str], noted: Sequence[str]) -> str:
    if bad:
        return f"\nBefore a session this must be mended: {', '.join(dict.fromkeys(bad))}."
    if noted:
        return f"\nA session can go ahead. Noted: {', '.join(dict.fromkeys(noted))}."
    return "\nAll is well for a session."


def examine_line(
    server: str, code: str | None, over: threading.Event, *, allow_plain_http: bool
) -> tuple[Finding, ...]:
    """The clinic's server, then the line to its relay. Empty when it is `over` before."""
    found = check_server(server, chosen=server != settings.SERVER_URL.default)
    if not any(finding.mark is Mark.GOOD for finding in found):
        return found
    return *found, *asyncio.run(_until(over, check_line(server, code, allow_plain_http=allow_plain_http)))


async def _until(over: threading.Event, examining: Coroutine[None, None, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What the relay lent is given back to it also when nobody wants to know any more."""
    task = asyncio.create_task(examining)
    while not task.done():
        await asyncio.wait({task}, timeout=LOOK_S)
        if over.is_set():
            task.cancel()
    return () if task.cancelled() else task.result()


class _Watch:
    """Runs checks in processes of their own, with a bar, and no longer than MACHINE_S in all."""

    def __init__(self) -> None:
        self._left_s = MACHINE_S

    def run(
        self, words: str, usually_s: float, check: Callable[..., tuple[Finding, ...]], about: str, *arguments: str
    ) -> tuple[Finding, ...]:
        began_s = time.monotonic()
        run = partial(in_child, check, about, *arguments, needed=False, within_s=self._left_s)
        found = shown(words, usually_s, Working(run))
        self._left_s = max(0.0, self._left_s - (time.monotonic() - began_s))
        return found


def _check_headset(watch: _Watch) -> Iterator[Finding]:
    found = watch.run("Looking for the headset", HEADSET_S, check_openxr, HEADSET)
    yield from found
    if _headset_in(found):
        yield from watch.run("Looking for the controllers", CONTROLLERS_S, check_controllers, CONTROLLERS)


def _headset_in(found: Sequence[Finding]) -> str:
    """The headset's name; empty where there is none."""
    return next((finding.sentence for finding in found if (finding.about, finding.mark) == (HEADSET, Mark.GOOD)), "")


def _check_hearing(watch: _Watch, output: str, microphone: str, headset: str) -> Iterator[Finding]:
    """The microphone, then the sound with the microphone open, so that what comes back is heard."""
    asked = output, microphone, headset
    found = watch.run("Opening microphone and sound", ENDPOINTS_S, check_endpoints, SOUND, *asked)
    yield from found
    bad = {finding.about for finding in found if finding.mark is Mark.BAD}
    if MICROPHONE not in bad:
        _ask(f"\nPress Enter, then read this line aloud, as loud as you usually speak:\n\n    {READ_ALOUD}\n\n")
        yield from watch.run("Listening", MICROPHONE_S, check_microphone, MICROPHONE, microphone, headset)
    if SOUND not in bad:
        _ask("\nPut the headset or headphones on. Press Enter, then be quiet: a soft tone rises for two seconds.\n")
        if MICROPHONE in bad:
            yield from watch.run("Playing", SOUND_S, check_sound, SOUND, output, headset)
        else:
            yield from watch.run("Playing", SOUND_S, check_echo, SOUND, *asked)
        yield judged_answer(_answer("\nDid you hear the tone? Type y or n, then press Enter: "))


def _ask(question: str) -> str | None:
    """What the person answers; None where nobody is there to answer."""
    print(question, end="", flush=True)
    answer = sys.stdin.readline()
    return answer.strip().lower() if answer else None


def _answer(question: str) -> bool | None:
    answer = _ask(question)
    return answer.startswith("y") if answer else None
