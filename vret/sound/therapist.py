"""The therapist's voice as it comes from the voice process: one block a call, whatever that process does or is.

Decoder and sound device each keep their own beat of 10 ms, so a voice begins when two blocks wait: one to play, one in
hand for when either is late. After a gap it begins with three, until there has been none for 10 s: devices that ask for
several blocks at once need it. More than three behind the one that plays are dropped, the oldest first, so that nothing
is heard more than 30 ms after its turn; so is one block of two seconds in which there was always one too many, as when
the two clocks differ.

Nothing clicks: a voice begins and ends within a block, a gap is filled by the last block played backwards and faded,
and what follows dropped blocks is blended in. Nothing is heard twice: a block older than 100 ms is gone, so what a dead
process left in the ring stays there unheard.
"""

from collections import deque

import numpy as np

from vret.memory.audio import spoken_of
from vret.memory.mapped import MemoryLayoutError
from vret.memory.ring import Ring
from vret.sound.form import BLOCK, Samples

BEGIN_BLOCKS, BEGIN_BLOCKS_AFTER_GAP = 2, 3
CAUTION_NS = 10_000_000_000
BEHIND_MOST = 3
SLACK_BLOCKS = 200
OLDEST_NS = 100_000_000

_QUIET_END = 64
"""Silent frames at the end of a voice: more than the delay between the ears, which plays them later."""

_RISE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)
_FALL = 1.0 - _RISE
_END = np.append(np.linspace(1.0, 0.0, BLOCK - _QUIET_END), np.zeros(_QUIET_END)).astype(np.float32)


class TherapistVoice:
    """`gaps` and `dropped` count voices that broke off and blocks that were left out. `faulty_ns` is when something
    last came that is no voice; None for never."""

    def __init__(self, ring: Ring) -> None:
        self.gaps = 0
        self.dropped = 0
        self.faulty_ns: int | None = None
        self._ring = ring
        self._waiting: deque[tuple[int, Samples]] = deque()
        self._last: Samples | None = None
        self._gap_ns: int | None = None
        self._behind: deque[int] = deque(maxlen=SLACK_BLOCKS)

    @property
    def waiting(self) -> int:
        """Blocks that were taken from the ring and not heard yet."""
        return len(self._waiting)

    def block(self, t_ns: int) -> Samples | None:
        """The next BLOCK frames, (BLOCK,); None while there is no voice."""
        self._take(t_ns)
        in_hand = self._in_hand(t_ns)
        if self._last is None:
            if len(self._waiting) <= in_hand:
                return None
            self._behind.clear()
            self._last = self._next(in_hand) * _RISE
        elif not self._waiting:
            end: Samples = self._last[::-1] * _END
            self._last, self._gap_ns = None, t_ns
            self.gaps += 1
            return end
        else:
            self._last = self._next(in_hand)
        return self._last

    def _in_hand(self, t_ns: int) -> int:
        """Blocks that should wait behind the one that plays."""
        is_cautious = self._gap_ns is not None and t_ns - self._gap_ns < CAUTION_NS
        return (BEGIN_BLOCKS_AFTER_GAP if is_cautious else BEGIN_BLOCKS) - 1

    def _next(self, in_hand: int) -> Samples:
        behind = len(self._waiting) - 1
        self._behind.append(behind)
        too_many = max(behind - BEHIND_MOST, 0)
        if too_many == 0 and len(self._behind) == SLACK_BLOCKS and min(self._behind) > in_hand:
            too_many = 1
        _, block = self._waiting.popleft()
        if too_many == 0:
            return block
        for _ in range(too_many):
            _, after = self._waiting.popleft()
        self._behind.clear()
        self.dropped += too_many
        blended: Samples = block * _FALL + after * _RISE
        return blended

    def _take(self, t_ns: int) -> None:
        """Everything that waits in the ring; what is no voice or too old is left out."""
        try:
            messages = self._ring.read()
            self._ring.release(len(messages))
        except MemoryLayoutError:
            self._ring.clear()
            self.faulty_ns = t_ns
            return
        for message in messages:
            spoken = spoken_of(message)
            if spoken is None or spoken.t_ns > t_ns + OLDEST_NS:
                self.faulty_ns = t_ns
            else:
                self._waiting.append((spoken.t_ns, np.frombuffer(spoken.samples, "<i2") * np.float32(1 / 32768)))
        while self._waiting and t_ns - self._waiting[0][0] > OLDEST_NS:
            self._waiting.popleft()
            self.dropped += 1
