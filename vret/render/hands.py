"""Hands on the GPU: shapes made once, and poses every frame. They are drawn with the opaque things of a scene."""

from math import atan2, cos, sin

import numpy as np
import numpy.typing as npt

from vret.headset.contract import HandPoses
from vret.render.bones import BONES, HAND_ROWS, bone_shapes, lie
from vret.render.buffers import MappedRing, Turns, upload
from vret.render.drawlist import COMMAND
from vret.render.gl import GL
from vret.render.gloves import controller, glove
from vret.render.hot import Hot
from vret.render.resident import vertex_array
from vret.scene.compiled import MATERIAL, ROW, SceneFrame
from vret.scene.shapes import join

_TRIANGLES, _INDEX = int(GL.GL_TRIANGLES), int(GL.GL_UNSIGNED_INT)
_STORAGE, _INDIRECT = int(GL.GL_SHADER_STORAGE_BUFFER), int(GL.GL_DRAW_INDIRECT_BUFFER)
_BYTE = np.dtype(np.uint8)
_CLOTH, _SHELL = 0, 1
_WHOLE, _HELD = 6, HAND_ROWS - 2 * BONES
"""Draws of hands as a whole, and the rows that they share."""


class Hands:
    """Six draws: for the left hand and then the right an open glove, a closed one, and a controller in it.

    Then one for every bone, whose instances are the hands that are seen finger by finger.
    """

    def __init__(self, gl: Hot, turns: Turns, view_count: int) -> None:
        self._gl, self._view_count = gl, view_count
        held = controller()
        shapes = [
            shape
            for is_left in (True, False)
            for shape in (glove(is_left=is_left, is_closed=False), glove(is_left=is_left, is_closed=True), held)
        ]
        shapes += bone_shapes()
        counts = [3 * len(shape.triangles) for shape in shapes]
        whole = join(shapes)
        material_of = np.full(HAND_ROWS, _CLOTH, np.uint32)
        material_of[1:_HELD:2] = _SHELL
        tables = (np.arange(HAND_ROWS, dtype=np.uint32), _materials(), material_of)
        places = [(upload(table), table.nbytes) for table in tables]
        self._tables = [buffer for buffer, _ in places]
        self._mesh = (upload(whole.vertices), upload(whole.triangles))
        self._vertex_array = vertex_array(*self._mesh)
        self._commands = np.zeros(_WHOLE + BONES, COMMAND)
        self._commands["count"] = counts
        self._commands["first_index"] = np.cumsum([0, *counts[:-1]])
        self._commands["base_instance"][:_WHOLE] = (0, 0, 1, 2, 2, 3)
        self._rows = np.zeros(HAND_ROWS, ROW)
        self._rows["scale"] = 1
        parts = {"rows": (_BYTE, self._rows.nbytes), "commands": (COMMAND, len(self._commands))}
        self._ring = MappedRing(gl, turns, parts)
        self._storage = self._ring.binding(_STORAGE, 0, ["rows", *places])
        self._pointers = self._ring.pointers("commands")

    def draw(self, hands: HandPoses, frame: SceneFrame) -> None:
        """Draw what is tracked into the framebuffer and by the program that are bound.

        Others' vertex array, commands and storage are unbound.
        """
        gl, ring = self._gl, self._ring
        self._place(hands, frame)
        ring.arrays["rows"][:] = self._rows.view(np.uint8)
        ring.arrays["commands"][:] = self._commands
        gl.glBindVertexArray(self._vertex_array)
        gl.glBindBuffer(_INDIRECT, ring.buffer)
        self._storage.bind()
        draws = len(self._commands) if hands.jointed.any() else _WHOLE
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, self._pointers[ring.part], draws, 0)

    def release(self) -> None:
        self._ring.release()
        GL.glDeleteVertexArrays(1, [self._vertex_array])
        buffers = [*self._mesh, *self._tables]
        GL.glDeleteBuffers(len(buffers), buffers)

    def _place(self, hands: HandPoses, frame: SceneFrame) -> None:
        """The poses in the scene, which is turned against the stage about +Y only."""
        scene_from_stage = frame.scene_from_stage
        places = hands.poses[:, :3] @ scene_from_stage[:3, :3].T + scene_from_stage[:3, 3]
        half = atan2(float(scene_from_stage[0, 2]), float(scene_from_stage[0, 0])) / 2
        s, c = sin(half), cos(half)
        x, y, z, w = hands.poses[:, 3:].T
        turned = np.stack([c * x + s * z, c * y + s * w, c * z - s * x, c * w - s * y], axis=1)
        rows = self._rows[:_HELD]
        rows["position"] = places.repeat(2, axis=0)
        rows["rotation"] = turned.repeat(2, axis=0)
        whole = hands.tracked & ~hands.jointed
        shown = np.stack([whole & ~hands.holding, whole & hands.holding], axis=1)
        self._commands["instance_count"][:_WHOLE] = shown[:, (0, 1, 1)].ravel() * self._view_count
        if hands.jointed.any():
            self._place_bones(hands, scene_from_stage)

    def _place_bones(self, hands: HandPoses, scene_from_stage: npt.NDArray[np.float32]) -> None:
        rows = self._rows[_HELD:].reshape(BONES, 2)
        joints = hands.joints @ scene_from_stage[:3, :3].T + scene_from_stage[:3, 3]
        lie(joints, rows["position"], rows["rotation"], rows["scale"])
        commands = self._commands[_WHOLE:]
        commands["base_instance"] = np.arange(_HELD, len(self._rows), 2) + (not hands.jointed[0])
        commands["instance_count"] = hands.jointed.sum() * self._view_count


def _materials() -> np.ndarray[tuple[int], np.dtype[np.void]]:
    materials = np.zeros(2, MATERIAL)
    materials["base_colour"] = (0.19, 0.20, 0.22), (0.030, 0.032, 0.035)
    materials["opacity"] = 1
    materials["roughness"] = 0.85, 0.45
    materials["pattern_scale"] = 1
    return materials
