"""Which of a scene's baked light is about the person in a frame: the sky with its clouds, and volumes of probes."""

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import PROBES, SceneFrame
from vret.scene.tables import AnimationTables

RAISED = 0.6
"""Cells above a surface at which its light is looked up: probes behind it have no part in that."""


class Around:
    """Writes the light's fields of the frame's environment. `settle` is for when something has changed."""

    def __init__(self, tables: AnimationTables) -> None:
        self._skies, self._covers = tables.skies, tables.covers
        self._volumes, self._shows = tables.volumes, tables.volume_shows
        self._seen_from = -1
        self._near: int | None = None
        self._far = self._slot(-1, np.zeros(self._shows.shape[1], np.bool_))

    def settle(self, frame: SceneFrame, place: int, variant: int, values: npt.NDArray[np.float32]) -> None:
        """After the environment and what is visible have been written."""
        environment = frame.environment
        clearest, cloudiest = self._covers[variant].tolist()
        share = 0.0
        if cloudiest > clearest:
            share = min(max((float(environment["cloud_cover"][0]) - clearest) / (cloudiest - clearest), 0.0), 1.0)
        environment["cube_blend"], environment["variant"] = share, variant
        first, second = self._skies[variant]
        environment["light"] = first + (second - first) * np.float32(share)
        if frame.visible_changed or place != self._seen_from:
            self._near, self._seen_from = self._slot(place, frame.visible), place
        self._place(environment, "far", self._far, values)
        self._place(environment, "near", self._near, values)

    def _slot(self, place: int, visible: npt.NDArray[np.bool_]) -> int | None:
        """The volume of this place that was baked for what is most like what is seen now."""
        slots = np.flatnonzero(self._volumes["place"] == place)
        if not len(slots):
            return None
        return int(slots[(self._shows[slots] != visible).sum(axis=1).argmin()])

    def _place(
        self, environment: npt.NDArray[np.void], name: str, slot: int | None, values: npt.NDArray[np.float32]
    ) -> None:
        environment[f"{name}_slot"] = 0 if slot is None else slot + 1
        if slot is not None:
            volume = self._volumes[slot]
            hung = values[volume["curves"]] if volume["place"] >= 0 else np.float32(0)
            environment[f"{name}_low"] = volume["low"] + hung
            environment[f"{name}_per_m"] = 1 / volume["size"]
            environment[f"{name}_raise_m"] = RAISED * (volume["size"] / PROBES).min()
