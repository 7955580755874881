"""Earshot: what the person hears, without the therapist's own voice, to the therapist who asked for it.

While nobody asks, the call is not up, or the line is too narrow, there is no wish and the sound process makes nothing.
While somebody else is with the person it is silent, whatever the sound process hands over.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from vret.clock import now_ns
from vret.memory.audio import MIXED_SAMPLES_BYTES, take_mixed, wish_earshot
from vret.memory.call import CallEarshotGiven
from vret.memory.mapped import MemoryLayoutError
from vret.memory.privacy import Privacy
from vret.memory.session import SessionMemory
from vret.voice.engine import Engine, EngineError, Quality
from vret.voice.yielding import EARSHOT_STEPS, Figures, Step, Yielding

WISH_EVERY_NS: Final = 500_000_000
LATE_BLOCKS: Final = 10
TURN_S: Final = 0.01
IDLE_S: Final = 0.05
_NOTHING: Final = EARSHOT_STEPS[-1]
_SILENCE: Final = bytes(MIXED_SAMPLES_BYTES)


class Earshot:
    """`tell` is told whether it is sent, each time that this or the wish is another than was told last."""

    def __init__(self, memory: SessionMemory, tell: Callable[[CallEarshotGiven], None]) -> None:
        self._wish, self._ring, self._tell = memory.earshot_wish, memory.earshot, tell
        self._privacy = Privacy(memory.shown)
        self._call, self._is_wanted, self._is_up = "", False, False
        self._yielding = Yielding(EARSHOT_STEPS)
        self._now: Step | None = None
        self._wished_ns = 0

    def begin(self, call: str) -> None:
        """Another call, or with "" none: nobody has asked yet."""
        self._call, self._is_wanted, self._is_up = call, False, False
        self._now = None
        self._yielding = Yielding(EARSHOT_STEPS)

    def ask(self, call: str, is_wanted: bool) -> None:
        """Of another call it is passed over."""
        if call != self._call:
            return
        self._is_wanted = is_wanted
        self._yielding.ask(int(is_wanted))
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
                self._now, self._wished_ns = step, 0
                self._ring.clear()
                try:
                    await engine.spend("earshot", step.bits_per_s)
                except EngineError as error:
                    print(error, flush=True)
            if step.per_s:
                self._renew()
                for block in self._newest():
                    await engine.share(block)
            await asyncio.sleep(TURN_S if step.per_s else IDLE_S)

    def _renew(self) -> None:
        t_ns = now_ns()
        if t_ns - self._wished_ns >= WISH_EVERY_NS:
            wish_earshot(self._wish, t_ns)
            self._wished_ns = t_ns

    def _newest(self) -> list[bytes]:
        """What has come, as far as it is not too late to be heard."""
        try:
            blocks = take_mixed(self._ring)[-LATE_BLOCKS:]
        except MemoryLayoutError:
            self._ring.clear()
            return []
        return [mixed.samples if self._privacy.is_private else _SILENCE for mixed in blocks]

    def _say(self) -> None:
        is_given = self._yielding.step.per_s > 0
        self._tell(CallEarshotGiven(call=self._call, is_wanted=self._is_wanted, is_given=is_given))
