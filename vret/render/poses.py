"""Poses: the graphics card works out how everyone's joints lie, from a few numbers for each person.

Bodies and motions are uploaded once. A frame costs one dispatch, and one barrier before the joints are read.
"""

import ctypes
from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from vret.render.buffers import DEPTH, MappedRing
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.staging import Staging, Steps
from vret.scene.compiled import CompiledScene
from vret.scene.people.persons import JOINTS_MAX, People

_STORAGE, _BARRIER = (
    int(GL.GL_SHADER_STORAGE_BUFFER),
    int(GL.GL_SHADER_STORAGE_BARRIER_BIT) | int(GL.GL_BUFFER_UPDATE_BARRIER_BIT),
)
_BINDINGS = 8
_JOINT_BYTES = 48
_ALIGNMENT = 256


class Poses:
    """Made by `bring_poses` with a scene that has people, `tables` being buffers with their sizes.

    `pose` comes before anything is drawn that follows joints.
    """

    def __init__(self, gl: Hot, ring: MappedRing, count: int, tables: list[tuple[int, int]]) -> None:
        self._gl, self._ring, self._count = gl, ring, count
        self._palette_bytes = -(-_JOINT_BYTES * JOINTS_MAX * self._count // _ALIGNMENT) * _ALIGNMENT
        self.palette, self._cast = _empty(self._palette_bytes * DEPTH), _empty(self._palette_bytes)
        self._tables = [buffer for buffer, _ in tables]
        skeletons, clips, keys, skins = tables
        _, persons_bytes = ring.spans["people"]
        self._bound = []
        for part in range(DEPTH):
            at = (
                (ring.buffer, part * ring.part_size + ring.spans["people"][0], persons_bytes),
                (skeletons[0], 0, skeletons[1]),
                (clips[0], 0, clips[1]),
                (keys[0], 0, keys[1]),
                (0, 0, _ALIGNMENT),
                (self.palette, part * self._palette_bytes, self._palette_bytes),
                (skins[0], 0, skins[1]),
                (self._cast, 0, self._palette_bytes),
            )
            buffers, offsets, sizes = zip(*at, strict=True)
            self._bound.append(
                (
                    (ctypes.c_uint * _BINDINGS)(*buffers),
                    (ctypes.c_ssize_t * _BINDINGS)(*offsets),
                    (ctypes.c_ssize_t * _BINDINGS)(*sizes),
                )
            )

    def pose(self, program: int) -> None:
        """Into this frame's part of the palette. The frame's uniforms must be bound; bindings 0 to 7 are changed."""
        gl = self._gl
        gl.glUseProgram(program)
        gl.glBindBuffersRange(_STORAGE, 0, _BINDINGS, *self._bound[self._ring.part])
        gl.glDispatchCompute(self._count, 1, 1)
        gl.glMemoryBarrier(_BARRIER)

    def cast(self) -> None:
        """The shadow maps are drawn from this frame's poses."""
        start = self._ring.part * self._palette_bytes
        self._gl.glCopyNamedBufferSubData(self.palette, self._cast, start, 0, self._palette_bytes)

    def read(self) -> npt.NDArray[np.float32]:
        """(people, JOINTS_MAX, 3, 4) of the newest frame. Waits for the graphics card: not for the frame path."""
        found = np.zeros((self._count, JOINTS_MAX, 3, 4), np.float32)
        offset = self._ring.part * self._palette_bytes
        GL.glGetNamedBufferSubData(self.palette, offset, found.nbytes, found.ctypes.data_as(ctypes.c_void_p))
        return found

    def leave(self) -> Steps:
        """Free everything, one thing at a time."""
        for buffer in (self.palette, self._cast, *self._tables):
            GL.glDeleteBuffers(1, [buffer])
            yield


def bring_poses(
    gl: Hot, staging: Staging, compiled: CompiledScene, ring: MappedRing, first_person: int
) -> Generator[None, None, Poses]:
    """Bring the bodies and motions of a scene's people to the GPU in small steps."""
    people = compiled.people
    first_vertex = len(compiled.meshes.vertices) - len(people.skins)
    tables = []
    for table in (_skeletons(people), people.clips, people.keys, _skins(people, first_person, first_vertex)):
        buffer = yield from staging.buffer(table)
        tables.append((buffer, table.nbytes))
    return Poses(gl, ring, len(people.body_of), tables)


def _empty(size: int) -> int:
    buffer = ctypes.c_uint()
    GL.glCreateBuffers(1, ctypes.byref(buffer))
    GL.glNamedBufferStorage(buffer.value, size, None, 0)
    return buffer.value


def _skeletons(people: People) -> npt.NDArray[np.uint8]:
    """A head of 32 bytes, then the joints of all bodies."""
    joints = people.joints
    neck = people.aimed[0]
    head = np.array(
        [*people.aimed, joints.shape[1], joints["level"].max() + 1, joints["parent"][0, neck], 0], np.uint32
    )
    return np.concatenate([head.view(np.uint8), np.ascontiguousarray(joints).view(np.uint8).ravel()])


def _skins(people: People, first_drawable: int, first_vertex: int) -> npt.NDArray[np.uint8]:
    """A head of 8 bytes, then a row for each vertex."""
    head = np.array([first_drawable, first_vertex], np.uint32)
    return np.concatenate([head.view(np.uint8), np.ascontiguousarray(people.skins).view(np.uint8)])
