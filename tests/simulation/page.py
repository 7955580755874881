"""The therapist's page: its real core, on a computer that may stand still, and what the page does around its core.

What is here is `server/console/src/link/live.ts` and `line.ts` without a browser.
"""

import json
from functools import partial

import msgspec

from tests.simulation.core import Look, PageCore
from tests.simulation.keys import PageKeys
from tests.simulation.line import Line, Network
from tests.simulation.server import Server
from tests.simulation.witness import Witness
from tests.simulation.world import MS, Clock, World
from vret.core import commands
from vret.core.commands import Command, Lowering
from vret.core.effects import State
from vret.link.backoff import backoff
from vret.link.wire import CommandMessage, Role
from vret_server.rooms import encode

BEAT_NS = 250 * MS
CONFIRM_NS = 450 * MS
RETRY_S = 1.5
_RISES = (
    commands.SetRung,
    commands.SetLevel,
    commands.SetVariant,
    commands.ShowStimulus,
    commands.Continue,
)
_COMMAND = msgspec.json.Decoder(CommandMessage)


class PageEnd:
    """Opened again it is the same tab, with its keys and what outlives a reload.

    Whoever sits there finds the words the same, and asks for others when the page says that the keys did not fit.
    """

    def __init__(self, world: World, server: Server, network: Network, name: str, witness: Witness) -> None:
        self.name = name
        self.network = network
        self.stage = "none"
        self.is_closed = True
        self._world, self._server, self._witness = world, server, witness
        self._core = PageCore(name)
        self._keys = PageKeys()
        self._clock = Clock(world)
        self._line: Line | None = None
        self._delays = backoff(RETRY_S, world.chance)
        self._frozen_until_ns = 0
        self._unheard: list[bytes] = []
        self._written = 0
        self._lives = 0

    def look(self) -> Look:
        return self._core.look()

    @property
    def state(self) -> State | None:
        """As the newest report tells it."""
        shown = self.look().report
        return None if shown is None else shown.state

    def past(self) -> tuple[list[int], list[int]]:
        """The numbers of the records and of the lines that the page shows."""
        past = self._core.past()
        return past.records, past.lines

    def open(self, *, leads: bool = False) -> None:
        """Also anew, as by a reload, which leads on if it led."""
        leads = leads or self.look().leads
        self.close()
        kept = self._core.kept()
        self._core.close()
        self._lives += 1
        self.is_closed = False
        self._core = PageCore(f"{self.name}{self._lives}", kept)
        if leads:
            self._core.takeLead()
        self._dial(self._lives)
        self._world.after(BEAT_NS, partial(self._beat, self._lives))

    def close(self) -> None:
        self.is_closed = True
        if self._line is not None:
            self._line.close()

    def leave(self) -> None:
        """The story is over."""
        self._core.close()

    def freeze(self, duration_ns: int) -> None:
        """The computer sleeps, or the page hangs: nothing is done until then, and then all at once."""
        self._frozen_until_ns = max(self._frozen_until_ns, self._world.t_ns + duration_ns)

    def ask(self, command: Command) -> None:
        """What the therapist presses: a rise is armed, and confirmed a little later if it still is armed."""
        if self._is_frozen:
            return
        asked = encode(command).decode()
        if isinstance(command, _RISES):
            self._core.arm(asked, self._t_ms)
            self._world.after(CONFIRM_NS, partial(self._confirm, self._lives))
            return
        text = self._core.order(asked, self._t_ms)
        if isinstance(command, Lowering):
            self._send(text)
        else:
            self._send_signed(text, text)

    def write(self) -> None:
        text = f"{self.name} {self._written + 1}"
        if not self._is_frozen and self._core.write(text, self._t_ms):
            self._written += 1
            self._witness.wrote(text)
            self._deliver()

    @property
    def _t_ms(self) -> float:
        return self._clock.now_ns() / MS

    @property
    def _is_frozen(self) -> bool:
        return self._world.t_ns < self._frozen_until_ns

    def _confirm(self, life: int) -> None:
        if life == self._lives and not self._is_frozen:
            text = self._core.confirm(self._t_ms)
            self._send_signed(text, text)

    def _beat(self, life: int) -> None:
        if self.is_closed or life != self._lives:
            return
        self._world.after(BEAT_NS, lambda: self._beat(life))
        if self._is_frozen:
            return
        unheard, self._unheard = self._unheard, []
        for data in unheard:
            self._take(data)
        beat = self._core.beat(self._t_ms)
        self._send_signed(beat.heartbeat or "")
        self._send_signed(beat.text or "")
        self.stage = beat.stage
        if beat.stage == "comparing":
            self._turn_keys(self._core.match().encode())
        elif beat.stage == "failed":
            self._turn_keys(self._core.agreeAnew().encode())
        if beat.isStuck and self._line is not None:
            self._line.close()

    def _deliver(self) -> None:
        self._send_signed(self._core.text(self._t_ms))

    # -- the line

    def _dial(self, life: int) -> None:
        self._world.after(int(next(self._delays) * 1e9), lambda: self._connect(life))

    def _connect(self, life: int) -> None:
        if self.is_closed or life != self._lives or self._line is not None:
            return
        if self.network.is_cut or not self._server.is_up or self._is_frozen:
            self._dial(life)
            return
        line = self._line = Line(self._world, self.network)
        line.closed.append(lambda: self._lost(life))
        line.down.arrive = self._hear
        self._server.connect(line, Role.THERAPIST)
        line.up.send(self._core.hello().encode())

    def _lost(self, life: int) -> None:
        self._line, self._unheard = None, []
        self._core.lost()
        if not self.is_closed and life == self._lives:
            self._dial(life)

    def _hear(self, data: bytes) -> None:
        if self._is_frozen or self._unheard:
            self._unheard.append(data)
        else:
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._delays = backoff(RETRY_S, self._world.chance)
        heard = self._core.hear(data.decode(), self._t_ms)
        self._witness.heard(self.name, heard.missed)
        self._send(heard.again or "")
        self._send_signed(heard.text or "")
        for task in heard.tasks:
            self._turn_keys(bytes(task))

    def _turn_keys(self, task: bytes) -> None:
        if task != b"null":
            self._send(self._core.keyed(task.decode(), self._keys.do(task), self._t_ms))
            self._deliver()

    def _send_signed(self, text: str, unsigned: str = "") -> None:
        if not text:
            return
        signed = self._keys.sign(text, self._core.nonce())
        self._notice(text)
        self._send(unsigned if signed is None else signed.decode(), is_noticed=True)

    def _send(self, text: str, *, is_noticed: bool = False) -> None:
        if not is_noticed:
            self._notice(text)
        if self._line is not None and text:
            self._line.up.send(text.encode())

    def _notice(self, text: str) -> None:
        """The witness sees what the page says, whatever becomes of it."""
        kind = json.loads(text).get("type") if text else None
        if kind == "Heartbeat":
            self._witness.beat(json.loads(text)["beacon"])
        elif kind == "CommandMessage":
            asked = _COMMAND.decode(text)
            self._witness.asked(asked.command_id, asked.command, asked.beacon)
