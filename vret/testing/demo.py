"""The demonstration: the whole product at work on this computer, with an acted therapist and an acted person.

Real parts throughout: `vret server` on the loopback with SQLite, `vret headset` with its own processes, a person who
sees what is shown and presses what a person presses, a therapist who speaks the console's protocol, and a cable between
headset and server that is really cut. In the end the log decides whether all of it happened.

Where a headset answers, the session is shown in it: whoever puts it on looks around while the acted person presses, and
may wait, lessen and stop as in any session (`vret.headset.openxr.acted`). Else it is drawn off screen.

Whoever runs it may look on in a browser, by a sign-in link that lets them stop it but not lead; or lead it themselves
(`steer`): then the acted therapist goes as soon as the person has been let in.
"""

import asyncio
import hashlib
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from vret.core.effects import State
from vret.core.plan import Plan, ScenePlan
from vret.headset.openxr.probe import Answer, ask
from vret.link.therapist import TherapistLink
from vret.memory.mapped import MemoryLayoutError
from vret.memory.messages import LinkStatus, Shown
from vret.memory.platform import memory_folder
from vret.memory.session import SessionMemory
from vret.recording.seal import sealed_path
from vret.review.report import write_report
from vret.testing.cut import Cable
from vret.testing.evidence import Finding, findings, kept_findings
from vret.testing.person import pace_of
from vret.testing.programs import TIED_VRET, VRET, Program, run_once
from vret.testing.therapist import ActedTherapist, NoProgressError, Tempo

SCENE = "heights"
EMAIL = "therapist@demo.invalid"
IN_THE_HEADSET = ("--headset", "openxr", "--acted-person")
OFF_SCREEN = ("--headset", "offscreen", "--view-width", "64", "--view-height", "64", "--frame-rate", "30")
START_S = 180.0
UPLOAD_S = 60.0
POLL_S = 0.1

Tell = Callable[[str], None]
ShowPage = Callable[[str], object]
T = TypeVar("T")


@dataclass(frozen=True)
class Demonstration:
    """What came of it. `findings` are about the log alone."""

    log: Path
    report: Path
    pictures: tuple[Path, ...]
    findings: tuple[Finding, ...]

    @property
    def is_complete(self) -> bool:
        return all(finding.found for finding in self.findings)

    @property
    def missing(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.found)


@dataclass(frozen=True)
class Wishes:
    """How it is to be shown. `steer`: whoever runs it leads; `minutes` is then only the pace of the person's fear.

    `headset`: in the headset, where one answers.
    """

    minutes: float = 1.5
    seed: int = 1
    window: bool = True
    steer: bool = False
    headset: bool = True


async def run_demo(folder: Path, wishes: Wishes, tell: Tell, show_page: ShowPage) -> Demonstration:
    """Run it once; log, report, pictures and the programs' output go to `folder`.

    `show_page` is given the address that lets the console be opened once. Whatever is started is ended, also when the
    task is cancelled. Raises VretError, NoProgressError, TimeoutError.
    """
    programs = folder / "programs"
    answer = await asyncio.to_thread(ask) if wishes.headset else None
    tell(_display(answer))
    async with AsyncExitStack() as started:
        server_data = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="vret-demo-server-")))
        port, password = await started.enter_async_context(_server(server_data, programs, tell))
        cable = await started.enter_async_context(Cable("127.0.0.1", port))
        link = await started.enter_async_context(TherapistLink(f"http://127.0.0.1:{port}"))
        await link.login(EMAIL, password)
        session_id, code = await _prepared(link)
        tell("The therapist has signed in, made a session, answered the gate and read out a code.")
        page = await _page(server_data, f"http://127.0.0.1:{port}/sessions/{session_id}", steer=wishes.steer)
        tell(f"{'Lead' if wishes.steer else 'Watch'} it in a browser; this address opens once: {page}")
        show_page(page)
        display = IN_THE_HEADSET if answer is not None and answer.headset else OFF_SCREEN
        command = _headset_command(cable.port, code, folder / "headset", display, window=wishes.window)
        headset = await started.enter_async_context(Program("vret headset", *command, output=programs / "headset.txt"))
        live_log = await _session(link, session_id, headset, cable, programs, wishes, tell)
        stored = (await link.session(session_id))["log"]
        await link.end(session_id)
    return await asyncio.to_thread(_results, sealed_path(live_log), folder, stored, wishes, tell)


@asynccontextmanager
async def _server(data: Path, programs: Path, tell: Tell) -> AsyncIterator[tuple[int, str]]:
    """The server's port and the therapist's password."""
    tell("Starting the server with an empty database.")
    password = secrets.token_urlsafe(16)
    arguments = ("server", "--host", "127.0.0.1", "--port", "0", "--data", str(data))
    await run_once(
        "vret server add-user",
        *VRET, *arguments, "add-user", EMAIL, "--role", "therapist", "--password-stdin",
        stdin=f"{password}\n",
    )  # fmt: skip
    async with Program("vret server", *TIED_VRET, *arguments, output=programs / "server.txt") as server:
        url = await server.line_after("vret server listens on ")
        yield int(url.rsplit(":", 1)[1]), password


async def _page(data: Path, session: str, *, steer: bool) -> str:
    """The address that opens a session once in a browser: to watch, or to lead it."""
    return await run_once(
        "vret server sign-in-link",
        *VRET, "server", "--data", str(data), "sign-in-link", EMAIL, "--page", session,
        *(() if steer else ("--watch",)),
    )  # fmt: skip


async def _prepared(link: TherapistLink) -> tuple[str, str]:
    """A session with its gate complete, and a join code."""
    session_id = await link.create_session(Plan(scenes=(ScenePlan(SCENE),)), label="Demonstration")
    await link.put_gate(
        session_id,
        present_address="At this computer",
        callback_number="+00 000 00000",
        answers=await link.all_no(),
    )
    return session_id, await link.code(session_id)


def _display(answer: Answer | None) -> str:
    """Where the session is shown, and why; `answer` is None where no headset was wanted."""
    if answer is None:
        return "The session is drawn off screen, as --no-headset asks."
    if answer.problem:
        return f"The session is drawn off screen, since no headset answers. {answer.problem}"
    return (
        f"The session is shown in the headset, since one answers ({answer.headset}). Put it on and look around while "
        "the acted person presses; your own controllers' stop, wait and less count as well, and taking it off ends "
        "what is shown. To draw it off screen instead: --no-headset."
    )


def _headset_command(port: int, code: str, data: Path, display: tuple[str, ...], *, window: bool) -> tuple[str, ...]:
    return (
        *TIED_VRET, "headset",
        "--server", f"http://127.0.0.1:{port}",
        "--code", code,
        "--window" if window else "--no-window",
        "--data", str(data),
        *display,
    )  # fmt: skip


async def _session(
    link: TherapistLink,
    session_id: str,
    headset: Program,
    cable: Cable,
    programs: Path,
    wishes: Wishes,
    tell: Tell,
) -> Path:
    """From the start of the headset program to the stored log; the path of the live log."""
    tell("The headset program starts; the first time it builds the scenes.")
    memory = await _while_running(headset, _attached(headset))
    try:
        person = Program(
            "the acted person",
            sys.executable, "-m", "vret.testing.client", str(memory.folder),
            "--seed", str(wishes.seed), "--pace", str(pace_of(wishes.minutes)), "--script",
            output=programs / "person.txt",
        )  # fmt: skip
        async with person:
            await _while_running(headset, _admitted(link, session_id, tell))
            if wishes.steer:
                await link.disconnect()
                tell(
                    "The person is in the calm room, and the session is yours: open it there, and end it when you like."
                )
                await _while_running(headset, _ended(memory))
            else:
                await _while_running(headset, _led(link, cable, wishes.minutes, tell))
            tell("The headset program seals the log and hands it in.")
            return await _while_running(headset, _handed_in(memory))
    finally:
        memory.close()


async def _admitted(link: TherapistLink, session_id: str, tell: Tell) -> None:
    await link.connect(session_id)
    console = link.console
    await link.until(lambda: None not in (console.headset, console.opened, console.report), START_S)
    if not _is_seen(link):
        tell("Nobody sees the scene yet: put the headset on. The session begins as soon as it is worn.")
        try:
            await link.until(lambda: _is_seen(link), START_S)
        except TimeoutError:
            raise NoProgressError(
                f"nobody put the headset on for {START_S:.0f} s (--no-headset draws off screen)"
            ) from None
    tell("The person is in the waiting room; the therapist lets them in.")
    await link.admit(session_id)


def _is_seen(link: TherapistLink) -> bool:
    return link.report is not None and link.report.worn and link.report.focused


async def _led(link: TherapistLink, cable: Cable, minutes: float, tell: Tell) -> None:
    async def cut(duration_s: float) -> None:
        cable.cut()
        try:
            await asyncio.sleep(duration_s)
        finally:
            cable.mend()

    opened = link.console.opened
    assert opened is not None, "the person is let in after that has come"
    rules = next((rules for rules in opened.scenes if rules.name == SCENE), None)
    if rules is None:
        raise NoProgressError(f"the headset program has no scene {SCENE}")
    await ActedTherapist(link, rules, Tempo.of(minutes), tell, cut).lead()


async def _ended(memory: SessionMemory) -> None:
    """Until the session has ended, however long that takes."""
    while True:
        payload = memory.shown.read()
        if payload is not None and msgspec.msgpack.decode(payload, type=Shown).state is State.ENDED:
            return
        await asyncio.sleep(POLL_S)


async def _attached(headset: Program) -> SessionMemory:
    """The shared memory of the headset program, as soon as it is whole."""
    while True:
        for folder in memory_folder().glob(f"run-{headset.pid}-*"):
            if folder.is_dir():
                try:
                    return SessionMemory.attach(folder)
                except (MemoryLayoutError, OSError):
                    break
        await asyncio.sleep(POLL_S)


async def _handed_in(memory: SessionMemory) -> Path:
    """The path of the live log, when the link says that its sealed form was uploaded; or when it takes too long."""
    clock = asyncio.get_running_loop()
    until_s = clock.time() + UPLOAD_S
    path = ""
    while clock.time() < until_s:
        payload = memory.link_status.read()
        status = None if payload is None else msgspec.msgpack.decode(payload, type=LinkStatus)
        path = status.log_path if status is not None else path
        if status is not None and status.uploaded:
            break
        await asyncio.sleep(POLL_S)
    return Path(path)


async def _while_running(headset: Program, work: Coroutine[Any, Any, T]) -> T:
    """Do the work; if the headset program ends first, say so."""
    working, ending = asyncio.create_task(work), asyncio.create_task(headset.wait())
    try:
        await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise headset.failure(f"ended too early (exit status {ending.result()})")
        return working.result()
    finally:
        for task in (working, ending):
            task.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)


def _results(sealed: Path, folder: Path, stored: dict[str, Any] | None, wishes: Wishes, tell: Tell) -> Demonstration:
    from vret.headset.replaying import pictures

    tell("Reading the log, writing the report, drawing what the person saw.")
    log = folder / "session.sealed.mcap"
    shutil.copyfile(sealed, log)
    digest = hashlib.sha256(log.read_bytes()).hexdigest()
    report = folder / "report.html"
    write_report(log, report)
    asked = kept_findings if wishes.steer else findings
    return Demonstration(
        log=log,
        report=report,
        pictures=tuple(pictures(log, folder / "pictures")),
        findings=asked(log, stored=stored is not None and stored["sha256"] == digest),
    )
