"""Pictures: the multisampled one that is drawn into, and the headset's own that it ends in."""

import ctypes

import numpy as np
import numpy.typing as npt

from vret.headset.contract import HeadsetError, Layout, Target
from vret.render.gl import GL


class SampledPicture:
    """Linear half-float colour and float depth of all views, `samples` to a pixel."""

    def __init__(self, view_count: int, view_size: tuple[int, int], layout: Layout, samples: int) -> None:
        width, height = view_size
        layers = view_count if layout is Layout.ARRAY else 1
        self.width = width if layout is Layout.ARRAY else width * view_count
        names = (ctypes.c_uint * 2)()
        GL.glCreateTextures(GL.GL_TEXTURE_2D_MULTISAMPLE_ARRAY, 2, names)
        for name, kind in zip(names, (GL.GL_RGBA16F, GL.GL_DEPTH_COMPONENT32F), strict=True):
            GL.glTextureStorage3DMultisample(name, samples, kind, self.width, height, layers, GL.GL_TRUE)
        framebuffer = ctypes.c_uint()
        GL.glCreateFramebuffers(1, ctypes.byref(framebuffer))
        GL.glNamedFramebufferTexture(framebuffer.value, GL.GL_COLOR_ATTACHMENT0, names[0], 0)
        GL.glNamedFramebufferTexture(framebuffer.value, GL.GL_DEPTH_ATTACHMENT, names[1], 0)
        self.framebuffer, self.colour, self.depth = framebuffer.value, int(names[0]), int(names[1])
        _require_complete(self.framebuffer, f"{samples} samples at {self.width} x {height}")

    def release(self) -> None:
        GL.glDeleteFramebuffers(1, [self.framebuffer])
        GL.glDeleteTextures(2, [self.colour, self.depth])


class TargetBuffers:
    """A framebuffer for each of the headset's textures, made when a texture is first seen."""

    def __init__(self) -> None:
        self._framebuffers: dict[Target, int] = {}

    def framebuffer(self, target: Target) -> int:
        found = self._framebuffers.get(target)
        if found is None:
            name = ctypes.c_uint()
            GL.glCreateFramebuffers(1, ctypes.byref(name))
            GL.glNamedFramebufferTexture(name.value, GL.GL_COLOR_ATTACHMENT0, target.texture, 0)
            if target.depth:
                GL.glNamedFramebufferTexture(name.value, GL.GL_DEPTH_ATTACHMENT, target.depth, 0)
            _require_complete(name.value, "the headset's picture")
            found = self._framebuffers[target] = name.value
        return found

    def read(self, target: Target, view: int, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
        width, height = size
        x, layer = (0, view) if target.layers > 1 else (view * width, 0)
        pixels = np.zeros((height, width, 4), np.uint8)
        GL.glGetTextureSubImage(
            target.texture,
            0,
            x,
            0,
            layer,
            width,
            height,
            1,
            GL.GL_RGBA,
            GL.GL_UNSIGNED_BYTE,
            pixels.nbytes,
            pixels.ctypes.data_as(ctypes.c_void_p),
        )
        return np.ascontiguousarray(pixels[::-1, :, :3])

    def release(self) -> None:
        GL.glDeleteFramebuffers(len(self._framebuffers), list(self._framebuffers.values()))
        self._framebuffers.clear()


def _require_complete(framebuffer: int, what: str) -> None:
    status = GL.glCheckNamedFramebufferStatus(framebuffer, GL.GL_FRAMEBUFFER)
    if status != GL.GL_FRAMEBUFFER_COMPLETE:
        raise HeadsetError(f"The graphics driver cannot draw into {what} (status {int(status):#x}): update the driver.")
