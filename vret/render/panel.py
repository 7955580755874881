"""The panel: one short sentence in front of the person, 1.5 m away and below the line of sight.

All sentences are set with Pillow at start-up into one texture array, so that showing one costs no more than a number.
The panel stands still in stage space where the message found the head, and moves after it only when the person has
turned well away, so that it is neither fixed to the head nor ever behind it. It is drawn after the veil: a notice can
be read while the picture is dark.
"""

import ctypes
import textwrap
from collections.abc import Mapping
from math import atan2, cos, pi, sin

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from vret.headset.messages import Message
from vret.render.gl import GL
from vret.render.projection import cross

DISTANCE_M = 1.5
BELOW_EYES_M = 0.42
WIDTH_M = 0.9
_PIXELS = (1024, 320)
_FONT_PX = 54
_LINE = 34
_TURNED_AWAY = 50 * pi / 180
_STEPPED_AWAY_M = 0.7


class Panel:
    """The sentences' texture, and where the panel stands."""

    def __init__(self, texts: Mapping[Message, str]) -> None:
        self._layers: dict[str, int] = {message: layer for layer, message in enumerate(texts)}
        width, height = _PIXELS
        texture = ctypes.c_uint()
        GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(texture))
        self.texture = texture.value
        GL.glTextureStorage3D(self.texture, 6, GL.GL_RG8, width, height, max(len(texts), 1))
        for layer, text in enumerate(texts.values()):
            image = typeset(text)
            GL.glTextureSubImage3D(
                self.texture, 0, 0, 0, layer, width, height, 1, GL.GL_RG, GL.GL_UNSIGNED_BYTE, image.tobytes()
            )
        GL.glGenerateTextureMipmap(self.texture)
        GL.glTextureParameteri(self.texture, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
        GL.glTextureParameteri(self.texture, GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE)
        GL.glTextureParameteri(self.texture, GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE)
        self.stage_from_panel = np.eye(4, dtype=np.float32)
        self._shown: str | None = None
        self._yaw = 0.0
        self._head: npt.NDArray[np.float32] = np.zeros(3, np.float32)

    def show(self, message: str, head: npt.NDArray[np.float32]) -> int:
        """The layer of `message`, a key of the texts; the panel is placed for the `head` (7,) in stage space."""
        layer = self._layers[message]
        x, y, z, w = (float(value) for value in head[3:])
        yaw = atan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y))
        turned = abs((yaw - self._yaw + pi) % (2 * pi) - pi)
        stepped = float(np.linalg.norm(head[:3] - self._head))
        if message != self._shown or turned > _TURNED_AWAY or stepped > _STEPPED_AWAY_M:
            self._place(yaw, head[:3])
        self._shown = message
        return layer

    def hide(self) -> None:
        self._shown = None

    def release(self) -> None:
        GL.glDeleteTextures(1, [self.texture])

    def _place(self, yaw: float, head: npt.NDArray[np.float32]) -> None:
        self._yaw, self._head = yaw, head.copy()
        aside = np.array([cos(yaw), 0, -sin(yaw)])
        back = np.array([sin(yaw), 0, cos(yaw)])
        middle = head - back * DISTANCE_M - (0, BELOW_EYES_M, 0)
        facing = (head - middle) / np.linalg.norm(head - middle)
        half_width = WIDTH_M / 2
        self.stage_from_panel[:3, 0] = aside * half_width
        self.stage_from_panel[:3, 1] = cross(facing, aside) * half_width * _PIXELS[1] / _PIXELS[0]
        self.stage_from_panel[:3, 2] = facing
        self.stage_from_panel[:3, 3] = middle


def typeset(text: str) -> npt.NDArray[np.uint8]:
    """(height, width, 2): how much lettering and how much panel covers each pixel."""
    panel, letters = Image.new("L", _PIXELS), Image.new("L", _PIXELS)
    width, height = _PIXELS
    ImageDraw.Draw(panel).rounded_rectangle((4, 4, width - 5, height - 5), radius=36, fill=255)
    ImageDraw.Draw(letters).multiline_text(
        (width / 2, height / 2),
        textwrap.fill(text, _LINE),
        fill=255,
        font=ImageFont.load_default(_FONT_PX),
        anchor="mm",
        align="center",
        spacing=18,
    )
    return np.stack([np.asarray(letters), np.asarray(panel)], axis=-1)
