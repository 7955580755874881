"""What the lenses never show: triangles at the nearest depth, drawn first, so that nothing is shaded behind them."""

import ctypes

import numpy as np
import numpy.typing as npt

from vret.headset.contract import SHOWS_ALL
from vret.render.buffers import upload
from vret.render.gl import GL

Corners = npt.NDArray[np.float32]


class HiddenAreas:
    """The mesh of a headset, made anew when the headset tells another one. `count` is its corners."""

    def __init__(self) -> None:
        self.count = 0
        self.vertex_array = self._buffer = 0
        self._corners = SHOWS_ALL

    def take(self, corners: Corners) -> None:
        """`corners` as in `Headset.hidden`. The same array again costs nothing."""
        if corners is self._corners:
            return
        self.release()
        self._corners, self.count = corners, len(corners)
        if not self.count:
            return
        array = ctypes.c_uint()
        GL.glCreateVertexArrays(1, ctypes.byref(array))
        self.vertex_array, self._buffer = array.value, upload(corners)
        GL.glVertexArrayVertexBuffer(self.vertex_array, 0, self._buffer, 0, 12)
        GL.glEnableVertexArrayAttrib(self.vertex_array, 0)
        GL.glVertexArrayAttribFormat(self.vertex_array, 0, 3, GL.GL_FLOAT, GL.GL_FALSE, 0)
        GL.glVertexArrayAttribBinding(self.vertex_array, 0, 0)

    def release(self) -> None:
        if self.count:
            GL.glDeleteVertexArrays(1, [self.vertex_array])
            GL.glDeleteBuffers(1, [self._buffer])
        self.count, self._corners = 0, SHOWS_ALL
