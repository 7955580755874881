"""What every shader knows of the frame: the mirror of shaders/frame.glsl."""

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes
from vret.render.projection import NEAR_M, clip_from_eye, from_poses, inverse_rigid
from vret.scene.compiled import ENVIRONMENT, SceneFrame

MAX_VIEWS = 4
MAPS = 2

FRAME = np.dtype(
    [
        ("clip_from_scene", "f4", (MAX_VIEWS, 4, 4)),
        ("scene_from_eye", "f4", (MAX_VIEWS, 4, 4)),
        ("clip_from_panel", "f4", (MAX_VIEWS, 4, 4)),
        ("tangents", "f4", (MAX_VIEWS, 4)),
        ("shadow_from_scene", "f4", (MAPS, 4, 4)),
        ("shadow_texel_m", "4f4"),
        ("environment", ENVIRONMENT),
        ("view_count", "u4"),
        ("veil", "f4"),
        ("padding", "2f4"),
    ]
)


class FrameUniforms:
    """Worked out on the CPU in `values` (one FRAME), then copied as a whole into the frame's part of the ring."""

    def __init__(self, view_count: int) -> None:
        self.values: npt.NDArray[np.void] = np.zeros(1, FRAME)
        self.values["view_count"] = view_count
        self.bytes: npt.NDArray[np.uint8] = self.values.view(np.uint8)
        self._values = self.values[0]
        self._views = slice(view_count)
        self.clip_from_stage = np.zeros((view_count, 4, 4), np.float32)
        self._fovs: npt.NDArray[np.float32] | None = None
        self._clip_from_eye = np.zeros((view_count, 4, 4), np.float32)

    @property
    def clip_from_scene(self) -> npt.NDArray[np.float32]:
        matrices: npt.NDArray[np.float32] = self._values["clip_from_scene"][self._views]
        return matrices

    def look(self, frame: SceneFrame, eyes: Eyes, veil: int) -> None:
        """Where the eyes are in the scene, and the scene's light."""
        values, views = self._values, self._views
        if self._fovs is None or not np.array_equal(self._fovs, eyes.fovs):
            self._fovs = eyes.fovs.copy()
            self._clip_from_eye[:] = clip_from_eye(self._fovs, NEAR_M)
            values["tangents"][views] = np.tan(self._fovs)
        stage_from_eye = from_poses(eyes.poses)
        np.matmul(self._clip_from_eye, inverse_rigid(stage_from_eye), out=self.clip_from_stage)
        stage_from_scene = inverse_rigid(frame.scene_from_stage[None])
        np.matmul(self.clip_from_stage, stage_from_scene, out=values["clip_from_scene"][views])
        np.matmul(frame.scene_from_stage, stage_from_eye, out=values["scene_from_eye"][views])
        values["environment"] = frame.environment.reshape(-1)[0]
        values["veil"] = min(max(veil, 0), 1000) / 1000
