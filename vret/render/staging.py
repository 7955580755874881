"""Staging: bytes on their way to the GPU, a piece at a time, through one mapped buffer.

Each generator does a small, bounded piece of work between two yields, and waits for nothing: where the GPU still reads
the place that the next piece needs, it yields and looks again. So a frame can go on for as long as it has time, and
who has all the time in the world just runs it to its end (`finish`).
"""

import ctypes
from collections.abc import Generator
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from vret.render.buffers import mapped, unmap
from vret.render.gl import GL
from vret.render.hot import Hot

PIECE_BYTES: Final = 128 * 1024
_PIECES: Final = 16
_FENCE: Final = int(GL.GL_SYNC_GPU_COMMANDS_COMPLETE)
_FLUSH: Final = int(GL.GL_SYNC_FLUSH_COMMANDS_BIT)
_PASSED: Final = (int(GL.GL_ALREADY_SIGNALED), int(GL.GL_CONDITION_SATISFIED))
_UNPACK: Final = int(GL.GL_PIXEL_UNPACK_BUFFER)
Bytes = npt.NDArray[np.uint8]
Steps = Generator[None, None, None]
Made = TypeVar("Made")


class Blocks(NamedTuple):
    """What the bytes of a picture are: `size` bytes for every square of `side` texels, row by row, without gaps.

    They are of a `compressed` format, or else of a pixel `format` and `type`; rows are multiples of four bytes then.
    """

    size: int
    side: int = 1
    format: int = 0
    type: int = 0
    compressed: int = 0


RGBA8: Final = Blocks(4, format=int(GL.GL_RGBA), type=int(GL.GL_UNSIGNED_BYTE))
RGB16F: Final = Blocks(6, format=int(GL.GL_RGB), type=int(GL.GL_HALF_FLOAT))
RGBA16F: Final = Blocks(8, format=int(GL.GL_RGBA), type=int(GL.GL_HALF_FLOAT))


class Staging:
    """A ring of pieces, each free again when the GPU has copied it to where it belongs."""

    def __init__(self, gl: Hot) -> None:
        self._gl = gl
        self._buffer, self._memory = mapped(PIECE_BYTES * _PIECES)
        self._fences: list[int | None] = [None] * _PIECES
        self._next = 0

    def buffer(self, *parts: npt.NDArray[np.generic]) -> Generator[None, None, int]:
        """Make a buffer that holds these, one after the other, and cannot be changed."""
        contents = [np.ascontiguousarray(part).reshape(-1).view(np.uint8) for part in parts]
        made, end = ctypes.c_uint(), 0
        GL.glCreateBuffers(1, ctypes.byref(made))
        GL.glNamedBufferStorage(made.value, max(sum(map(len, contents)), 4), None, 0)
        yield
        for part in contents:
            for at in range(0, len(part), PIECE_BYTES):
                piece = part[at : at + PIECE_BYTES]
                place = yield from self._put(piece)
                self._gl.glCopyNamedBufferSubData(self._buffer, made.value, place, end + at, len(piece))
                yield from self._sent()
            end += len(part)
        return made.value

    def levels(self, texture: int, size: tuple[int, int, int], levels: int, blocks: Blocks, data: Bytes) -> Steps:
        """All levels of a texture with layers, of which the largest is `size`: wide, high, deep.

        In pieces of some rows of a layer, or where these are small of some layers. Layers are as many at every level.
        """
        at = 0
        for level in range(levels):
            width, height = (max(length >> level, 1) for length in size[:2])
            row_bytes = -(-width // blocks.side) * blocks.size
            layer_bytes = -(-height // blocks.side) * row_bytes
            deep = PIECE_BYTES // layer_bytes
            tall = height if deep else PIECE_BYTES // row_bytes * blocks.side
            for layer in range(0, size[2], deep or 1):
                depth = min(deep or 1, size[2] - layer)
                for top in range(0, height, tall):
                    part = width, min(tall, height - top), depth
                    length = -(-part[1] // blocks.side) * row_bytes * depth
                    yield from self._pixels(texture, level, (top, layer), part, blocks, data[at : at + length])
                    at += length

    def _pixels(
        self, texture: int, level: int, at: tuple[int, int], size: tuple[int, int, int], blocks: Blocks, data: Bytes
    ) -> Steps:
        """A piece of a texture, from row and layer `at` on."""
        place = ctypes.c_void_p((yield from self._put(data)))
        gl, where = self._gl, (texture, level, 0, *at, *size)
        gl.glBindBuffer(_UNPACK, self._buffer)
        if blocks.compressed:
            gl.glCompressedTextureSubImage3D(*where, blocks.compressed, len(data), place)
        else:
            gl.glTextureSubImage3D(*where, blocks.format, blocks.type, place)
        gl.glBindBuffer(_UNPACK, 0)
        yield from self._sent()

    def release(self) -> None:
        for fence in self._fences:
            if fence is not None:
                self._gl.glDeleteSync(fence)
        unmap(self._buffer)

    def _put(self, piece: Bytes) -> Generator[None, None, int]:
        """Copy into the next place; where that is in the buffer."""
        fence = self._fences[self._next]
        if fence is not None:
            while self._gl.glClientWaitSync(fence, _FLUSH, 0) not in _PASSED:
                yield
            self._gl.glDeleteSync(fence)
            self._fences[self._next] = None
        place = self._next * PIECE_BYTES
        self._memory[place : place + len(piece)] = piece
        return place

    def _sent(self) -> Steps:
        """The call that reads the newest piece has been made."""
        self._fences[self._next] = self._gl.glFenceSync(_FENCE, 0)
        self._next = (self._next + 1) % _PIECES
        yield


def finish(steps: Generator[None, None, Made]) -> Made:
    """Run to the end. Not for the frame path."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
