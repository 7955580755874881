"""Showing: what the person sees, to the therapist who asked for it. The mirror's one wisher in a session.

While nobody asks, the call is not up, or the line is too narrow, there is no wish and the frame process reads nothing
back. A picture older than LATE_NS is never sent: it would be taken for what the person sees now.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from vret.clock import now_ns
from vret.memory.call import CallMirrored
from vret.memory.mapped import MemoryLayoutError
from vret.memory.mirrored import Mirrored, MirrorWish, read_mirrored
from vret.memory.session import SessionMemory
from vret.voice.engine import Engine, EngineError, Quality
from vret.voice.yielding import MIRROR_STEPS, Figures, Step, Yielding

LATE_NS: Final = 1_000_000_000
WISH_EVERY_NS: Final = 500_000_000
LOOK_S: Final = 0.01
IDLE_S: Final = 0.05
_NOTHING: Final = MIRROR_STEPS[-1]
_NO_WISH: Final = MirrorWish(t_ns=0)

_encode = msgspec.msgpack.Encoder().encode


class Showing:
    """`tell` is told how many pictures a second are sent, each time that it is another number than was told last."""

    def __init__(self, memory: SessionMemory, tell: Callable[[CallMirrored], None]) -> None:
        self._wish, self._pictures, self._tell = memory.mirror_wish, memory.mirror, tell
        self._call, self._asked_per_s = "", 0
        self._is_up = False
        self._yielding = Yielding(MIRROR_STEPS)
        self._wished_ns: int | None = None
        self._now: Step | None = None
        self._seen = 0

    def begin(self, call: str) -> None:
        """Another call, or with "" none: nobody has asked yet."""
        self._call, self._asked_per_s = call, 0
        self._is_up = False
        self._now = None
        self._yielding = Yielding(MIRROR_STEPS)

    def ask(self, call: str, per_s: int) -> None:
        """The therapist wants so many pictures a second, 0 for none; of another call it is passed over."""
        if call != self._call:
            return
        self._asked_per_s = per_s
        self._yielding.ask(per_s)
        self._say()

    def connected(self, is_up: bool) -> None:
        self._is_up = is_up

    def judge(self, quality: Quality) -> None:
        """How the line is, twice a second."""
        before = self._yielding.step
        figures = Figures(quality.open_bits_per_s, quality.missed_per_mille, quality.round_trip_ms)
        self._yielding.look(figures, now_ns())
        if self._yielding.step != before:
            self._say()

    async def run(self, engine: Engine) -> None:
        """For ever."""
        while True:
            step = self._yielding.step if self._is_up else _NOTHING
            if step != self._now:
                self._now, self._wished_ns = step, None
                try:
                    await engine.spend("pictures", step.bits_per_s)
                except EngineError as error:
                    print(error, flush=True)
            self._renew(step.per_s)
            if step.per_s and (picture := self._newest()) is not None:
                await engine.show(picture)
            await asyncio.sleep(LOOK_S if step.per_s else IDLE_S)

    def _renew(self, per_s: int) -> None:
        t_ns = now_ns()
        is_due = self._wished_ns is None or (per_s and t_ns - self._wished_ns >= WISH_EVERY_NS)
        if is_due:
            self._wish.publish(_encode(MirrorWish(t_ns, per_s) if per_s else _NO_WISH))
            self._wished_ns = t_ns

    def _newest(self) -> Mirrored | None:
        """A picture that was not seen yet and is of now."""
        if self._pictures.sequence == self._seen:
            return None
        self._seen = self._pictures.sequence
        try:
            picture = read_mirrored(self._pictures)
        except MemoryLayoutError:  # four newer ones came meanwhile
            return None
        return picture if picture is not None and now_ns() - picture.t_ns < LATE_NS else None

    def _say(self) -> None:
        per_s = self._yielding.step.per_s
        self._tell(CallMirrored(call=self._call, asked_per_s=self._asked_per_s, per_s=per_s))
