"""Where the floor is, in a headset that may not know it.

STAGE and LOCAL_FLOOR have theirs at 0. LOCAL has its origin where the head was when the runtime was centred, so the
floor is somewhere below: as far as the person's eyes are above it, `EYE_HEIGHT_M` where nobody has said. Where their
height is known it is also measured once, when the runtime first says that somebody wears the headset: it may have been
centred on a table. A runtime that is centred anew moves the origin and says by how much; the floor stays where it was.
"""

from vret.core.device import FloorSource

EYE_HEIGHT_M = 1.6


class Floor:
    """`height_m` is the floor's, in the runtime's own space. Times are the runtime's (XrTime)."""

    def __init__(self, *, is_told: bool, eye_height_m: float | None) -> None:
        self._is_told, self._eye_height_m = is_told, eye_height_m
        self._moves: tuple[int, float | None] | None = None
        self._waits = not is_told and eye_height_m is not None
        self.height_m, self.source = self._unmeasured()

    def recentred(self, change_ns: int, origin_m: float | None) -> None:
        """From `change_ns` on the origin is `origin_m` above where it was; None where the runtime does not say."""
        self._moves = change_ns, origin_m

    def see(self, xr_ns: int, eyes_m: float | None) -> bool:
        """Whether the floor is somewhere else from this frame on.

        `eyes_m` is the height of the eyes above the origin, None while nobody is seen in the headset.
        """
        if self._is_told:
            return False
        before = self.height_m
        if self._moves is not None and xr_ns >= self._moves[0]:
            self._move(self._moves[1])
        if self._waits and eyes_m is not None and self._eye_height_m is not None:
            self._waits = False
            self.height_m, self.source = eyes_m - self._eye_height_m, FloorSource.MEASURED
        return self.height_m != before

    def _move(self, origin_m: float | None) -> None:
        self._moves = None
        if origin_m is None:
            self._waits = self._eye_height_m is not None
            self.height_m, self.source = self._unmeasured()
        else:
            self.height_m -= origin_m

    def _unmeasured(self) -> tuple[float, FloorSource]:
        if self._is_told:
            return 0.0, FloorSource.TOLD
        if self._eye_height_m is None:
            return -EYE_HEIGHT_M, FloorSource.ASSUMED
        return -self._eye_height_m, FloorSource.GIVEN
