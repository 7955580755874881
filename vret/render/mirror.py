"""The mirror: a small copy of what the left eye sees, made by the GPU and read when it is long done.

It has proportions of its own: the shader takes the largest part of them from the middle of the view, as it is drawn
now, so nothing is stretched.

Theory: a copy is drawn into a small sRGB texture and read into a pixel buffer that stays mapped; a fence follows. The
frame DELAY later looks at the fence once. If it has passed, the bytes are there; if not, that copy is skipped. Nothing
waits, and a turn makes the same calls whatever is in the scene: none while nothing is copied. What a turn asks of the
GPU is handed over with the frame's submission or with the next frame's flush.
"""

import ctypes
from typing import Final

from vret.headset.contract import Layout, Target
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.program import Pass, Preamble, link
from vret.render.textures import MIRROR_UNIT
from vret.scene.compiled import LAMPS_MAX

DELAY: Final = 3
"""Frames between a copy and its reading."""

PIXEL_BYTES: Final = 4

_SLOTS: Final = DELAY + 1
_MAPPING: Final = int(GL.GL_MAP_READ_BIT | GL.GL_MAP_WRITE_BIT | GL.GL_MAP_PERSISTENT_BIT | GL.GL_MAP_COHERENT_BIT)
_STORAGE: Final = _MAPPING | int(GL.GL_CLIENT_STORAGE_BIT)
_FENCE: Final = int(GL.GL_SYNC_GPU_COMMANDS_COMPLETE)
_PASSED: Final = (int(GL.GL_ALREADY_SIGNALED), int(GL.GL_CONDITION_SATISFIED))
_FRAMEBUFFER, _PACK = int(GL.GL_FRAMEBUFFER), int(GL.GL_PIXEL_PACK_BUFFER)
_TRIANGLES, _RGBA, _BYTES = int(GL.GL_TRIANGLES), int(GL.GL_RGBA), int(GL.GL_UNSIGNED_BYTE)


def size_within(view_size: tuple[int, int], largest: tuple[int, int]) -> tuple[int, int]:
    """The size of a mirror: the proportions of `largest`, and no larger than it or the view."""
    share = min(1.0, view_size[0] / largest[0], view_size[1] / largest[1])
    return max(1, int(largest[0] * share)), max(1, int(largest[1] * share))


class Mirror:
    """Made by `Renderer.make_mirror`. `size` is (width, height) in pixels; `head_bytes` of the caller's lead a copy."""

    def __init__(self, gl: Hot, layout: Layout, size: tuple[int, int], head_bytes: int, before: Pass) -> None:
        self.size = size
        self._gl, self._head_bytes = gl, head_bytes
        self._program = link(_preamble(layout, size), "mirror.vert.glsl", "mirror.frag.glsl")
        self._pass, self._before = Pass(gl, self._program, before.state), before
        self._make_texture()
        self._slot_bytes = head_bytes + size[0] * size[1] * PIXEL_BYTES
        self._slots = self._map()
        self._fences: list[int | None] = [None] * _SLOTS
        self._turn = 0

    def turn(self, target: Target | None, head: bytes = b"") -> memoryview | None:
        """Once a frame, right after it was drawn into `target`, with what that left bound; None copies nothing.

        Returns the copy of DELAY turns ago, if one was made and the GPU has finished it: its head, then RGBA rows of
        sRGB bytes, top row first. It is good until the next turn.
        """
        self._turn += 1
        if target is not None:
            self._copy(target, self._turn % _SLOTS, head)
        return self._finished((self._turn - DELAY) % _SLOTS)

    def release(self) -> None:
        for fence in self._fences:
            if fence is not None:
                self._gl.glDeleteSync(fence)
        for slot in self._slots:
            slot.release()
        GL.glUnmapNamedBuffer(self._buffer)
        GL.glDeleteBuffers(1, [self._buffer])
        GL.glBindSampler(MIRROR_UNIT, 0)
        GL.glDeleteSamplers(1, [self._sampler])
        GL.glDeleteFramebuffers(1, [self._framebuffer])
        GL.glDeleteTextures(1, [self._texture])
        GL.glDeleteProgram(self._program)

    def _copy(self, target: Target, index: int, head: bytes) -> None:
        gl, (width, height) = self._gl, self.size
        assert len(head) <= self._head_bytes, "a head that would lie over pixels"
        self._slots[index][: len(head)] = head
        self._pass.enter(self._before)
        gl.glBindFramebuffer(_FRAMEBUFFER, self._framebuffer)
        gl.glViewport(0, 0, width, height)
        gl.glBindTextureUnit(MIRROR_UNIT, target.texture)
        gl.glDrawArraysInstanced(_TRIANGLES, 0, 3, 1)
        gl.glBindBuffer(_PACK, self._buffer)
        gl.glReadPixels(0, 0, width, height, _RGBA, _BYTES, index * self._slot_bytes + self._head_bytes)
        gl.glBindBuffer(_PACK, 0)
        self._fences[index] = gl.glFenceSync(_FENCE, 0)

    def _finished(self, index: int) -> memoryview | None:
        fence = self._fences[index]
        if fence is None:
            return None
        self._fences[index] = None
        has_passed = self._gl.glClientWaitSync(fence, 0, 0) in _PASSED
        self._gl.glDeleteSync(fence)
        return self._slots[index] if has_passed else None

    def _make_texture(self) -> None:
        """What is drawn into, and a sampler that needs nothing of the headset's textures but their one level."""
        texture, framebuffer, sampler = (ctypes.c_uint() for _ in range(3))
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(texture))
        GL.glTextureStorage2D(texture.value, 1, GL.GL_SRGB8_ALPHA8, *self.size)
        GL.glCreateFramebuffers(1, ctypes.byref(framebuffer))
        GL.glNamedFramebufferTexture(framebuffer.value, GL.GL_COLOR_ATTACHMENT0, texture.value, 0)
        GL.glCreateSamplers(1, ctypes.byref(sampler))
        GL.glSamplerParameteri(sampler.value, GL.GL_TEXTURE_MIN_FILTER, GL.GL_NEAREST)
        GL.glSamplerParameteri(sampler.value, GL.GL_TEXTURE_MAG_FILTER, GL.GL_NEAREST)
        GL.glBindSampler(MIRROR_UNIT, sampler.value)
        self._texture, self._framebuffer, self._sampler = texture.value, framebuffer.value, sampler.value

    def _map(self) -> tuple[memoryview, ...]:
        buffer, size = ctypes.c_uint(), self._slot_bytes * _SLOTS
        GL.glCreateBuffers(1, ctypes.byref(buffer))
        self._buffer = buffer.value
        GL.glNamedBufferStorage(self._buffer, size, None, _STORAGE)
        address = GL.glMapNamedBufferRange(self._buffer, 0, size, _MAPPING)
        whole = memoryview((ctypes.c_uint8 * size).from_address(int(address))).cast("B")
        return tuple(whole[index * self._slot_bytes : (index + 1) * self._slot_bytes] for index in range(_SLOTS))


def _preamble(layout: Layout, size: tuple[int, int]) -> Preamble:
    return Preamble(
        extensions=(),
        defines={
            "MIRROR_UNIT": MIRROR_UNIT,
            "LAYERED": int(layout is Layout.ARRAY),
            "CLIPPED": int(layout is Layout.CLIPPED),
            "LAMPS_MAX": LAMPS_MAX,
            "MIRROR_WIDTH": size[0],
            "MIRROR_HEIGHT": size[1],
        },
    )
