"""A scene's textures on the GPU: arrays of squares of one size, read with all their levels and along the slant."""

import ctypes
from collections.abc import Mapping

from vret.render.context import extensions
from vret.render.gl import GL
from vret.render.staging import RGBA8, Blocks, Bytes, Staging, Steps
from vret.scene.compiled import SLOTS, TEXTURE_FORMATS, Textures
from vret.scene.light.clouds import SIDE

SHADOW_UNIT, SAMPLES_UNIT, LETTERS_UNIT, COLOUR_UNIT = 0, 1, 2, 3
NUMBER_UNIT = COLOUR_UNIT + SLOTS
CLOUD_UNIT = NUMBER_UNIT + SLOTS
CUBE_UNIT = CLOUD_UNIT + 1
PROBE_UNIT = CUBE_UNIT + 1
UNITS = MIRROR_UNIT = PROBE_UNIT + 1
"""All texture units of a frame, bound by one call; the mirror's own comes after them. One shader may use sixteen."""
DEPTH_UNIT = MIRROR_UNIT + 1
"""Of the drawn picture's depth, bound once and for good where a headset takes it."""
VIDEO_UNIT = DEPTH_UNIT + 1
"""Of the newest picture that came from outside, bound when it comes."""

_ANISOTROPY = 8.0
_MAX_ANISOTROPY = 0x84FE
_FILTERS = ("GL_EXT_texture_filter_anisotropic", "GL_ARB_texture_filter_anisotropic")
_STORED = {
    "srgb8": int(GL.GL_SRGB8_ALPHA8),
    "rgba8": int(GL.GL_RGBA8),
    "bc7_srgb": int(GL.GL_COMPRESSED_SRGB_ALPHA_BPTC_UNORM),
    "bc7": int(GL.GL_COMPRESSED_RGBA_BPTC_UNORM),
}
_PLAIN = ("srgb8", "rgba8")
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
            blocks = RGBA8 if kind in _PLAIN else Blocks(16, 4, compressed=_STORED[kind])
            yield from staging.levels(name.value, (side, side, layers), levels, blocks, textures.data[row["offset"] :])
            self.names[int(row["slot"]) + (COLOUR_UNIT if kind in _COLOURS else NUMBER_UNIT)] = name.value

    def add(self, unit: int, texture: int) -> None:
        """One more that belongs to the scene."""
        self.names[unit] = texture
        self.made.append(texture)


def bring_clouds(clouds: Bytes, textures: TextureArrays, staging: Staging) -> Steps:
    """The `cloud_map` of a scene that has one."""
    if not len(clouds):
        return
    name = ctypes.c_uint()
    GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(name))
    textures.add(CLOUD_UNIT, name.value)
    levels = SIDE.bit_length()
    GL.glTextureStorage3D(name.value, levels, GL.GL_RGBA8, SIDE, SIDE, 1)
    GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
    yield
    yield from staging.levels(name.value, (SIDE, SIDE, 1), levels, RGBA8, clouds)


def reads_slants() -> bool:
    """Whether the driver reads textures along the slant."""
    return bool(extensions().intersection(_FILTERS))
