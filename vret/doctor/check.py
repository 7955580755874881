"""`vret check`: before the first call, and days before. The machine's part takes at most half a minute."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
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
from vret.doctor.line import KNOCK_S, MEASURE_S, check_line
from vret.doctor.openxr import HEADSET, check_openxr
from vret.doctor.server import check_server
from vret.doctor.working import LOOK_S, Working, shown
from vret.supervisor.checked import keep
from vret.voice.trial import LISTEN_S, TRIAL_S

START_S: Final = 1.0
"""Of a child process."""

HEADSET_S: Final = 8.0
ENDPOINTS_S: Final = 2.0
HEARING_S: Final = 10.0
CONTROLLERS_S: Final = 9.0
READ_ALOUD: Final = "The kettle is warm, and the bread and the butter are on the table."
_END_S: Final = 3.0
_LINE_S: Final = KNOCK_S + MEASURE_S


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

    def tell(found: Sequence[Finding]) -> None:
        findings.extend(found)
        for finding in found:
            print(line(finding), flush=True)

    try:
        tell(shown("Looking for the headset", HEADSET_S, Working(_check_headset)))
        if any(finding.about == HEADSET and finding.mark is Mark.GOOD for finding in findings):
            tell(shown("Looking for the controllers", CONTROLLERS_S, Working(_check_controllers)))
        headset = next((f.sentence for f in findings if f.about == HEADSET and f.mark is Mark.GOOD), "")
        for finding in _check_hearing(sound_output, microphone, headset):
            tell((finding,))
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


def _check_headset() -> tuple[Finding, ...]:
    return in_child(check_openxr, HEADSET, needed=False, within_s=HEADSET_S)


def _check_controllers() -> tuple[Finding, ...]:
    return in_child(check_controllers, CONTROLLERS, needed=False, within_s=CONTROLLERS_S)


def _check_hearing(output: str, microphone: str, headset: str) -> Iterator[Finding]:
    """The microphone, then the sound with the microphone open, so that what comes back is heard."""
    asked = output, microphone, headset
    found = shown(
        "Opening microphone and sound", ENDPOINTS_S, Working(partial(_hearing, check_endpoints, SOUND, *asked))
    )
    yield from found
    bad = {finding.about for finding in found if finding.mark is Mark.BAD}
    if MICROPHONE not in bad:
        _ask(f"\nPress Enter, then read this line aloud, as loud as you usually speak:\n\n    {READ_ALOUD}\n\n")
        listening = Working(partial(_hearing, check_microphone, MICROPHONE, microphone, headset))
        yield from shown("Listening", START_S + LISTEN_S, listening)
    if SOUND not in bad:
        _ask("\nPut the headset or headphones on. Press Enter, then be quiet: a soft tone rises for two seconds.\n")
        playing = Working(
            partial(_hearing, check_sound, SOUND, output, headset)
            if MICROPHONE in bad
            else partial(_hearing, check_echo, SOUND, *asked)
        )
        yield from shown("Playing", START_S + TRIAL_S, playing)
        yield judged_answer(_answer("\nDid you hear the tone? Type y or n, then press Enter: "))


def _hearing(check: Callable[..., tuple[Finding, ...]], about: str, *arguments: str) -> tuple[Finding, ...]:
    return in_child(check, about, *arguments, needed=False, within_s=HEARING_S)


def _ask(question: str) -> str | None:
    """What the person answers; None where nobody is there to answer."""
    print(question, end="", flush=True)
    answer = sys.stdin.readline()
    return answer.strip().lower() if answer else None


def _answer(question: str) -> bool | None:
    answer = _ask(question)
    return answer.startswith("y") if answer else None
