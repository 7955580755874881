"""Privacy: whether the person is alone, read off `shown`. What cannot be read leaves what was known before."""

import msgspec

from vret.memory.block import Block
from vret.memory.mapped import MemoryLayoutError
from vret.memory.messages import Shown
from vret.unreadable import UNREADABLE


class Privacy:
    """`is_private` is cheap enough for every block of sound; it is true before the first frame of a session."""

    def __init__(self, shown: Block) -> None:
        self._block = shown
        self._sequence = 0
        self._is_private = True
        self._decode = msgspec.msgpack.Decoder(Shown).decode

    @property
    def is_private(self) -> bool:
        sequence = self._block.sequence
        if sequence != self._sequence:
            self._sequence = sequence
            try:
                content = self._block.read()
                self._is_private = self._is_private if content is None else self._decode(content).is_private
            except (MemoryLayoutError, *UNREADABLE):
                pass
        return self._is_private
