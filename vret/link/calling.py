"""Calling: the signals of the call between the line and the voice process, and the ways that the clinic allows.

The voice process runs young native code. What it says that cannot be read is dropped; that it has not said anything for
AWAY_NS, or lives anew, the therapist's page is told.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec

from vret.errors import VretError
from vret.link.agreement import CERTIFICATE_BYTES
from vret.link.keyring import NO_CALL
from vret.link.rest import Ways
from vret.memory.call import CallOffer, CallOffered, FromPage, FromVoice, ToVoice, VoiceStatus
from vret.memory.mapped import MemoryLayoutError
from vret.memory.session import SessionMemory
from vret.unreadable import UNREADABLE

AWAY_NS: Final = 1_000_000_000

_encode = msgspec.msgpack.Encoder().encode
_FROM_VOICE: Final = msgspec.msgpack.Decoder(FromVoice)
_STATUS: Final = msgspec.msgpack.Decoder(VoiceStatus)


class Line(Protocol):
    """Whom it tells: the connection to the therapist's page."""

    def voice_runs(self, run: str, certificate: bytes) -> None: ...

    def voice_says(self, signal: FromVoice) -> None: ...


class Calling:
    """`ways` asks the server for them; it raises VretError where that does not come about."""

    def __init__(self, memory: SessionMemory, line: Line, ways: Callable[[], Awaitable[Ways]]) -> None:
        self._memory, self._line, self._ways = memory, line, ways
        self._signals: asyncio.Queue[FromPage] = asyncio.Queue()
        self._offers = 0
        self._run = ""

    def take(self, signal: FromPage) -> None:
        """What the therapist's page says."""
        self._offers += isinstance(signal, CallOffer)
        self._signals.put_nowait(signal)

    async def run(self) -> None:
        """For ever: an offer waits for its ways, and what came after it waits with it.

        An offer without ways is dropped: the page offers again. So is one that a newer offer has overtaken: over a bad
        line each may wait for seconds.
        """
        while True:
            signal = await self._signals.get()
            self._offers -= isinstance(signal, CallOffer)
            if not (isinstance(signal, CallOffer) and self._offers):
                await self._pass_on(signal)

    async def _pass_on(self, signal: FromPage) -> None:
        passed: ToVoice
        if isinstance(signal, CallOffer):
            try:
                ways = await self._ways()
            except VretError as error:
                print(f"no ways for the call: {error}", flush=True)
                return
            passed = CallOffered(offer=signal, relay=ways.turn, direct=ways.direct)
        else:
            passed = signal
        self._memory.to_voice.push(_encode(passed))

    def turn(self, t_ns: int) -> bool:
        """Look what the voice process has said; whether there is something to send."""
        return self._watch(t_ns) | self._hear()

    def _watch(self, t_ns: int) -> bool:
        status = self._status()
        run = "" if status is None or t_ns - status.t_ns > AWAY_NS else status.run
        if run == self._run:
            return False
        self._run = run
        self._line.voice_runs(run, status.certificate if status is not None and run else NO_CALL)
        return True

    def _status(self) -> VoiceStatus | None:
        """None before the voice process can take calls."""
        try:
            content = self._memory.voice_status.read()
            status = None if content is None else _STATUS.decode(content)
        except (MemoryLayoutError, *UNREADABLE):
            return None
        return status if status is not None and len(status.certificate) == CERTIFICATE_BYTES else None

    def _hear(self) -> bool:
        try:
            messages = self._memory.from_voice.read()
            self._memory.from_voice.release(len(messages))
        except MemoryLayoutError:
            self._memory.from_voice.clear()
            return False
        for message in messages:
            try:
                self._line.voice_says(_FROM_VOICE.decode(message))
            except UNREADABLE as error:
                print(f"the voice process says what cannot be read: {error}", flush=True)
        return bool(messages)
