"""`vret demo`: the whole session, shown."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from vret import settings
from vret.browser import open_page
from vret.errors import VretError
from vret.memory.platform import on_interrupt
from vret.review.words import clock
from vret.testing.demo import Demonstration, ShowPage, Tell, Wishes, run_demo
from vret.testing.therapist import NoProgressError

INTERRUPTED = 130
AROUND_S = 20.0


class DemoError(VretError):
    """The demonstration could not be carried through."""

    exit_status = 1


def demo(
    minutes: Annotated[float, settings.MINUTES.option()] = settings.MINUTES.default,
    keep: Annotated[Path | None, settings.KEEP.option()] = settings.KEEP.default,
    seed: Annotated[int, settings.SEED.option()] = settings.SEED.default,
    window: Annotated[bool, settings.WINDOW.option()] = settings.WINDOW.default,
    steer: Annotated[bool, settings.STEER.option()] = settings.STEER.default,
    show_in_headset: Annotated[bool, settings.SHOW_IN_HEADSET.option()] = settings.SHOW_IN_HEADSET.default,
    open_browser: Annotated[bool, settings.OPEN_PAGE.option()] = settings.OPEN_PAGE.default,
) -> int:
    """Show a whole session on this computer, with an acted therapist and an acted person.

    It starts a server, the headset program, a person who wears it and a therapist who leads, cuts the connection once,
    and ends with the log, a report and pictures of what the person saw. Nothing leaves this computer. It succeeds only
    if the log shows that all of it happened.

    Where a headset answers, it is shown there to whoever puts it on; else it is drawn off screen.

    It says at which address you can watch in a browser. With --steer you lead the session there yourself: the therapist
    only prepares it and lets the person in.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="vret-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    wishes = Wishes(minutes, seed, window, steer, show_in_headset)
    with _progress(None if steer else 60.0 * minutes + AROUND_S) as tell:
        try:
            shown = _run(folder, wishes, tell, open_page if open_browser else _leave_closed)
        except asyncio.CancelledError:
            tell("Interrupted. Everything that was started has been ended.")
            return INTERRUPTED
        except (NoProgressError, TimeoutError) as stuck:
            raise DemoError(
                f"The demonstration got stuck: {stuck or 'no answer came'}. What the programs wrote is in "
                f"{folder / 'programs'}."
            ) from stuck
    _print_results(shown)
    return 0 if shown.is_complete else 1


def _run(folder: Path, wishes: Wishes, tell: Tell, show_page: ShowPage) -> Demonstration:
    async def run() -> Demonstration:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None, "a coroutine of asyncio.run is a task"

        def interrupt() -> None:
            loop.call_soon_threadsafe(task.cancel)

        on_interrupt(interrupt)
        return await run_demo(folder, wishes, tell, show_page)

    return asyncio.run(run())


def _leave_closed(_address: str) -> None:
    pass


@contextmanager
def _progress(about_s: float | None) -> Iterator[Callable[[str], None]]:
    """Lines with the time on the left; on a terminal also a bar below them, without an end if nobody knows it."""
    console = Console(highlight=False, soft_wrap=True)
    started_s = time.monotonic()

    def line(sentence: str) -> None:
        console.print(f"{clock(time.monotonic() - started_s):>5}  {sentence}", markup=False)

    if not console.is_terminal:
        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Session", total=about_s)

        def line_and_bar(sentence: str) -> None:
            line(sentence)
            progress.update(bar, completed=time.monotonic() - started_s)

        yield line_and_bar


def _print_results(shown: Demonstration) -> None:
    typer.echo("\nWhat the log shows:")
    for finding in shown.findings:
        typer.echo(f"  {'yes    ' if finding.found else 'MISSING'}  {finding.wanted} ({finding.detail})")
    typer.echo(f"\nLog:      {shown.log}\nReport:   {shown.report}")
    for picture in shown.pictures:
        typer.echo(f"Picture:  {picture}")
    if shown.missing:
        typer.echo(
            "\nThe demonstration is NOT complete: " + "; ".join(finding.wanted for finding in shown.missing) + "."
        )
    else:
        typer.echo("\nThe demonstration is complete. Open the report in a browser.")
