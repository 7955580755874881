"""What the supervisor asks of the link, and whether it still lives."""

import asyncio
import threading
from typing import Final

import msgspec

from vret.memory.messages import EnterCode, Quit, ToLink
from vret.memory.platform import on_parent_death
from vret.memory.ring import Ring

TURN_S: Final = 0.05
_TO_LINK: msgspec.msgpack.Decoder[ToLink] = msgspec.msgpack.Decoder(ToLink)


class Orders:
    """`codes` are the join codes that were entered. `closing` is set when the program closes or the supervisor died."""

    def __init__(self, ring: Ring) -> None:
        self.codes: asyncio.Queue[str] = asyncio.Queue()
        self.closing = asyncio.Event()
        self._ring = ring
        self._orphaned = threading.Event()
        on_parent_death(self._orphaned.set)

    @property
    def is_orphaned(self) -> bool:
        """The supervisor is gone: nobody will read what this process says, and it must clean up itself."""
        return self._orphaned.is_set()

    def poll(self) -> None:
        """Take in what has come."""
        while (payload := self._ring.pop()) is not None:
            match _TO_LINK.decode(payload):
                case EnterCode(code=code):
                    self.codes.put_nowait(code)
                case Quit():
                    self.closing.set()
        if self.is_orphaned:
            self.closing.set()

    async def watch(self) -> None:
        """Poll until cancelled."""
        while True:
            self.poll()
            await asyncio.sleep(TURN_S)

    async def code(self, wait_s: float | None = None) -> str | None:
        """The next code; None when the program closes, or after `wait_s`."""
        taking = asyncio.create_task(self.codes.get())
        closing = asyncio.create_task(self.closing.wait())
        try:
            await asyncio.wait((taking, closing), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            return taking.result() if taking.done() else None
        finally:
            taking.cancel()
            closing.cancel()
