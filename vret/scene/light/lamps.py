"""Which lamps shine, where and how brightly, at a moment."""

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import LAMPS_MAX, SceneFrame
from vret.scene.tables import AnimationTables


class Lamps:
    """The lamps of one scene. `settle` is told whenever what they depend on may have changed."""

    def __init__(self, tables: AnimationTables) -> None:
        self._fixtures, self._powers = tables.fixtures, tables.candela_powers
        self._bounds, self._ranges = tables.fixture_bounds, tables.fixture_ranges

    def settle(self, frame: SceneFrame, place: int, variant: int, values: npt.NDArray[np.float32]) -> None:
        """Write the frame's lamps; `values` are the curves'. One without light is left out."""
        fixtures = self._fixtures
        if not len(fixtures):
            return
        power = np.maximum(values[fixtures["curve"]], 0) * self._powers[variant]
        shines = (fixtures["places"] & np.uint32(1 << place) != 0) & (power > 0)
        shines &= fixtures["variants"] & np.uint32(1 << variant) != 0
        if len(self._ranges):
            value = values[self._ranges["curve"]]
            outside = (value < self._ranges["low"]) | (value >= self._ranges["high"])
            shines[self._ranges["instance"][outside]] = False
        lamps = fixtures["lamp"].copy()
        np.add.at(
            lamps["position"], (self._bounds["instance"], self._bounds["component"]), values[self._bounds["curve"]]
        )
        lamps["intensity"] *= power[:, None]
        found = np.flatnonzero(shines)
        assert len(found) <= LAMPS_MAX, "the check of the scene let too many lamps pass"
        frame.lamps[: len(found)] = lamps[found]
        frame.lamp_count = len(found)
