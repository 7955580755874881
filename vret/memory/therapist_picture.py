"""The therapist's camera on its way from the voice process to the headset and the window: a block of raw pixels.

Nothing of it is stored. A picture without a size says that there is none: the camera was switched off, or somebody else
is with the person. One that is FRESH_NS old is not to be shown either: nobody shall look at a face that stands still.

    offset  size              content
    0       8                 t_ns when it came (`vret.clock`), signed
    8       4 + 4             width and height in pixels, neither beyond LONGEST; 0 and 0 for none
    16      width * height*4  rows, top row first, of sRGB bytes red, green, blue, 255; at most PIXELS_MAX of them
"""

import struct
from typing import Final, NamedTuple

from vret.memory.block import Block
from vret.memory.mapped import MemoryLayoutError

LONGEST: Final = 320
PIXELS_MAX: Final = 320 * 240
FRESH_NS: Final = 2_000_000_000
HEAD: Final = struct.Struct("<qII")
PICTURE_BYTES: Final = HEAD.size + PIXELS_MAX * 4


class TherapistPicture(NamedTuple):
    """`rgba` is width * height * 4 bytes, top row first."""

    t_ns: int
    width: int
    height: int
    rgba: bytes


NO_PICTURE: Final = TherapistPicture(0, 0, 0, b"")


def publish(block: Block, picture: TherapistPicture) -> None:
    block.publish(HEAD.pack(picture.t_ns, picture.width, picture.height) + picture.rgba)


class TherapistPictures:
    """The newest picture, read into memory of its own: cheap enough for every frame, and it leaves nothing behind.

    `t_ns` is when it came. `size` is its width and height, and (0, 0) while there is none.
    """

    def __init__(self, block: Block) -> None:
        self.t_ns = 0
        self.size = (0, 0)
        self._block = block
        self._sequence = 0
        self._place = memoryview(bytearray(block.size))

    def look(self) -> bool:
        """Whether there is news since the last look, of a picture or of none; what cannot be read is none."""
        sequence = self._block.sequence
        if sequence == self._sequence:
            return False
        self._sequence = sequence
        try:
            length = self._block.read_into(self._place)
        except MemoryLayoutError:
            length = 0
        self.t_ns, self.size = 0, (0, 0)
        if length >= HEAD.size:
            t_ns, width, height = HEAD.unpack_from(self._place)
            if max(width, height) <= LONGEST and length == HEAD.size + 4 * width * height:
                self.t_ns, self.size = t_ns, (width, height)
        return True

    def is_seen(self, t_ns: int) -> bool:
        """Whether there is one that is of now."""
        return self.size != (0, 0) and t_ns - self.t_ns < FRESH_NS

    @property
    def rgba(self) -> memoryview:
        """Its bytes, good until the next look."""
        width, height = self.size
        return self._place[HEAD.size : HEAD.size + 4 * width * height]
