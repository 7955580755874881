"""What every shader knows of the frame: the mirror of shaders/frame.glsl."""

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes
from vret.render.culling import PLANES, planes_of
from vret.render.projection import NEAR_M, clip_from_eye, from_poses, inverse_rigid
from vret.render.weather import WEATHER_PERIOD_NS, CloudDrift, Particles
from vret.scene.compiled import ENVIRONMENT, LAMP, LAMPS_MAX, SceneFrame

MAX_VIEWS = 4
MAPS = 2

FRAME = np.dtype(
    [
        ("clip_from_scene", "f4", (MAX_VIEWS, 4, 4)),
        ("scene_from_eye", "f4", (MAX_VIEWS, 4, 4)),
        ("clip_from_panel", "f4", (MAX_VIEWS, 4, 4)),
        ("clip_from_video", "f4", (MAX_VIEWS, 4, 4)),
        ("tangents", "f4", (MAX_VIEWS, 4)),
        ("shadow_from_scene", "f4", (MAPS, 4, 4)),
        ("shadow_texel_m", "4f4"),
        ("environment", ENVIRONMENT),
        ("view_count", "u4"),
        ("lamp_count", "u4"),
        ("view_size", "2u4"),
        ("lamps", LAMP, LAMPS_MAX),
        ("stand", "3f4"),
        ("weather_turns", "f4"),
        ("particles", "3f4"),
        ("veil", "f4"),
        ("clouds", "4f4"),
        ("clear", "f4"),
        ("padding", "3f4"),
    ]
)


class FrameUniforms:
    """Worked out on the CPU in `values` (one FRAME), then copied as a whole into the frame's part of the ring.

    `planes` (views * PLANES, 4) bound what the eyes see, in scene space.
    """

    def __init__(self, view_count: int, view_size: tuple[int, int]) -> None:
        self.values: npt.NDArray[np.void] = np.zeros(1, FRAME)
        self.values["view_count"] = view_count
        self.bytes: npt.NDArray[np.uint8] = self.values.view(np.uint8)
        self.planes = np.zeros((view_count * PLANES, 4), np.float32)
        self.clip_from_scene = self._of_views("clip_from_scene", view_count)
        self.clip_from_panel = self._of_views("clip_from_panel", view_count)
        self.clip_from_video = self._of_views("clip_from_video", view_count)
        self.shadow_from_scene: npt.NDArray[np.float32] = self.values["shadow_from_scene"][0]
        self.shadow_texel_m: npt.NDArray[np.float32] = self.values["shadow_texel_m"][0]
        self.particles = Particles(self.values["environment"], self.values["particles"][0])
        self._cloud_drift = CloudDrift(self.values["environment"], self.values["clouds"][0])
        self._stand: npt.NDArray[np.float32] = self.values["stand"][0]
        self._weather_turns: npt.NDArray[np.float32] = self.values["weather_turns"]
        self._scene_from_eye = self._of_views("scene_from_eye", view_count)
        self._tangents = self._of_views("tangents", view_count)
        self._environment = self.values["environment"].view(np.uint8)
        self._lamps: npt.NDArray[np.uint8] = self.values["lamps"][0].view(np.uint8)
        self._lamp_count: npt.NDArray[np.uint32] = self.values["lamp_count"]
        self._clear: npt.NDArray[np.float32] = self.values["clear"]
        self._veil: npt.NDArray[np.float32] = self.values["veil"]
        self._fovs: npt.NDArray[np.float32] | None = None
        self._clip_from_eye = np.zeros((view_count, 4, 4), np.float32)
        self._planes_in_eye = np.zeros((view_count, PLANES, 4), np.float32)
        self._planes = self.planes.reshape(view_count, PLANES, 4)
        self.resize(view_size)

    def resize(self, view_size: tuple[int, int]) -> None:
        """Width and height of a view in pixels from now on."""
        self.values["view_size"] = view_size

    def look(self, frame: SceneFrame, eyes: Eyes, veil: int, cleared: int) -> None:
        """Where the eyes are in the scene, the scene's light, and how much of the picture there is."""
        if self._fovs is None or not (self._fovs == eyes.fovs).all():
            self._fovs = eyes.fovs.copy()
            self._clip_from_eye[:] = clip_from_eye(self._fovs, NEAR_M)
            self._tangents[:] = np.tan(self._fovs)
            self._planes_in_eye[:] = planes_of(self._clip_from_eye).reshape(self._planes.shape)
        np.matmul(frame.scene_from_stage, from_poses(eyes.poses), out=self._scene_from_eye)
        eye_from_scene = inverse_rigid(self._scene_from_eye)
        np.matmul(self._clip_from_eye, eye_from_scene, out=self.clip_from_scene)
        np.matmul(self._planes_in_eye, eye_from_scene, out=self._planes)
        self._environment[:] = frame.environment.view(np.uint8)
        self._lamps[:] = frame.lamps.view(np.uint8)
        self._lamp_count[0] = frame.lamp_count
        self._stand[:] = frame.scene_from_stage[:3, 3]
        self._weather_turns[0] = frame.t_ns % WEATHER_PERIOD_NS / WEATHER_PERIOD_NS
        self._cloud_drift.at(frame.t_ns)
        self._clear[0] = min(max(cleared, 0), 1000) / 1000
        self._veil[0] = min(max(veil, 0), 1000) / 1000

    def forget_shadows(self) -> None:
        """In this frame the sun throws none."""
        self.values["environment"]["shadow_radius_m"] = 0

    def _of_views(self, name: str, view_count: int) -> npt.NDArray[np.float32]:
        views: npt.NDArray[np.float32] = self.values[name][0, :view_count]
        return views
