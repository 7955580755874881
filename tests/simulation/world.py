"""The world: virtual time, the only source of chance, and what is due when."""

import heapq
import random
from collections.abc import Callable

S = 1_000_000_000
MS = 1_000_000


class World:
    """`t_ns` is the time that nobody in it can read: every end has a clock of its own."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.t_ns = 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0

    def after(self, delay_ns: int, act: Callable[[], None]) -> None:
        """Acts that are due at the same time happen in the order in which they were asked for."""
        self._number += 1
        heapq.heappush(self._due, (self.t_ns + delay_ns, self._number, act))

    def run(self, duration_ns: int) -> None:
        until_ns = self.t_ns + duration_ns
        while self._due and self._due[0][0] <= until_ns:
            self.t_ns, _, act = heapq.heappop(self._due)
            act()
        self.t_ns = until_ns


class Clock:
    """A monotonic clock that began somewhen and is a little too fast or too slow."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begin_ns = world.chance.randrange(1, 10**6) * S
        self._drift_ppm = world.chance.randint(-200, 200)

    def now_ns(self) -> int:
        t_ns = self._world.t_ns
        return self._begin_ns + t_ns + t_ns * self._drift_ppm // 1_000_000
