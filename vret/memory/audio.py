"""Sound between the voice and the sound process, in blocks of 10 ms: the therapist's voice in, the final mix back, and
on the therapist's wish what is within the person's earshot: all of the mix but the therapist.

A block is one message of a ring. Samples are signed 16 bit, little-endian, at 48 kHz: what WebRTC's decoder gives and
its echo canceller takes, and a form that has no NaN and nothing beyond full scale. Times are `vret.clock` ns, signed.

ring `therapist_voice`, 968 bytes a message

    offset  size  content
    0       8     t_ns at which it was pushed
    8       960   480 samples of one channel

rings `mix` and `earshot`, 1944 bytes a message

    offset  size  content
    0       8     t_ns at which the device took the first frame
    8       8     latency_ns after which the device plays it, as far as the device tells
    16      8     number of that frame, counted since the sound process began: the device's own clock
    24      1920  480 frames, left and right

Neither end waits for the other: a message that finds no room is gone. The mix goes on when nobody reads it, so a reader
begins with `Ring.clear` and takes a step in the numbers for a gap. The earshot is made while a wish for it in the block
`earshot_wish` is not older than EARSHOT_WISH_NS, so that an asker that died leaves nothing switched on.
"""

import struct
from typing import Final, NamedTuple

from vret.memory.block import Block
from vret.memory.ring import Ring

RATE_HZ: Final = 48_000
BLOCK: Final = 480
"""Frames in a block."""

_SPOKEN_HEAD: Final = struct.Struct("<q")
_MIXED_HEAD: Final = struct.Struct("<qqq")
_WISH: Final = struct.Struct("<q")
SPOKEN_SAMPLES_BYTES: Final = 2 * BLOCK
MIXED_SAMPLES_BYTES: Final = 4 * BLOCK
EARSHOT_WISH_NS: Final = 2_000_000_000


class Spoken(NamedTuple):
    """A block of the therapist's voice; `samples` as above."""

    t_ns: int
    samples: bytes


class Mixed(NamedTuple):
    """A block of what the person hears; `samples` as above."""

    t_ns: int
    latency_ns: int
    frame: int
    samples: bytes


def push_spoken(ring: Ring, spoken: Spoken) -> bool:
    """Voice: hand a block over; False when there is no room, and it is not kept. Raises ValueError for another size."""
    if len(spoken.samples) != SPOKEN_SAMPLES_BYTES:
        raise ValueError(f"a block of voice has {SPOKEN_SAMPLES_BYTES} bytes of samples, not {len(spoken.samples)}")
    return ring.push(_SPOKEN_HEAD.pack(spoken.t_ns) + spoken.samples)


def spoken_of(message: bytes) -> Spoken | None:
    """The block in a message; None for anything else."""
    if len(message) != _SPOKEN_HEAD.size + SPOKEN_SAMPLES_BYTES:
        return None
    (t_ns,) = _SPOKEN_HEAD.unpack_from(message)
    return Spoken(t_ns, message[_SPOKEN_HEAD.size :])


def push_mixed(ring: Ring, mixed: Mixed) -> bool:
    """Sound: hand a block back; False when nobody has read for long, and it is not kept."""
    return ring.push(_MIXED_HEAD.pack(mixed.t_ns, mixed.latency_ns, mixed.frame) + mixed.samples)


def take_mixed(ring: Ring) -> list[Mixed]:
    """Voice: all that has come since the last time, oldest first; what is no block is left out.

    Raises MemoryLayoutError.
    """
    messages = ring.read()
    ring.release(len(messages))
    return [_mixed_of(message) for message in messages if len(message) == _MIXED_HEAD.size + MIXED_SAMPLES_BYTES]


def wish_earshot(block: Block, t_ns: int) -> None:
    """Voice: somebody listens, as of `t_ns`; to be said again every second."""
    block.publish(_WISH.pack(t_ns))


def is_earshot_wished(block: Block, t_ns: int) -> bool:
    """Sound: whether somebody listens. Raises MemoryLayoutError."""
    payload = block.read()
    if payload is None or len(payload) != _WISH.size:
        return False
    (wished_ns,) = _WISH.unpack(payload)
    return bool(0 <= t_ns - wished_ns < EARSHOT_WISH_NS)


def _mixed_of(message: bytes) -> Mixed:
    t_ns, latency_ns, frame = _MIXED_HEAD.unpack_from(message)
    return Mixed(t_ns, latency_ns, frame, message[_MIXED_HEAD.size :])
