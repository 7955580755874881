"""A scene's textures on the GPU: arrays of squares of one size, read with all their levels and along the slant."""

import ctypes
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from vret.render.context import extensions
from vret.render.gl import GL
from vret.scene.clouds import CHANNELS, SIDE
from vret.scene.compiled import SLOTS, TEXTURE_FORMATS, Textures
from vret.scene.ktx2 import level_bytes

SHADOW_UNIT, SAMPLES_UNIT, LETTERS_UNIT, COLOUR_UNIT = 0, 1, 2, 3
NUMBER_UNIT = COLOUR_UNIT + SLOTS
CLOUD_UNIT = NUMBER_UNIT + SLOTS
CUBE_UNIT = CLOUD_UNIT + 1
PROBE_UNIT = CUBE_UNIT + 1
UNITS = MIRROR_UNIT = PROBE_UNIT + 1
"""All texture units of a frame, bound by one call; the mirror's own comes after them. One shader may use sixteen."""
DEPTH_UNIT = MIRROR_UNIT + 1
"""Of the drawn picture's depth, bound once and for good where a headset takes it."""

_ANISOTROPY = 8.0
_MAX_ANISOTROPY = 0x84FE
_FILTERS = ("GL_EXT_texture_filter_anisotropic", "GL_ARB_texture_filter_anisotropic")
_STORED = {
    "srgb8": int(GL.GL_SRGB8_ALPHA8),
    "rgba8": int(GL.GL_RGBA8),
    "bc7_srgb": int(GL.GL_COMPRESSED_SRGB_ALPHA_BPTC_UNORM),
    "bc7": int(GL.GL_COMPRESSED_RGBA_BPTC_UNORM),
}
_COLOURS = ("srgb8", "bc7_srgb")

Bytes = npt.NDArray[np.uint8]


class TextureArrays:
    """`names` has what each of UNITS binds, 0 where the scene has nothing for it; `fixed` are those that all have.

    `clouds` is a `cloud_map` or empty.
    """

    def __init__(self, textures: Textures, clouds: Bytes, fixed: Mapping[int, int]) -> None:
        self.names = (ctypes.c_uint * UNITS)()
        for unit, texture in fixed.items():
            self.names[unit] = texture
        self._made: list[int] = []
        slants = bool(extensions().intersection(_FILTERS)) if len(textures.arrays) else False
        for row in textures.arrays:
            kind = TEXTURE_FORMATS[row["format"]]
            name = ctypes.c_uint()
            GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(name))
            self._made.append(name.value)
            self.names[int(row["slot"]) + (COLOUR_UNIT if kind in _COLOURS else NUMBER_UNIT)] = name.value
            _fill(name.value, kind, row, textures.data)
            GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
            if slants:
                GL.glTextureParameterf(name.value, _MAX_ANISOTROPY, _ANISOTROPY)

        if len(clouds):
            self.names[CLOUD_UNIT] = self._sky_map(clouds)

    def _sky_map(self, clouds: Bytes) -> int:
        name = ctypes.c_uint()
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(name))
        self._made.append(name.value)
        levels = SIDE.bit_length()
        GL.glTextureStorage2D(name.value, levels, GL.GL_RGBA8, SIDE, SIDE)
        at = 0
        for level in range(levels):
            side = SIDE >> level
            place = (name.value, level, 0, 0, side, side)
            GL.glTextureSubImage2D(*place, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, _address(clouds, at))
            at += CHANNELS * side * side
        GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
        return name.value

    def release(self) -> None:
        if self._made:
            GL.glDeleteTextures(len(self._made), self._made)


def _fill(texture: int, kind: str, row: np.void, data: Bytes) -> None:
    side, levels, layers, at = (int(row[field]) for field in ("side", "levels", "layers", "offset"))
    GL.glTextureStorage3D(texture, levels, _STORED[kind], side, side, layers)
    for level in range(levels):
        width = max(side >> level, 1)
        place = (texture, level, 0, 0, 0, width, width, layers)
        if kind in ("srgb8", "rgba8"):
            size = 4 * width * width * layers
            GL.glTextureSubImage3D(*place, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, _address(data, at))
        else:
            size = level_bytes(width) * layers
            GL.glCompressedTextureSubImage3D(*place, _STORED[kind], size, _address(data, at))
        at += size


def _address(data: Bytes, at: int) -> ctypes.c_void_p:
    return ctypes.c_void_p(data.ctypes.data + at)
