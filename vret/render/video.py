"""The video: a moving picture from outside, on a panel of its own beside the one that is read.

It stands still in stage space, where somebody would sit with whom the person talks: DISTANCE_M away, to the right, at
the height of their eyes. It moves after the person only when they have turned or stepped well away. The panel that is
read hangs below the eyes, so the two do not cover each other; where they should, from elsewhere, the text is in front.

Theory: a picture is copied into a mapped buffer, and from there by the GPU into a texture that no frame in flight
reads. There are SLOTS of both, one more than frames in flight, so that the slot that is written next was last read by a
frame whose fence has passed (`vret.render.buffers`): nothing is asked and nothing is waited for. A picture takes four
calls, and drawing it none of its own: it is drawn with the quads of the page.
"""

import ctypes
from math import atan2, cos, pi, radians, sin
from typing import Final

import numpy as np
import numpy.typing as npt

from vret.render.buffers import DEPTH, mapped, unmap
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.textures import VIDEO_UNIT
from vret.render.typesetting import DISTANCE_M, QUAD, Quads

WIDTH_M: Final = 0.5
HEIGHT_M: Final = 0.375
TO_THE_RIGHT: Final = radians(32)
ABOVE_EYES_M: Final = 0.09
SIDE: Final = 320
"""The largest picture, upright or across, in pixels."""
SLOTS: Final = DEPTH + 1
VIDEO_QUADS: Final = 2
OPAQUE: Final = 1000

_TURNED_AWAY: Final = radians(90)
_STEPPED_AWAY_M: Final = 0.7
_EDGE_M: Final = 0.014
_RADIUS_M: Final = 0.02
_COLOURS: Final = np.array([(0.011, 0.014, 0.018, 1), (1, 1, 1, 1)], np.float32)
_SLOT_BYTES: Final = SIDE * SIDE * 4
_UNPACK, _RGBA, _BYTES = int(GL.GL_PIXEL_UNPACK_BUFFER), int(GL.GL_RGBA), int(GL.GL_UNSIGNED_BYTE)


class Video:
    """`quads` are what is drawn of it, on a panel that stands at `stage_from_video`."""

    def __init__(self, gl: Hot) -> None:
        self._gl = gl
        self._textures = (ctypes.c_uint * SLOTS)()
        GL.glCreateTextures(GL.GL_TEXTURE_2D, SLOTS, self._textures)
        for texture in self._textures:
            GL.glTextureStorage2D(texture, 1, GL.GL_SRGB8_ALPHA8, SIDE, SIDE)
            GL.glTextureParameteri(texture, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR)
            GL.glTextureParameteri(texture, GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE)
            GL.glTextureParameteri(texture, GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE)
        GL.glBindTextureUnit(VIDEO_UNIT, self._textures[0])
        self._buffer, memory = mapped(_SLOT_BYTES * SLOTS)
        self._memory = memory.data
        self._places = tuple(ctypes.c_void_p(_SLOT_BYTES * slot) for slot in range(SLOTS))
        self._slot = 0
        self.stage_from_video = np.eye(4, dtype=np.float32)
        self.quads: Quads = np.zeros(VIDEO_QUADS, QUAD)
        self.quads["shape"] = [(_RADIUS_M + _EDGE_M, 1, 0, 0), (_RADIUS_M, 1, 1, 0)]
        self._colours: npt.NDArray[np.float32] = self.quads["colour"]
        self._yaw = 0.0
        self._head: npt.NDArray[np.float32] | None = None

    def put(self, rgba: memoryview, size: tuple[int, int]) -> None:
        """The picture from the next frame on: rows of sRGB bytes, top row first; `size` is its width and height.

        At most once before each frame that is drawn. What `rgba` is of may be changed afterwards.
        """
        gl = self._gl
        slot = self._slot = (self._slot + 1) % SLOTS
        start = _SLOT_BYTES * slot
        self._memory[start : start + len(rgba)] = rgba
        width, height = size
        gl.glBindBuffer(_UNPACK, self._buffer)
        gl.glTextureSubImage2D(self._textures[slot], 0, 0, 0, width, height, _RGBA, _BYTES, self._places[slot])
        gl.glBindBuffer(_UNPACK, 0)
        gl.glBindTextureUnit(VIDEO_UNIT, self._textures[slot])
        self._lay_out(width, height)

    def show(self, head: npt.NDArray[np.float32], opacity: int) -> None:
        """Place it for the `head` (7,) in stage space. `opacity` is 1 to OPAQUE."""
        x, y, z, w = (float(value) for value in head[3:])
        yaw = atan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y))
        turned = abs((yaw - self._yaw + pi) % (2 * pi) - pi)
        if (
            self._head is None
            or turned > _TURNED_AWAY
            or float(np.linalg.norm(head[:3] - self._head)) > _STEPPED_AWAY_M
        ):
            self._yaw, self._head = yaw, head[:3].copy()
            self._place(yaw - TO_THE_RIGHT, self._head)
        np.multiply(_COLOURS, opacity / OPAQUE, out=self._colours)

    def hide(self) -> None:
        """Where the person is when it comes again, it is placed for them."""
        self._head = None

    def release(self) -> None:
        self._memory.release()
        unmap(self._buffer)
        GL.glDeleteTextures(SLOTS, self._textures)

    def _lay_out(self, width: int, height: int) -> None:
        """As large as there is room for, in its proportions. The last texels are read up to their middle."""
        metres = min(WIDTH_M / width, HEIGHT_M / height) / 2
        across, up = width * metres, height * metres
        edge = _EDGE_M
        self.quads["rect"] = [(-across - edge, up + edge, across + edge, -up - edge), (-across, up, across, -up)]
        self.quads["uv"][1] = (0.5 / SIDE, 0.5 / SIDE, (width - 0.5) / SIDE, (height - 0.5) / SIDE)

    def _place(self, yaw: float, head: npt.NDArray[np.float32]) -> None:
        back = np.array([sin(yaw), 0, cos(yaw)])
        self.stage_from_video[:3, 0] = (cos(yaw), 0, -sin(yaw))
        self.stage_from_video[:3, 1] = (0, 1, 0)
        self.stage_from_video[:3, 2] = back
        self.stage_from_video[:3, 3] = head - back * DISTANCE_M + (0, ABOVE_EYES_M, 0)
