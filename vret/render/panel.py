"""The panel: one page before the person, 1.5 m away and below the line of sight.

The panel stands still in stage space where the page found the head, and moves after it only when the person has
turned well away, so that it is neither fixed to the head nor ever behind it. Its upper edge hangs below the eyes; in a
scene it stands to one side besides, on the side that is farther from what may come, so that neither what lies ahead
nor what lies below is covered. It is drawn after the veil: a notice can be read while the picture is dark.

All letters are in one texture, made at start-up: a page is one instanced draw of quads, set anew only when it differs.
"""

import ctypes
from functools import lru_cache
from math import asin, atan2, cos, pi, radians, sin, tan

import numpy as np
import numpy.typing as npt

from vret.headset.page import Page
from vret.render.gl import GL
from vret.render.lettering import ATLAS_PX, lettering
from vret.render.projection import cross
from vret.render.typesetting import DISTANCE_M, QUAD, WIDE_M, Quads, typeset

BELOW_EYES = radians(7)
FREE_AHEAD = radians(9)
ASIDE = FREE_AHEAD + asin(WIDE_M / 2 / DISTANCE_M)
_TURNED_AWAY = 50 * pi / 180
_STEPPED_AWAY_M = 0.7
_PAGES_KEPT = 32
"""Setting a long page takes a millisecond, and a session shows few that differ, most of them when the scene changes."""

Points = npt.NDArray[np.float32]
NOWHERE: Points = np.zeros((0, 3), np.float32)


class Panel:
    """The letters' texture, the quads of the newest page, and where the panel stands."""

    def __init__(self) -> None:
        letters = lettering()
        self._typeset = lru_cache(_PAGES_KEPT)(lambda page: typeset(page, letters))
        width, height = ATLAS_PX
        texture = ctypes.c_uint()
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(texture))
        self.texture = texture.value
        GL.glTextureStorage2D(self.texture, 5, GL.GL_R8, width, height)
        pixels = letters.pixels.tobytes()
        GL.glTextureSubImage2D(self.texture, 0, 0, 0, width, height, GL.GL_RED, GL.GL_UNSIGNED_BYTE, pixels)
        GL.glGenerateTextureMipmap(self.texture)
        GL.glTextureParameteri(self.texture, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
        self.stage_from_panel = np.eye(4, dtype=np.float32)
        self.quads: Quads = np.zeros(0, QUAD)
        self._page: Page | None = None
        self._height = 0.0
        self._yaw = self._aside = 0.0
        self._head: Points = np.zeros(3, np.float32)

    def show(self, page: Page, head: npt.NDArray[np.float32], dreaded: Points = NOWHERE) -> None:
        """Set the page and place the panel for the `head` (7,); `dreaded` (n, 3) may not be covered. Stage space."""
        x, y, z, w = (float(value) for value in head[3:])
        yaw = atan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y))
        turned = abs((yaw - self._yaw + pi) % (2 * pi) - pi)
        stepped = float(np.linalg.norm(head[:3] - self._head))
        is_other = self._page is None or _kind(page) != _kind(self._page)
        if page != self._page:
            self.quads, _, self._height = self._typeset(page)
        if is_other or turned > _TURNED_AWAY or stepped > _STEPPED_AWAY_M:
            self._yaw, self._head = yaw, head[:3].copy()
            self._aside = _side(yaw, head[:3], dreaded) if page.is_aside else 0.0
        if page != self._page or self._page is None or turned > _TURNED_AWAY or stepped > _STEPPED_AWAY_M:
            self._place()
        self._page = page

    def hide(self) -> None:
        self._page = None

    def release(self) -> None:
        GL.glDeleteTextures(1, [self.texture])

    def _place(self) -> None:
        """The upper edge stays where it is, whatever the page's height."""
        yaw = self._yaw + self._aside
        aside = np.array([cos(yaw), 0, -sin(yaw)])
        back = np.array([sin(yaw), 0, cos(yaw)])
        edge = self._head - back * DISTANCE_M - np.array([0, DISTANCE_M * tan(BELOW_EYES), 0])
        below = BELOW_EYES + self._height / 2 / DISTANCE_M
        facing = back * cos(below) + np.array([0, sin(below), 0])
        self.stage_from_panel[:3, 0] = aside
        self.stage_from_panel[:3, 1] = cross(facing, aside)
        self.stage_from_panel[:3, 2] = facing
        self.stage_from_panel[:3, 3] = edge


def _kind(page: Page) -> tuple[object, ...]:
    """What makes a page another one, and not the same one further on."""
    return (page.title, page.sentence, bool(page.rows), page.dial is None, page.is_aside, bool(page.warning))


def _side(yaw: float, head: Points, dreaded: Points) -> float:
    """The turn, to the right (negative) or left, that is farther from all that may not be covered; else right."""
    if not len(dreaded):
        return -ASIDE
    away = dreaded - head
    angles = np.arctan2(-away[:, 0], -away[:, 2]) - yaw
    nearest = [float(np.abs((angles - turn + pi) % (2 * pi) - pi).min()) for turn in (-ASIDE, ASIDE)]
    return -ASIDE if nearest[0] >= nearest[1] else ASIDE
