"""Looking: what the head is turned to, found out ten times a second, which is as often as anybody is told."""

from typing import Final

from vret.scene.animation import Animation
from vret.scene.areas import NOWHERE, Look
from vret.scene.compiled import Quaternion, SceneFrame, Vector

PERIOD_NS: Final = 100_000_000


class Looking:
    """`at` gives the newest look, and another one as soon as another scene is shown."""

    def __init__(self) -> None:
        self._look = NOWHERE
        self._shown: Animation | None = None
        self._due_ns = 0

    def at(
        self,
        t_ns: int,
        shown: Animation,
        frame: SceneFrame,
        position_in_scene: Vector,
        rotation_in_scene: Quaternion,
    ) -> Look:
        if shown is not self._shown or t_ns >= self._due_ns:
            self._look = shown.areas.look(frame, position_in_scene, rotation_in_scene)
            self._shown, self._due_ns = shown, t_ns + PERIOD_NS
        return self._look
