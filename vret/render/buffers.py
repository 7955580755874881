"""Buffers: what never changes is uploaded once; what changes lives in mapped rings, three frames deep.

A ring is mapped for as long as it lives and coherent, so writing is a memory copy and no call. A fence a frame says
when the GPU has read it; with three parts it nearly always has. All rings take turns together: one fence is enough for
them, and no part is written that a frame in flight reads, whichever scene that frame showed.
"""

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vret.render.gl import GL
from vret.render.hot import Hot

DEPTH = 3
_ALIGNMENT = 256
_WAIT_NS = 1_000_000_000
_MAPPING = int(GL.GL_MAP_WRITE_BIT | GL.GL_MAP_PERSISTENT_BIT | GL.GL_MAP_COHERENT_BIT)
_FENCE = int(GL.GL_SYNC_GPU_COMMANDS_COMPLETE)
_FLUSH = int(GL.GL_SYNC_FLUSH_COMMANDS_BIT)

Ranges = tuple[
    int, int, int, ctypes.Array[ctypes.c_uint], ctypes.Array[ctypes.c_ssize_t], ctypes.Array[ctypes.c_ssize_t]
]
"""Target, first index, count, buffers, offsets and sizes."""


def upload(data: npt.NDArray[np.generic]) -> int:
    """A buffer that holds `data` and cannot be changed."""
    buffer = ctypes.c_uint()
    GL.glCreateBuffers(1, ctypes.byref(buffer))
    contents = np.ascontiguousarray(data).view(np.uint8)
    GL.glNamedBufferStorage(buffer.value, max(contents.nbytes, 4), contents if contents.nbytes else None, 0)
    return buffer.value


def mapped(size: int) -> tuple[int, npt.NDArray[np.uint8]]:
    """A buffer of that size and its memory, mapped for writing until `unmap`."""
    buffer = ctypes.c_uint()
    GL.glCreateBuffers(1, ctypes.byref(buffer))
    GL.glNamedBufferStorage(buffer.value, size, None, _MAPPING)
    address = GL.glMapNamedBufferRange(buffer.value, 0, size, _MAPPING)
    return buffer.value, np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(int(address)))


def unmap(buffer: int) -> None:
    """Free what `mapped` made."""
    GL.glUnmapNamedBuffer(buffer)
    GL.glDeleteBuffers(1, [buffer])


class Turns:
    """Whose turn it is: the number of the part that the current frame may write."""

    def __init__(self, gl: Hot) -> None:
        self._gl = gl
        self._fences: list[int | None] = [None] * DEPTH
        self.part = 0

    def begin(self) -> int:
        """Go on to the next part, once the GPU has done with it."""
        part = self.part = (self.part + 1) % DEPTH
        fence = self._fences[part]
        if fence is not None:
            gl = self._gl
            gl.glClientWaitSync(fence, _FLUSH, _WAIT_NS)
            gl.glDeleteSync(fence)
            self._fences[part] = None
        return part

    def end(self) -> None:
        """All calls that read the current part have been made."""
        self._fences[self.part] = self._gl.glFenceSync(_FENCE, 0)

    def release(self) -> None:
        for fence in self._fences:
            if fence is not None:
                self._gl.glDeleteSync(fence)
        self._fences = [None] * DEPTH


class MappedRing:
    """Named sections of equal layout in each of `DEPTH` parts; one part belongs to a frame."""

    def __init__(self, turns: Turns, sections: Mapping[str, tuple[np.dtype[np.generic], int]]) -> None:
        self.turns = turns
        self.spans: dict[str, tuple[int, int]] = {}
        start = 0
        for name, (dtype, count) in sections.items():
            size = dtype.itemsize * max(count, 1)
            self.spans[name] = (start, size)
            start += -(-size // _ALIGNMENT) * _ALIGNMENT
        self.part_size = start
        self.buffer, memory = mapped(start * DEPTH)
        self._parts: tuple[dict[str, npt.NDArray[Any]], ...] = tuple(
            {
                name: memory[part * start + offset : part * start + offset + size].view(sections[name][0])
                for name, (offset, size) in self.spans.items()
            }
            for part in range(DEPTH)
        )

    def turn(self) -> tuple[int, dict[str, npt.NDArray[Any]]]:
        """Begin a frame: the part that is its own, and the sections of it."""
        part = self.turns.begin()
        return part, self._parts[part]

    @property
    def part(self) -> int:
        return self.turns.part

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The current part's sections, to be written."""
        return self._parts[self.turns.part]

    def fill(self, section: str, first: int, data: npt.NDArray[np.generic]) -> None:
        """Write what stays into every part, from an element on. Before any frame reads it."""
        for part in self._parts:
            part[section][first : first + len(data)] = data

    def ranges(self, target: int, first: int, places: Sequence[str | tuple[int, int]]) -> tuple[Ranges, ...]:
        """For each part what `glBindBuffersRange` needs to bind several places from `first` on.

        Places are sections of this ring, or whole buffers with their sizes.
        """
        return tuple(self._ranges(part, target, first, places) for part in range(DEPTH))

    def pointers(self, section: str, skipped: int = 0) -> tuple[ctypes.c_void_p, ...]:
        """For each part where in the buffer the section begins, after `skipped` bytes of it."""
        start = self.spans[section][0] + skipped
        return tuple(ctypes.c_void_p(part * self.part_size + start) for part in range(DEPTH))

    def release(self) -> None:
        unmap(self.buffer)

    def _ranges(self, part: int, target: int, first: int, places: Sequence[str | tuple[int, int]]) -> Ranges:
        begin, count = part * self.part_size, len(places)
        ranges = [
            (self.buffer, begin + self.spans[place][0], self.spans[place][1])
            if isinstance(place, str)
            else (place[0], 0, place[1])
            for place in places
        ]
        buffers, offsets, sizes = zip(*ranges, strict=True)
        return (
            target,
            first,
            count,
            (ctypes.c_uint * count)(*buffers),
            (ctypes.c_ssize_t * count)(*offsets),
            (ctypes.c_ssize_t * count)(*sizes),
        )
