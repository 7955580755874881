"""A line: one WebSocket from an end to the server, over that end's network."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.world import MS, S, World

RETRY_NS = 100 * MS
DEAD_NS = 4 * S
"""Pings find out by then that a line is cut, even if only one way."""


@dataclass
class Network:
    """Of one end. A cut holds up what is on its way; TCP repeats what was lost, which makes it late."""

    delay_ns: int = 20 * MS
    jitter_ns: int = 0
    loss: float = 0.0
    no_way_up: bool = False
    no_way_down: bool = False

    @property
    def is_cut(self) -> bool:
        return self.no_way_up or self.no_way_down

    def lateness_ns(self, world: World) -> int:
        late_ns = self.delay_ns + (world.chance.randrange(self.jitter_ns) if self.jitter_ns else 0)
        repeat_ns = 200 * MS
        while self.loss and world.chance.random() < self.loss and repeat_ns < DEAD_NS:
            late_ns += repeat_ns
            repeat_ns *= 2
        return late_ns


class Line:
    """Both ways are in order. `closed` is told at both ends when either closes it, or when it was cut for too long."""

    def __init__(self, world: World, network: Network) -> None:
        self.network = network
        self.is_open = True
        self.up = _Way(world, self, is_up=True)
        self.down = _Way(world, self, is_up=False)
        self.closed: list[Callable[[], None]] = []
        self._world = world
        self._cut_ns = 0
        world.after(S, self._ping)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            for tell in self.closed:
                tell()

    def _ping(self) -> None:
        if not self.is_open:
            return
        self._cut_ns = self._cut_ns + S if self.network.is_cut else 0
        if self._cut_ns >= DEAD_NS:
            self.close()
        else:
            self._world.after(S, self._ping)


class _Way:
    def __init__(self, world: World, line: Line, *, is_up: bool) -> None:
        self.arrive: Callable[[bytes], None] = lambda data: None
        self._world, self._line, self._is_up = world, line, is_up
        self._waiting: deque[tuple[int, bytes]] = deque()

    def send(self, data: bytes) -> None:
        if not self._line.is_open:
            return
        due_ns = self._world.t_ns + self._line.network.lateness_ns(self._world)
        self._waiting.append((due_ns, data))
        if len(self._waiting) == 1:
            self._world.after(due_ns - self._world.t_ns, self._pass)

    def _pass(self) -> None:
        """The oldest; what was sent after it waits, however early it is there."""
        if not self._line.is_open:
            return
        network = self._line.network
        if network.no_way_up if self._is_up else network.no_way_down:
            self._world.after(RETRY_NS, self._pass)
            return
        _, data = self._waiting.popleft()
        if self._waiting:
            self._world.after(max(0, self._waiting[0][0] - self._world.t_ns), self._pass)
        self.arrive(data)
