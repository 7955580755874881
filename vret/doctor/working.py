"""Work that takes some seconds, with a bar beside it where somebody sees it."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

LOOK_S: Final = 0.1

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Working(Generic[T_co]):
    """A piece of work in a thread of its own, so that Ctrl-C and the bar do not wait for it."""

    def __init__(self, work: Callable[[], T_co]) -> None:
        self._work = work
        self._outcome: T_co
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def is_done(self, within_s: float) -> bool:
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def outcome(self) -> T_co:
        """Once it is done. Raises what the work raised."""
        if self._problem is not None:
            raise self._problem
        return self._outcome

    def _run(self) -> None:
        try:
            self._outcome = self._work()
        except BaseException as problem:
            self._problem = problem


def shown(words: str, lasts_s: float, working: Working[T]) -> T:
    """With a bar that is full after `lasts_s`, where somebody sees it."""
    console = Console()
    columns = TextColumn("{task.description:<28}"), BarColumn()
    began_s = time.monotonic()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(words, total=lasts_s)
        while not working.is_done(LOOK_S):
            progress.update(task, completed=min(time.monotonic() - began_s, lasts_s))
    return working.outcome()
