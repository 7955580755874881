"""The headset: the real core, the real end of the wire, and a program that sleeps, dies and is started again."""

from collections import deque
from pathlib import Path

from msgspec.structs import replace

from tests.simulation.line import Line, Network
from tests.simulation.server import Server
from tests.simulation.witness import Witness
from tests.simulation.world import MS, Clock, World
from vret.core import events
from vret.core.events import Event, Input
from vret.core.report import report
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.link.agreement import Agreed
from vret.link.backoff import backoff
from vret.link.connection import HeadsetConnection
from vret.link.keyring import KeyFile
from vret.link.past import Past
from vret.link.wire import Role
from vret.recording.record import Record

FRAME_NS = 200 * MS
"""A beacon each: nothing that is shown depends on how often it is looked at, and a story is told in half the time."""
RETRY_S = 1.5


class _Keys(KeyFile):
    """What outlives the link process, without a disk."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self._agreed: list[Agreed] = []

    def read(self, session_id: str) -> list[Agreed]:
        return list(self._agreed)

    def write(self, session_id: str, agreed: list[Agreed]) -> None:
        self._agreed = agreed


class HeadsetEnd:
    """`log` is what is on the disk. What has come over the line waits for the next frame."""

    def __init__(self, world: World, server: Server, network: Network, opened: events.SessionOpened, witness: Witness):
        self._world, self._server, self._network, self._witness = world, server, network, witness
        self._clock = Clock(world)
        self._asleep_until_ns = 0
        self._is_dead = False
        self._before_ns = self._clock.now_ns()
        self._keys = _Keys()
        self._inbox: deque[Event] = deque()
        self._line: Line | None = None
        self._delays = backoff(RETRY_S, world.chance)
        opened = replace(opened, t_ns=self._before_ns)
        self.session: Session = open_session(opened)
        self.log = [Record(1, opened, (), self.session.digest())]
        self._opened = opened
        self._connection = self._link()
        self._happen(events.InputGained(t_ns=0, input=Input.KEYBOARD))
        self._dial()
        world.after(FRAME_NS, self._frame)

    @property
    def t_ns(self) -> int:
        return self._clock.now_ns()

    def press(self, event: Event) -> None:
        """What the person does, taken up in the next frame; by nobody while the computer is suspended."""
        if not self._is_asleep:
            self._inbox.append(event)

    def _happen(self, event: Event) -> None:
        stamped = replace(event, t_ns=self.t_ns)
        before = self.session
        self.session, effects = step(before, stamped)
        if self.session is not before or effects:
            record = Record(len(self.log) + 1, stamped, effects, "")
            self.log.append(record)
            self._connection.recorded((record,))
        self._witness.stepped(before, stamped, self.session, effects)

    @property
    def _is_asleep(self) -> bool:
        return self._world.t_ns < self._asleep_until_ns

    def sleep(self, duration_ns: int) -> None:
        """The computer is suspended: no program runs, and the line finds out by itself."""
        self._asleep_until_ns = max(self._asleep_until_ns, self._world.t_ns + duration_ns)

    def frame_program_dies(self, dead_ns: int) -> None:
        """Another takes the session over from what the dead one kept, so long after."""
        self._is_dead = True
        self._world.after(dead_ns, self._take_over)

    def _take_over(self) -> None:
        if self._is_asleep:
            self._world.after(FRAME_NS, self._take_over)
        elif self._is_dead:
            self._is_dead = False
            self._before_ns = self.t_ns
            self._happen(events.ProgramRestarted(t_ns=0))
            self._happen(events.InputGained(t_ns=0, input=Input.KEYBOARD))

    def program_dies(self, dead_ns: int) -> None:
        """All of it, and the keys with it."""
        self._keys = _Keys()
        self.frame_program_dies(dead_ns)
        self.link_dies()

    def link_dies(self) -> None:
        """Another goes on with the log."""
        if self._line is not None:
            self._line.close()
        self._connection = self._link()

    def _link(self) -> HeadsetConnection:
        past = Past()
        for record in self.log:
            past.add(record)
        return HeadsetConnection(self._opened, "vret simulated", past.recent, self._keys, None, past.transcript)

    # -- time

    def _frame(self) -> None:
        self._world.after(FRAME_NS, self._frame)
        if self._is_asleep or self._is_dead:
            return
        t_ns = self.t_ns
        self._happen(events.Tick(t_ns=0, gap_ns=t_ns - self._before_ns))
        self._before_ns = t_ns
        while self._inbox:
            self._happen(self._inbox.popleft())
        self._witness.shown(self.session, t_ns)
        self._connection.reported(report(self.session, t_ns))
        self._send(self._connection.outgoing(t_ns))

    # -- the line

    def _dial(self) -> None:
        self._world.after(int(next(self._delays) * 1e9), self._open)

    def _open(self) -> None:
        if self._network.is_cut or not self._server.is_up or self._is_asleep:
            self._dial()
            return
        line = self._line = Line(self._world, self._network)
        line.closed.append(self._lost)
        line.down.arrive = self._hear
        self._server.connect(line, Role.HEADSET)
        line.up.send(self._connection.hello())

    def _lost(self) -> None:
        self._line = None
        self._connection.lost()
        self._dial()

    def _hear(self, data: bytes) -> None:
        self._delays = backoff(RETRY_S, self._world.chance)
        received = self._connection.receive(data, self.t_ns)
        self._inbox.extend(received.events)
        self._send(received.answers)

    def _send(self, messages: list[bytes]) -> None:
        for message in messages:
            if self._line is not None:
                self._line.up.send(message)
