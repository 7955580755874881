"""Hands: shapes that are in every scene, and where they are in a frame. They are drawn with a scene's opaque things."""

from math import atan2, cos, sin
from typing import Final

import numpy as np
import numpy.typing as npt

from vret.headset.contract import HandPoses
from vret.render.bones import BONES, bone_shapes, lie
from vret.render.gloves import controller, glove
from vret.scene.compiled import MATERIAL, ROW, SceneFrame
from vret.scene.meshes.shapes import join

_CLOTH, _SHELL = 0, 1
_WHOLE, _HELD = 6, 4
"""Draws of hands as a whole, and the rows that they share."""

HAND_ROWS: Final = _HELD + 2 * BONES
"""Of both hands: a glove and a controller for either side, then the bones by twos."""
HAND_DRAWS: Final = _WHOLE + BONES


class Hands:
    """Six draws: for the left hand and then the right an open glove, a closed one, and a controller in it.

    Then one for every bone, whose instances are the hands that are seen finger by finger. Of the draws `draws` are
    made; their indices and rows are counted from the first of a hand's.
    """

    def __init__(self, view_count: int) -> None:
        self._view_count = view_count
        held = controller()
        shapes = [
            shape
            for is_left in (True, False)
            for shape in (glove(is_left=is_left, is_closed=False), glove(is_left=is_left, is_closed=True), held)
        ]
        shapes += bone_shapes()
        counts = [3 * len(shape.triangles) for shape in shapes]
        whole = join(shapes)
        self.vertices, self.indices = whole.vertices, whole.triangles
        self.materials = _materials()
        self.material_of = np.full(HAND_ROWS, _CLOTH, np.uint32)
        self.material_of[1:_HELD:2] = _SHELL
        self.counts = np.array(counts, np.uint32)
        self.first_indices = np.cumsum([0, *counts[:-1]], dtype=np.uint32)
        self.instance_counts = np.zeros(HAND_DRAWS, np.uint32)
        self.first_rows = np.zeros(HAND_DRAWS, np.uint32)
        self.first_rows[:_WHOLE] = (0, 0, 1, 2, 2, 3)
        self.rows = np.zeros(HAND_ROWS, ROW)
        self.rows["scale"] = 1
        self._held = self.rows[:_HELD].view(np.float32).reshape(2, _HELD // 2, -1)
        self._bones = self.rows[_HELD:].reshape(BONES, 2)
        self.draws = 0

    def place(self, hands: HandPoses, frame: SceneFrame) -> None:
        """Put the hands where they are in the scene, which is turned against the stage about +Y only."""
        (m00, _, m02, x0), (_, _, _, y0), (m20, _, m22, z0), _ = frame.scene_from_stage.tolist()
        half = atan2(m02, m00) / 2
        s, c = sin(half), cos(half)
        for held, (px, py, pz, x, y, z, w) in zip(self._held, hands.poses.tolist(), strict=True):
            place = (m00 * px + m02 * pz + x0, py + y0, m20 * px + m22 * pz + z0)
            held[:] = (*place, 1.0, c * x + s * z, c * y + s * w, c * z - s * x, c * w - s * y)
        shown = []
        states = zip(hands.tracked.tolist(), hands.jointed.tolist(), hands.holding.tolist(), strict=True)
        for is_tracked, is_jointed, is_holding in states:
            is_whole = is_tracked and not is_jointed
            shown += [is_whole and not is_holding, is_whole and is_holding, is_whole and is_holding]
        self.instance_counts[:_WHOLE] = [self._view_count * is_shown for is_shown in shown]
        self.draws = _WHOLE
        if hands.jointed.any():
            self._place_bones(hands, frame.scene_from_stage)
            self.draws = HAND_DRAWS

    def _place_bones(self, hands: HandPoses, scene_from_stage: npt.NDArray[np.float32]) -> None:
        rows = self._bones
        joints = hands.joints @ scene_from_stage[:3, :3].T + scene_from_stage[:3, 3]
        lie(joints, rows["position"], rows["rotation"], rows["scale"])
        self.first_rows[_WHOLE:] = np.arange(_HELD, HAND_ROWS, 2) + (not hands.jointed[0])
        self.instance_counts[_WHOLE:] = hands.jointed.sum() * self._view_count


def _materials() -> np.ndarray[tuple[int], np.dtype[np.void]]:
    materials = np.zeros(2, MATERIAL)
    materials["base_colour"] = (0.19, 0.20, 0.22), (0.030, 0.032, 0.035)
    materials["opacity"] = 1
    materials["roughness"] = 0.85, 0.45
    materials["pattern_scale"] = 1
    return materials
