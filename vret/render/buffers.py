"""Buffers: what never changes is uploaded once; what changes lives in a mapped ring, three frames deep.

The ring is mapped for as long as it lives and coherent, so writing is a memory copy and no call. A fence per part says
when the GPU has read it; with three parts it nearly always has.
"""

import ctypes
from collections.abc import Mapping
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


def upload(data: npt.NDArray[np.generic]) -> int:
    """A buffer that holds `data` and cannot be changed."""
    buffer = ctypes.c_uint()
    GL.glCreateBuffers(1, ctypes.byref(buffer))
    contents = np.ascontiguousarray(data).view(np.uint8)
    GL.glNamedBufferStorage(buffer.value, max(contents.nbytes, 4), contents if contents.nbytes else None, 0)
    return buffer.value


class MappedRing:
    """Named sections of equal layout in each of `DEPTH` parts; one part belongs to a frame."""

    def __init__(self, gl: Hot, sections: Mapping[str, tuple[np.dtype[np.generic], int]]) -> None:
        self._gl = gl
        self.spans: dict[str, tuple[int, int]] = {}
        start = 0
        for name, (dtype, count) in sections.items():
            size = dtype.itemsize * max(count, 1)
            self.spans[name] = (start, size)
            start += -(-size // _ALIGNMENT) * _ALIGNMENT
        self.part_size = start
        buffer = ctypes.c_uint()
        GL.glCreateBuffers(1, ctypes.byref(buffer))
        self.buffer = buffer.value
        GL.glNamedBufferStorage(self.buffer, start * DEPTH, None, _MAPPING)
        address = GL.glMapNamedBufferRange(self.buffer, 0, start * DEPTH, _MAPPING)
        memory = np.ctypeslib.as_array((ctypes.c_uint8 * (start * DEPTH)).from_address(int(address)))
        self._parts = tuple(
            {
                name: memory[part * start + offset : part * start + offset + size].view(sections[name][0])
                for name, (offset, size) in self.spans.items()
            }
            for part in range(DEPTH)
        )
        self._fences: list[int | None] = [None] * DEPTH
        self.part = 0

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The current part's sections, to be written."""
        return self._parts[self.part]

    def begin(self) -> None:
        """Go on to the next part, once the GPU has done with it."""
        self.part = (self.part + 1) % DEPTH
        fence = self._fences[self.part]
        if fence is not None:
            self._gl.glClientWaitSync(fence, _FLUSH, _WAIT_NS)
            self._gl.glDeleteSync(fence)
            self._fences[self.part] = None

    def bind(self, target: int, index: int, section: str) -> None:
        offset, size = self.spans[section]
        self._gl.glBindBufferRange(target, index, self.buffer, self.part * self.part_size + offset, size)

    def offset(self, section: str) -> int:
        return self.part * self.part_size + self.spans[section][0]

    def end(self) -> None:
        """All calls that read the current part have been made."""
        self._fences[self.part] = self._gl.glFenceSync(_FENCE, 0)

    def release(self) -> None:
        for fence in self._fences:
            if fence is not None:
                self._gl.glDeleteSync(fence)
        GL.glUnmapNamedBuffer(self.buffer)
        GL.glDeleteBuffers(1, [self.buffer])
