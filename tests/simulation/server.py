"""The server: the real room, lost when the server dies. In hostile hands it says to the headset what it likes."""

from collections.abc import Callable
from functools import partial

import msgspec

from tests.simulation.line import Line
from tests.simulation.world import S, World
from vret.core import commands
from vret.link.wire import CommandMessage, Heartbeat, Hello, Relayed, Role, Signed
from vret_server.rooms import Joined, Left, PersonAdmitted, Received, Room, RoomEvent, Send, encode, room_step

_HELLO = msgspec.json.Decoder(Hello)
_KEPT = 200
SPEAKS_NS = 700_000_000
KEPT_NS = 4 * S
"""So long at most it keeps commands back."""


class Server:
    """One room. In hostile hands it repeats, reorders, drops, keeps back, and speaks as a console that it has seen."""

    def __init__(self, world: World, session_id: str, forged: tuple[commands.Command, ...]) -> None:
        self.is_up = True
        self._is_hostile = False
        self._world, self._session_id, self._forged = world, session_id, forged
        self._admitted_by: str | None = None
        self._room = Room(session_id)
        self._lines: dict[str, Line] = {}
        self._arrivals = 0
        self._told: list[tuple[str, bytes]] = []
        self._number = 0
        self._newest_report = b""
        self._back_ns = 0
        self._keeps_until_ns = 0

    def connect(self, line: Line, role: Role) -> None:
        """The first message of the line must be hello."""
        self._arrivals += 1
        name = f"{role.value}-{self._arrivals}"
        self._lines[name] = line
        line.up.arrive = lambda data: self._hello(name, data)
        line.closed.append(lambda: self._left(name))

    def turn_hostile(self) -> None:
        self._is_hostile = True
        self._world.after(SPEAKS_NS, self._speak)

    def mend(self) -> None:
        self._is_hostile = False

    def admit(self, therapist: str) -> None:
        self._admitted_by = therapist
        self._step(PersonAdmitted(therapist))

    def die(self, back_ns: int) -> None:
        """Everything but what the database holds is gone, for so long."""
        self.is_up, self._back_ns = False, max(self._back_ns, self._world.t_ns + back_ns)
        lines, self._lines = self._lines, {}
        for line in lines.values():
            line.close()
        self._world.after(back_ns, self._rise)

    def _rise(self) -> None:
        if self._world.t_ns >= self._back_ns:
            self.is_up, self._room = True, Room(self._session_id, admitted_by=self._admitted_by)

    def _hello(self, name: str, data: bytes) -> None:
        line = self._lines.get(name)
        if line is not None:
            line.up.arrive = lambda later: self._step(Received(name, later))
            self._step(Joined(name, _HELLO.decode(data)))

    def _left(self, name: str) -> None:
        if self._lines.pop(name, None) is not None:
            self._step(Left(name))

    def _step(self, event: RoomEvent) -> None:
        self._room, actions = room_step(self._room, event)
        for action in actions:
            line = self._lines.get(action.name)
            if line is None:
                continue
            if isinstance(action, Send):
                self._send(line, action)
            else:
                self._world.after(0, line.close)

    def _send(self, line: Line, action: Send) -> None:
        to_headset = self._room.headset is not None and action.name == self._room.headset.name
        if not to_headset and b'"ReportMessage"' in action.data[:32]:
            self._newest_report = action.data
        if not (self._is_hostile and to_headset and b'"Relayed"' in action.data[:32]):
            line.down.send(action.data)
            return
        for data in self._twisted(action.data):
            self._world.after(self._kept_ns(data), partial(line.down.send, data))

    def _kept_ns(self, data: bytes) -> int:
        """Now and then all commands wait for some seconds, while heartbeats go by."""
        t_ns, chance = self._world.t_ns, self._world.chance
        if t_ns >= self._keeps_until_ns and chance.random() < 0.1:
            self._keeps_until_ns = t_ns + chance.randrange(KEPT_NS)
        return 0 if b"Heartbeat" in data else max(0, self._keeps_until_ns - t_ns)

    def _speak(self) -> None:
        """By itself, when nobody has said anything."""
        if not self._is_hostile:
            return
        self._world.after(SPEAKS_NS, self._speak)
        headset = self._room.headset
        if self._told and headset is not None and headset.name in self._lines:
            self._lines[headset.name].down.send(self._forgery(self._told[-1][0]))

    def _twisted(self, data: bytes) -> list[bytes]:
        """What goes to the headset instead of this, and perhaps something more."""
        relayed = msgspec.json.decode(data, type=Relayed)
        self._told = [*self._told, (relayed.sender, bytes(relayed.message))][-_KEPT:]
        chance = self._world.chance
        tricks: list[Callable[[str], bytes]] = [self._repeated, self._as_another, self._forgery, self._changed]
        said = [] if chance.random() < 0.1 else [data]
        if chance.random() < 0.3:
            said.insert(chance.randint(0, len(said)), chance.choice(tricks)(relayed.sender))
        return said

    def _repeated(self, _sender: str) -> bytes:
        return _relayed(*self._world.chance.choice(self._told))

    def _as_another(self, sender: str) -> bytes:
        """What one console said, as if another had."""
        return _relayed(sender, self._world.chance.choice(self._told)[1])

    def _forgery(self, sender: str) -> bytes:
        """What nobody said, with the newest beacon: a heartbeat, or a command, with and without some signature."""
        chance = self._world.chance
        self._number += 1
        beacon = _reported(self._newest_report) + chance.choice((0, 0, 0, 1, 20))
        asked: msgspec.Struct = CommandMessage(
            command_id=f"forged-{self._number}",
            sequence=10**6 + self._number,
            beacon=beacon,
            sent_ns=self._world.t_ns,
            command=commands.StepDown() if chance.random() < 0.5 else chance.choice(self._forged),
        )
        if chance.random() < 0.3:
            asked = Heartbeat(sequence=10**6, beacon=beacon, beacon_received_ns=0, sent_ns=S)
        mac = next((m.mac for _, said in reversed(self._told) if (m := _signed(said)) is not None), bytes(32))
        is_signed = chance.random() < 0.5
        return _relayed(sender, encode(Signed(content=encode(asked).decode(), mac=mac) if is_signed else asked))

    def _changed(self, sender: str) -> bytes:
        """Something true with a digit changed."""
        message = self._world.chance.choice(self._told)[1]
        places = [at for at, byte in enumerate(message) if 48 <= byte < 58]
        if not places:
            return _relayed(sender, message)
        at = self._world.chance.choice(places)
        return _relayed(sender, message[:at] + b"%d" % self._world.chance.randint(1, 9) + message[at + 1 :])


def _relayed(sender: str, message: bytes) -> bytes:
    return encode(Relayed(sender=sender, message=msgspec.Raw(message)))


def _signed(message: bytes) -> Signed | None:
    try:
        return msgspec.json.decode(message, type=Signed)
    except msgspec.DecodeError:
        return None


def _reported(message: bytes) -> int:
    """The beacon in a report of the headset; 0 without one."""
    return msgspec.json.decode(message, type=_Reported).report.beacon if message else 0


class _Beaconed(msgspec.Struct):
    beacon: int


class _Reported(msgspec.Struct):
    report: _Beaconed
