"""A watch over a child: one that should go on telling something and stands still is ended, and so started again."""

from collections.abc import Callable
from typing import Final

from vret.supervisor.child import Child
from vret.supervisor.stall import Stall

WAKE_NS: Final = 3_000_000_000
"""A spare that was called says so at once; one that is still loading has this long."""


class Watch:
    """`told` counts what the child has told. One that has told nothing since its start is still starting.

    `woken` counts how often a process of it has begun: a spare that does not hear its call is not waited for.
    """

    def __init__(self, child: Child, told: Callable[[], int], woken: Callable[[], int] = lambda: 0) -> None:
        self._child, self._told, self._woken = child, told, woken
        self._stall = Stall()
        self._told_at_start = self._woken_at_start = 0

    def begin(self) -> None:
        """The child is about to be started."""
        self._told_at_start, self._woken_at_start = self._told(), self._woken()
        self._stall.forgive()

    @property
    def has_begun(self) -> bool:
        """Whether the child has told anything since its start."""
        return self._told() != self._told_at_start

    def see(self, t_ns: int, limit_ns: int, start_limit_ns: int) -> None:
        """End it when it has stood still for `limit_ns`, or while starting for `start_limit_ns`."""
        told = self._told()
        still_ns = self._stall.see(told, t_ns)
        if self.has_begun:
            limit = limit_ns
        elif self._child.was_spare and self._woken() == self._woken_at_start:
            limit = WAKE_NS
        else:
            limit = start_limit_ns
        if self._child.is_running and still_ns > limit:
            self._child.kill()
            self._stall.forgive()
