"""The pictures of headsets that have no runtime to give them: an sRGB texture, and ways to look at it."""

import ctypes
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from vret.headset.contract import Layout, Target
from vret.render.gl import GL


class FirstEye:
    """Copies of the first view of a target. Each waits for the GPU: for tests and pictures, not for a session."""

    def __init__(self, view_size: tuple[int, int]) -> None:
        self._view_size = view_size
        self._from, self._to, self._small = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
        GL.glCreateFramebuffers(1, ctypes.byref(self._from))
        self._seen: Target | None = None
        self._small_size = 0

    def of(self, target: Target, size: int, drawn: tuple[int, int] | None = None) -> npt.NDArray[np.uint8]:
        """(size, size, 3) sRGB bytes, top row first, of the view as large as it was drawn."""
        if size != self._small_size:
            self._make_small(size)
        width, height = drawn or self._view_size
        GL.glBlitNamedFramebuffer(
            self._framebuffer(target),
            self._to.value,
            *(0, 0, width, height, 0, 0, size, size),
            GL.GL_COLOR_BUFFER_BIT,
            GL.GL_LINEAR,
        )
        return _read(self._small.value, size, size)

    def blit_to_window(self, target: Target, width: int, height: int) -> None:
        """Show it in the current window's back buffer, which encodes sRGB itself or not at all."""
        GL.glDisable(GL.GL_FRAMEBUFFER_SRGB)
        view_width, view_height = self._view_size
        GL.glBlitNamedFramebuffer(
            self._framebuffer(target),
            0,
            *(0, 0, view_width, view_height, 0, 0, width, height),
            GL.GL_COLOR_BUFFER_BIT,
            GL.GL_LINEAR,
        )

    def release(self) -> None:
        GL.glDeleteFramebuffers(2, [self._from.value, self._to.value])
        GL.glDeleteTextures(1, [self._small.value])

    def _framebuffer(self, target: Target) -> int:
        if target != self._seen:
            self._seen = target
            kind = ctypes.c_int()
            GL.glGetTextureParameteriv(target.texture, GL.GL_TEXTURE_TARGET, ctypes.byref(kind))
            if kind.value == GL.GL_TEXTURE_2D_ARRAY:
                GL.glNamedFramebufferTextureLayer(self._from.value, GL.GL_COLOR_ATTACHMENT0, target.texture, 0, 0)
            else:
                GL.glNamedFramebufferTexture(self._from.value, GL.GL_COLOR_ATTACHMENT0, target.texture, 0)
        return int(self._from.value)

    def _make_small(self, size: int) -> None:
        GL.glDeleteTextures(1, [self._small.value])
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(self._small))
        GL.glTextureStorage2D(self._small.value, 1, GL.GL_SRGB8_ALPHA8, size, size)
        if not self._to.value:
            GL.glCreateFramebuffers(1, ctypes.byref(self._to))
        GL.glNamedFramebufferTexture(self._to.value, GL.GL_COLOR_ATTACHMENT0, self._small.value, 0)
        self._small_size = size


class EyePicture:
    """One sRGB picture for all views: an array of layers, or a plain one side by side, as runtimes lend them."""

    def __init__(self, view_count: int, view_size: tuple[int, int], layout: Layout) -> None:
        width, height = view_size
        layers = view_count if layout is Layout.ARRAY else 1
        total = width if layout is Layout.ARRAY else width * view_count
        texture = ctypes.c_uint()
        if layout is Layout.ARRAY:
            GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(texture))
            GL.glTextureStorage3D(texture.value, 1, GL.GL_SRGB8_ALPHA8, total, height, layers)
        else:
            GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(texture))
            GL.glTextureStorage2D(texture.value, 1, GL.GL_SRGB8_ALPHA8, total, height)
        self.target = Target(texture.value, total, height, layers)
        self._first_eye = FirstEye(view_size)

    def first_eye(self, size: int) -> npt.NDArray[np.uint8]:
        """(size, size, 3) sRGB bytes of the first view, top row first. Waits for the GPU."""
        return self._first_eye.of(self.target, size)

    def blit_to_window(self, width: int, height: int) -> None:
        """Show the first view in the current window's back buffer."""
        self._first_eye.blit_to_window(self.target, width, height)

    def save(self, path: Path, size: int = 512) -> None:
        """Write the first view as PNG, `size` pixels square."""
        Image.fromarray(self.first_eye(size)).save(path)

    def release(self) -> None:
        self._first_eye.release()
        GL.glDeleteTextures(1, [self.target.texture])


def _read(texture: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    pixels = np.zeros((height, width, 4), np.uint8)
    address = pixels.ctypes.data_as(ctypes.c_void_p)
    GL.glGetTextureImage(texture, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels.nbytes, address)
    return np.ascontiguousarray(pixels[::-1, :, :3])
