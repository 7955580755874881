"""The sun's shadow: a near and a far map side by side, fitted around the head and still while the head is.

The maps' middle moves in steps of an eighth of their radius, which is a whole number of texels, so edges do not
crawl. They are drawn again only when the step, the sun or something in the scene has moved.
"""

import ctypes

import numpy as np
import numpy.typing as npt

from vret.render.gl import GL
from vret.render.projection import light_from_scene
from vret.render.uniforms import MAPS

MAP_SIZE = 1024
_STEPS = 8
_SCALES = (1.0, 8.0)
_DEPTHS = np.array([1.0, 1.0, 12.0], np.float32)


class ShadowMaps:
    """The texture, its framebuffer and where the maps lie. `matrices` and `texel_m` are for the frame's uniforms."""

    def __init__(self) -> None:
        self.matrices = np.zeros((MAPS, 4, 4), np.float32)
        self.texel_m = np.zeros(4, np.float32)
        texture, framebuffer = ctypes.c_uint(), ctypes.c_uint()
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(texture))
        GL.glTextureStorage2D(texture.value, 1, GL.GL_DEPTH_COMPONENT32F, MAP_SIZE * MAPS, MAP_SIZE)
        for name, value in (
            (GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR),
            (GL.GL_TEXTURE_MAG_FILTER, GL.GL_LINEAR),
            (GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE),
            (GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE),
            (GL.GL_TEXTURE_COMPARE_MODE, GL.GL_COMPARE_REF_TO_TEXTURE),
            (GL.GL_TEXTURE_COMPARE_FUNC, GL.GL_GEQUAL),
        ):
            GL.glTextureParameteri(texture.value, name, value)
        GL.glCreateFramebuffers(1, ctypes.byref(framebuffer))
        GL.glNamedFramebufferTexture(framebuffer.value, GL.GL_DEPTH_ATTACHMENT, texture.value, 0)
        GL.glNamedFramebufferDrawBuffer(framebuffer.value, GL.GL_NONE)
        self.texture, self.framebuffer = texture.value, framebuffer.value
        self._light = b""
        self._to_sun: list[float] = []
        self._radius_m = 0.0
        self._steps: list[list[int]] = []
        self._axes = np.eye(3, dtype=np.float32)

    def fit(self, environment: npt.NDArray[np.void], head_in_scene: npt.NDArray[np.float32]) -> bool:
        """Place the maps around the head; True when they have moved and must be drawn again."""
        light = environment.tobytes()
        if light != self._light:
            self._light = light
            self._face(environment.reshape(-1)[0])
        if self._radius_m <= 0:
            return False
        head_in_light = (self._axes @ head_in_scene).tolist()
        steps = [[round(offset * _STEPS / (self._radius_m * scale)) for offset in head_in_light] for scale in _SCALES]
        if steps == self._steps:
            return False
        self._steps = steps
        reach_m = self._radius_m * np.array(_SCALES, np.float32)[:, None]
        self.texel_m[:MAPS] = 2 * reach_m[:, 0] / MAP_SIZE
        self.matrices[:, :3, :3] = self._axes / (reach_m * _DEPTHS)[..., None]
        self.matrices[:, :3, 3] = -np.array(steps, np.float32) / _STEPS / _DEPTHS
        self.matrices[:, 2, 3] += 0.5
        self.matrices[:, 3, 3] = 1
        return True

    def forget(self) -> None:
        """Another scene is in the maps now: draw again whatever `fit` finds."""
        self._steps = []

    def release(self) -> None:
        GL.glDeleteFramebuffers(1, [self.framebuffer])
        GL.glDeleteTextures(1, [self.texture])

    def _face(self, light: np.void) -> None:
        """Along the sun of this environment; the radius is 0 where it throws no shadow."""
        radius_m = float(light["shadow_radius_m"]) if light["sun_power"] > 0 else 0.0
        to_sun = light["sun_direction"].tolist()
        if (radius_m, to_sun) != (self._radius_m, self._to_sun):
            self._radius_m, self._to_sun, self._steps = radius_m, to_sun, []
            if radius_m > 0:
                self._axes = light_from_scene(np.array(to_sun), np.zeros(3), 1.0, 0.5)[:3, :3]
