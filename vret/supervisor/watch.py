"""A watch over a child: one that should go on telling something and stands still is ended, and so started again."""

from collections.abc import Callable

from vret.supervisor.child import Child
from vret.supervisor.stall import Stall


class Watch:
    """`told` counts what the child has told. One that has told nothing since its start is still starting."""

    def __init__(self, child: Child, told: Callable[[], int]) -> None:
        self._child, self._told = child, told
        self._stall = Stall()
        self._told_at_start = 0

    def begin(self) -> None:
        """The child is about to be started."""
        self._told_at_start = self._told()
        self._stall.forgive()

    @property
    def has_begun(self) -> bool:
        """Whether the child has told anything since its start."""
        return self._told() != self._told_at_start

    def see(self, t_ns: int, limit_ns: int, start_limit_ns: int | None = None) -> None:
        """End it when it has stood still for `limit_ns`, or while starting for `start_limit_ns`; None: for ever."""
        told = self._told()
        still_ns = self._stall.see(told, t_ns)
        limit = limit_ns if self.has_begun else start_limit_ns
        if self._child.is_running and limit is not None and still_ns > limit:
            self._child.kill()
            self._stall.forgive()
