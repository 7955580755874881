"""How long the graphics card took for a frame: asked some frames later, and never waited for."""

import ctypes
from typing import Final

from vret.render.gl import GL
from vret.render.hot import Hot

LATE_FRAMES: Final = 4
"""So many frames lie between a frame and the question how long it took; a driver lets at most three wait."""

_ELAPSED: Final = int(GL.GL_TIME_ELAPSED)
_RESULT_IF_THERE: Final = int(GL.GL_QUERY_RESULT_NO_WAIT)
_NOT_THERE: Final = 2**64 - 1


class Stopwatch:
    """A ring of time queries. `begin` and `end` enclose the calls of a frame; its mark comes back with its time."""

    def __init__(self, gl: Hot) -> None:
        self._gl = gl
        names = (ctypes.c_uint * LATE_FRAMES)()
        GL.glCreateQueries(GL.GL_TIME_ELAPSED, LATE_FRAMES, names)
        self._queries = tuple(names)
        self._marks: list[int | None] = [None] * LATE_FRAMES
        self._place = 0
        self._told = ctypes.c_uint64()
        self._told_address = ctypes.addressof(self._told)

    def begin(self, mark: int) -> tuple[int, int] | None:
        """Start a frame's time; of the frame LATE_FRAMES before the nanoseconds and the mark, None if not known yet."""
        place = self._place
        found = self._read(place)
        self._marks[place] = mark
        self._gl.glBeginQuery(_ELAPSED, self._queries[place])
        return found

    def end(self) -> None:
        self._gl.glEndQuery(_ELAPSED)
        self._place = (self._place + 1) % LATE_FRAMES

    def release(self) -> None:
        GL.glDeleteQueries(LATE_FRAMES, self._queries)

    def _read(self, place: int) -> tuple[int, int] | None:
        mark = self._marks[place]
        if mark is None:
            return None
        self._told.value = _NOT_THERE
        self._gl.glGetQueryObjectui64v(self._queries[place], _RESULT_IF_THERE, self._told_address)
        spent_ns = self._told.value
        return None if spent_ns == _NOT_THERE else (spent_ns, mark)
