"""Hands on the GPU: five shapes made once, and two poses a frame. They are drawn with the opaque things of a scene."""

from math import atan2, cos, sin

import numpy as np

from vret.headset.contract import HandPoses
from vret.render.buffers import MappedRing, upload
from vret.render.drawlist import COMMAND
from vret.render.gl import GL
from vret.render.gloves import controller, glove
from vret.render.hot import Hot
from vret.render.resident import HAND_SLOTS, vertex_array
from vret.scene.compiled import MATERIAL, ROW, SceneFrame
from vret.scene.shapes import join

_TRIANGLES, _INDEX = int(GL.GL_TRIANGLES), int(GL.GL_UNSIGNED_INT)
_STORAGE, _INDIRECT = int(GL.GL_SHADER_STORAGE_BUFFER), int(GL.GL_DRAW_INDIRECT_BUFFER)
_BYTE = np.dtype(np.uint8)
_CLOTH, _SHELL = 0, 1


class Hands:
    """Six draws: for the left hand and then the right an open glove, a closed one, and a controller in it."""

    def __init__(self, gl: Hot, view_count: int) -> None:
        self._gl, self._view_count = gl, view_count
        held = controller()
        shapes = [
            shape
            for is_left in (True, False)
            for shape in (glove(is_left=is_left, is_closed=False), glove(is_left=is_left, is_closed=True), held)
        ]
        counts = [3 * len(shape.triangles) for shape in shapes]
        whole = join(shapes)
        tables = (np.arange(HAND_SLOTS, dtype=np.uint32), _materials(), np.array([_CLOTH, _SHELL] * 2, np.uint32))
        self._tables = [(upload(table), table.nbytes) for table in tables]
        self._mesh = (upload(whole.vertices), upload(whole.triangles))
        self._vertex_array = vertex_array(*self._mesh)
        self._commands = np.zeros(6, COMMAND)
        self._commands["count"] = counts
        self._commands["first_index"] = np.cumsum([0, *counts[:-1]])
        self._commands["base_instance"] = (0, 0, 1, 2, 2, 3)
        self._rows = np.zeros(4, ROW)
        self._rows["scale"] = 1
        self._ring = MappedRing(gl, {"rows": (_BYTE, self._rows.nbytes), "commands": (COMMAND, 6)})

    def draw(self, hands: HandPoses, frame: SceneFrame) -> None:
        """Draw what is tracked into the framebuffer and by the program that are bound; others' buffers are unbound."""
        gl, ring = self._gl, self._ring
        self._place(hands, frame)
        ring.begin()
        ring.arrays["rows"][:] = self._rows.view(np.uint8)
        ring.arrays["commands"][:] = self._commands
        gl.glBindVertexArray(self._vertex_array)
        gl.glBindBuffer(_INDIRECT, ring.buffer)
        ring.bind(_STORAGE, 0, "rows")
        for binding, (buffer, size) in enumerate(self._tables, start=1):
            gl.glBindBufferRange(_STORAGE, binding, buffer, 0, size)
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, ring.offset("commands"), 6, 0)
        ring.end()

    def release(self) -> None:
        self._ring.release()
        GL.glDeleteVertexArrays(1, [self._vertex_array])
        buffers = [*self._mesh, *(buffer for buffer, _ in self._tables)]
        GL.glDeleteBuffers(len(buffers), buffers)

    def _place(self, hands: HandPoses, frame: SceneFrame) -> None:
        """The poses in the scene, which is turned against the stage about +Y only."""
        scene_from_stage = frame.scene_from_stage
        places = hands.poses[:, :3] @ scene_from_stage[:3, :3].T + scene_from_stage[:3, 3]
        half = atan2(float(scene_from_stage[0, 2]), float(scene_from_stage[0, 0])) / 2
        s, c = sin(half), cos(half)
        x, y, z, w = hands.poses[:, 3:].T
        turned = np.stack([c * x + s * z, c * y + s * w, c * z - s * x, c * w - s * y], axis=1)
        self._rows["position"] = places.repeat(2, axis=0)
        self._rows["rotation"] = turned.repeat(2, axis=0)
        shown = np.stack([hands.tracked & ~hands.holding, hands.tracked & hands.holding], axis=1)
        self._commands["instance_count"] = shown[:, (0, 1, 1)].ravel() * self._view_count


def _materials() -> np.ndarray[tuple[int], np.dtype[np.void]]:
    materials = np.zeros(2, MATERIAL)
    materials["base_colour"] = (0.19, 0.20, 0.22), (0.030, 0.032, 0.035)
    materials["opacity"] = 1
    materials["roughness"] = 0.85, 0.45
    materials["pattern_scale"] = 1
    return materials
