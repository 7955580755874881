"""A scene's textures on the GPU: arrays of squares of one size, read with all their levels and along the slant."""

import ctypes
from collections.abc import Mapping

import numpy as np

from vret.render.context import extensions
from vret.render.gl import GL
from vret.render.staging import PIECE_BYTES, Bytes, Staging, Steps
from vret.scene.compiled import SLOTS, TEXTURE_FORMATS, Textures
from vret.scene.ktx2 import level_bytes

SHADOW_UNIT, SAMPLES_UNIT, LETTERS_UNIT, COLOUR_UNIT = 0, 1, 2, 3
NUMBER_UNIT = COLOUR_UNIT + SLOTS
UNITS = MIRROR_UNIT = NUMBER_UNIT + SLOTS
"""All texture units of a frame, bound by one call; the mirror's own comes after them. A shader may have sixteen."""

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


class TextureArrays:
    """`names` has what each of UNITS binds, 0 where the scene has nothing for it; `fixed` are those that all have."""

    def __init__(self, fixed: Mapping[int, int]) -> None:
        self.names = (ctypes.c_uint * UNITS)()
        for unit, texture in fixed.items():
            self.names[unit] = texture
        self.made: list[int] = []

    def bring(self, textures: Textures, staging: Staging, *, slants: bool) -> Steps:
        """Make all of a scene's; `slants` as of `reads_slants`."""
        for row in textures.arrays:
            kind = TEXTURE_FORMATS[row["format"]]
            name = ctypes.c_uint()
            GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(name))
            self.made.append(name.value)
            side, levels, layers = int(row["side"]), int(row["levels"]), int(row["layers"])
            GL.glTextureStorage3D(name.value, levels, _STORED[kind], side, side, layers)
            GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
            if slants:
                GL.glTextureParameterf(name.value, _MAX_ANISOTROPY, _ANISOTROPY)
            yield
            yield from _fill(name.value, kind, row, textures.data, staging)
            self.names[int(row["slot"]) + (COLOUR_UNIT if kind in _COLOURS else NUMBER_UNIT)] = name.value


def reads_slants() -> bool:
    """Whether the driver reads textures along the slant."""
    return bool(extensions().intersection(_FILTERS))


def _fill(texture: int, kind: str, row: np.void, data: Bytes, staging: Staging) -> Steps:
    """Level by level, in pieces of some rows of a layer, or where these are small of some layers."""
    side, levels, layers, at = (int(row[field]) for field in ("side", "levels", "layers", "offset"))
    is_plain = kind in ("srgb8", "rgba8")
    compressed, high = (0, 1) if is_plain else (_STORED[kind], 4)
    for level in range(levels):
        width = max(side >> level, 1)
        layer_bytes = 4 * width * width if is_plain else level_bytes(width)
        row_bytes = layer_bytes // -(-width // high)
        deep = PIECE_BYTES // layer_bytes
        tall = width if deep else PIECE_BYTES // row_bytes * high
        for layer in range(0, layers, deep or 1):
            depth = min(deep or 1, layers - layer)
            for top in range(0, width, tall):
                height = min(tall, width - top)
                size = -(-height // high) * row_bytes * depth
                piece = data[at : at + size]
                yield from staging.pixels(texture, level, (top, layer), (width, height, depth), compressed, piece)
                at += size
