"""The light of all around on the GPU: cube maps that shiny things reflect, and volumes of probes."""

import ctypes

import numpy as np

from vret.render.gl import GL
from vret.render.staging import RGB16F, RGBA16F, Staging, Steps
from vret.render.textures import CUBE_UNIT, PROBE_UNIT, TextureArrays
from vret.scene.compiled import CUBE_LEVELS, CUBE_SIDE, Probes, Reflections


def bring_light(reflections: Reflections, probes: Probes, textures: TextureArrays, staging: Staging) -> Steps:
    """A scene that reflects nothing or has no probes has no textures for it."""
    if reflections.layers:
        yield from _bring_cubes(reflections, textures, staging)
    if probes.variants:
        yield from _bring_volumes(probes, textures, staging)


def _bring_cubes(reflections: Reflections, textures: TextureArrays, staging: Staging) -> Steps:
    name = ctypes.c_uint()
    GL.glCreateTextures(GL.GL_TEXTURE_CUBE_MAP_ARRAY, 1, ctypes.byref(name))
    textures.add(CUBE_UNIT, name.value)
    size = CUBE_SIDE, CUBE_SIDE, 6 * reflections.layers
    GL.glTextureStorage3D(name.value, CUBE_LEVELS, GL.GL_RGB16F, *size)
    GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
    yield
    yield from staging.levels(name.value, size, CUBE_LEVELS, RGB16F, reflections.halves.view(np.uint8))


def _bring_volumes(probes: Probes, textures: TextureArrays, staging: Staging) -> Steps:
    name = ctypes.c_uint()
    depth, height, width = probes.texels.shape[:3]
    GL.glCreateTextures(GL.GL_TEXTURE_3D, 1, ctypes.byref(name))
    textures.add(PROBE_UNIT, name.value)
    GL.glTextureStorage3D(name.value, 1, GL.GL_RGBA16F, width, height, depth)
    GL.glTextureParameteri(name.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR)
    yield
    yield from staging.levels(name.value, (width, height, depth), 1, RGBA16F, probes.texels.reshape(-1).view(np.uint8))
