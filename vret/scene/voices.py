"""The voices of a scene: where somebody stands as whom the therapist can speak."""

import numpy as np
import numpy.typing as npt

from vret.core.ladder import VoiceRules
from vret.scene.compiled import SceneFrame, Vector
from vret.scene.people.conduct import Conduct
from vret.scene.tables import AnimationTables


class Voices:
    """`settle` is told whenever the curves may have changed; `at` asks, of the newest frame."""

    def __init__(self, voices: tuple[VoiceRules, ...], tables: AnimationTables, conduct: Conduct | None) -> None:
        self._index = {voice.name: index for index, voice in enumerate(voices)}
        self._voices, self._bounds, self._conduct = tables.voices, tables.voice_bounds, conduct
        self._position = tables.voices["position"].astype(np.float32)

    def settle(self, values: npt.NDArray[np.float32]) -> None:
        """`values` are the curves'."""
        self._position[:] = self._voices["position"]
        bounds = self._bounds
        np.add.at(self._position, (bounds["instance"], bounds["component"]), values[bounds["curve"]])

    def at(self, name: str, frame: SceneFrame) -> Vector | None:
        """In scene space; None for a voice that the scene does not have."""
        index = self._index.get(name)
        if index is None:
            return None
        person, row = int(self._voices["person"][index]), int(self._voices["instance"][index])
        if person >= 0:
            assert self._conduct is not None, "the scene has a person who speaks and no people"
            return self._conduct.eyes_of(person)
        x, y, z = self._position[index].tolist()
        return (x, y, z) if row < 0 else _moved(frame.rows[row], (x, y, z))


def _moved(row: np.void, point: Vector) -> Vector:
    """A point of an instance's own space where the instance is."""
    x, y, z, w = row["rotation"].tolist()
    pivot, at = np.array([x, y, z]), np.array(point)
    across = 2.0 * np.cross(pivot, at)
    turned = at + w * across + np.cross(pivot, across)
    found = row["position"] + float(row["scale"]) * turned
    return float(found[0]), float(found[1]), float(found[2])
