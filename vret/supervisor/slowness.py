"""Whether this computer draws too slowly for a session.

The core takes a gap between two frames of more than `LIMITS.tick_gap_ns` for a sleep of the machine: nothing that the
therapist sent before it counts, and a scene is held. Where most frames are that slow no scene can ever go on, although
no part is broken; somebody has to say so.
"""

from typing import Final

from vret.core.limits import LIMITS

SLOW_WEIGHS: Final = 2
TOLD_FROM: Final = 16


class Slowness:
    """Sees frames as they are published; `frame_ns` is how long one took when it became too much, else 0.

    A slow frame weighs two, any other takes one off: it is told when about a third of them are slow, and a single long
    gap, such as a sleep of the machine, is not told.
    """

    def __init__(self) -> None:
        self.frame_ns = 0
        self._weight = 0
        self._seen: tuple[int, int] | None = None

    def see(self, frame: int, t_ns: int) -> None:
        """The newest frame and its time. May be called oftener or more rarely than frames come."""
        before, self._seen = self._seen, (frame, t_ns)
        if before is None or frame <= before[0]:
            return
        frames = frame - before[0]
        frame_ns = (t_ns - before[1]) // frames
        if frame_ns > LIMITS.tick_gap_ns:
            self._weight = min(self._weight + SLOW_WEIGHS, TOLD_FROM)
        else:
            self._weight = max(self._weight - frames, 0)
        if self._weight == 0:
            self.frame_ns = 0
        elif self._weight == TOLD_FROM and self.frame_ns == 0:
            self.frame_ns = frame_ns
