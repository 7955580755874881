"""Sharpness: the pictures of a headset become smaller when the graphics card cannot keep up, and larger when it can.

Only where a headset shows a part of its picture as large as the whole, and only where a graphics card draws: what a
processor takes says nothing. A window and pictures off screen keep their size.
"""

from vret.headset.contract import Headset, Shrinks
from vret.render.context import draws_by_processor
from vret.render.fineness import Fineness, size_at
from vret.render.renderer import Renderer


class Sharpness:
    """Joins the rule, the renderer whose frames it times, and the headset that is told how large they are."""

    def __init__(self, headset: Headset, renderer: Renderer, driver: str) -> None:
        self._renderer = renderer
        self._headset = headset if isinstance(headset, Shrinks) and not draws_by_processor(driver) else None
        self._view_size = headset.view_size
        self._rule = Fineness()
        if self._headset is not None:
            renderer.time_frames()

    def follow(self, period_ns: int) -> None:
        """Before a frame is drawn: take the newest known time, and choose the size of this frame."""
        if self._headset is None:
            return
        timed = self._renderer.timed
        if timed is not None and self._rule.see(*timed, period_ns):
            level = self._rule.level
            size = size_at(level, self._view_size)
            self._renderer.resize(size, level)
            self._headset.shrink(size)
