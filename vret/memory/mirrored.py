"""The mirror's pictures on their way out of the frame process: a block of raw pixels, for whoever asks.

Nobody asks for long: a `MirrorWish` is good for WISH_NS, so an asker that died leaves nothing switched on. While there
is one, the frame process publishes as many pictures a second as it says of what the left eye sees, with panel and veil:
the largest part of LARGEST's proportions from the middle of the view.

    offset  size              content
    0       8                 t_ns of the frame (`vret.clock`), signed
    8       8                 number of the frame, as in telemetry
    16      4 + 4             width and height in pixels; at most LARGEST
    24      width * height*4  rows, top row first, of sRGB bytes red, green, blue, 255
"""

import struct
from typing import Final, NamedTuple

import msgspec

from vret.memory.block import Block

LARGEST: Final = (640, 360)
MIRRORED_PER_S: Final = 15
MIRRORED_PER_S_MOST: Final = 30
WISH_NS: Final = 2_000_000_000
HEAD: Final = struct.Struct("<qQII")
MIRRORED_BYTES: Final = HEAD.size + LARGEST[0] * LARGEST[1] * 4


class MirrorWish(msgspec.Struct, frozen=True, gc=False):
    """Somebody wants to see `per_s` pictures a second, as of `t_ns`; said again every second.

    `per_s` is 1 to MIRRORED_PER_S_MOST.
    """

    t_ns: int
    per_s: int = MIRRORED_PER_S


class Mirrored(NamedTuple):
    """`rgba` is width * height * 4 bytes, top row first; alpha is 255 everywhere."""

    t_ns: int
    frame: int
    width: int
    height: int
    rgba: bytes


def read_mirrored(block: Block) -> Mirrored | None:
    """The newest picture; None before the first, and for what is none.

    Its `t_ns` tells how old it is: it stays when nobody asks any more.
    """
    payload = block.read()
    if payload is None or len(payload) < HEAD.size:
        return None
    t_ns, frame, width, height = HEAD.unpack_from(payload)
    if len(payload) != HEAD.size + 4 * width * height:
        return None
    return Mirrored(t_ns, frame, width, height, payload[HEAD.size :])
