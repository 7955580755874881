"""The light of all around on the GPU: cube maps that shiny things reflect, and volumes of probes."""

import ctypes

import numpy as np
import numpy.typing as npt

from vret.render.gl import GL
from vret.render.textures import CUBE_UNIT, PROBE_UNIT
from vret.scene.compiled import CUBE_LEVELS, CUBE_SIDE, Probes, Reflections


class LightTextures:
    """`units` has the texture of each unit; a scene that reflects nothing or has no probes has none there."""

    def __init__(self, reflections: Reflections, probes: Probes) -> None:
        self.units: dict[int, int] = {}
        if reflections.layers:
            self.units[CUBE_UNIT] = _cubes(reflections)
        if probes.variants:
            self.units[PROBE_UNIT] = _volumes(probes.texels)
        GL.glEnable(GL.GL_TEXTURE_CUBE_MAP_SEAMLESS)

    def release(self) -> None:
        if self.units:
            GL.glDeleteTextures(len(self.units), list(self.units.values()))


def _cubes(reflections: Reflections) -> int:
    name = ctypes.c_uint()
    GL.glCreateTextures(GL.GL_TEXTURE_CUBE_MAP_ARRAY, 1, ctypes.byref(name))
    faces = 6 * reflections.layers
    GL.glTextureStorage3D(name.value, CUBE_LEVELS, GL.GL_RGB16F, CUBE_SIDE, CUBE_SIDE, faces)
    GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
    # Rows of the last levels are no multiple of four bytes.
    GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 2)
    at = 0
    for level in range(CUBE_LEVELS):
        side = CUBE_SIDE >> level
        count = faces * side * side * 3
        pixels = np.ascontiguousarray(reflections.halves[at : at + count])
        GL.glTextureSubImage3D(
            name.value, level, 0, 0, 0, side, side, faces, GL.GL_RGB, GL.GL_HALF_FLOAT, _address(pixels)
        )
        at += count
    GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 4)
    return name.value


def _volumes(texels: npt.NDArray[np.float16]) -> int:
    name = ctypes.c_uint()
    depth, height, width = texels.shape[:3]
    GL.glCreateTextures(GL.GL_TEXTURE_3D, 1, ctypes.byref(name))
    GL.glTextureStorage3D(name.value, 1, GL.GL_RGBA16F, width, height, depth)
    GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR)
    pixels = np.ascontiguousarray(texels)
    GL.glTextureSubImage3D(name.value, 0, 0, 0, 0, width, height, depth, GL.GL_RGBA, GL.GL_HALF_FLOAT, _address(pixels))
    return name.value


def _address(pixels: npt.NDArray[np.float16]) -> ctypes.c_void_p:
    return ctypes.c_void_p(pixels.ctypes.data)
