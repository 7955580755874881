"""Sharpness: the pictures of a headset become smaller when the graphics card cannot keep up, and larger when it can.

Only where a headset shows a part of its picture as large as the whole, and only where a graphics card draws: what a
processor takes says nothing. A window and pictures off screen keep their size.

Where that was not enough and the core held the session for its frame rate, pictures become simple, and stay so: as
small as they get, and without the sun's shadows. Going back and forth would be seen, and what was too much once is
again as soon as the person goes on.
"""

from vret.core.effects import Cause
from vret.core.session import Session
from vret.headset.contract import Headset, Shrinks
from vret.render.context import draws_by_processor
from vret.render.fineness import LEVELS, Fineness, size_at
from vret.render.renderer import Renderer


class Sharpness:
    """Joins the rule, the renderer whose frames it times, and the headset that is told how large they are."""

    def __init__(self, headset: Headset, renderer: Renderer, driver: str) -> None:
        self._renderer = renderer
        self._headset = headset if isinstance(headset, Shrinks) and not draws_by_processor(driver) else None
        self._view_size = headset.view_size
        self._rule = Fineness()
        self.is_simple = False
        if self._headset is not None:
            renderer.time_frames()

    def follow(self, period_ns: int, session: Session | None) -> None:
        """Before a frame is drawn: take the newest known time, and choose the size of this frame."""
        if session is not None and session.cause is Cause.FRAME_RATE and not self.is_simple:
            self._simplify()
        if self.is_simple or self._headset is None:
            return
        timed = self._renderer.timed
        if timed is not None and self._rule.see(*timed, period_ns):
            self._resize(self._rule.level)

    def _simplify(self) -> None:
        self.is_simple = True
        self._renderer.has_shadows = False
        self._resize(len(LEVELS) - 1)

    def _resize(self, level: int) -> None:
        if self._headset is not None:
            size = size_at(level, self._view_size)
            self._renderer.resize(size, level)
            self._headset.shrink(size)
