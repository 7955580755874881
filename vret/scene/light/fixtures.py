"""The lamps of a scene file as fixtures: the light of 1 cd each, where and when it shines, and what follows axes."""

from math import cos, radians

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import LAMP
from vret.scene.curves import Curves
from vret.scene.regions import places_mask, variants_mask
from vret.scene.surroundings import linear
from vret.scene.tables import BOUND, FIXTURE, RANGE
from vret.scene.written.model import LocalLight, SceneFile
from vret.scene.written.values import Value

_LEAST_CONE = 1e-3
"""The least difference of the cones' cosines, from KHR_lights_punctual."""

Table = npt.NDArray[np.void]


def fixture_tables(scene: SceneFile, curves: Curves) -> tuple[Table, Table, Table, npt.NDArray[np.float32]]:
    """Fixtures, their bounds and ranges, and the power of a candela in each variant."""
    fixtures: list[tuple[object, ...]] = []
    bounds: list[tuple[int, int, int]] = []
    ranges: list[tuple[int, int, float, float]] = []
    for lamp in scene.lamps.values():
        row = _lamp(lamp)
        points = [lamp.position] if lamp.anchor is None else [lamp.position, scene.anchors[lamp.anchor].position]
        rest = np.array([sum(point[i].constant for point in points if point[i].is_constant) for i in range(3)])
        for copy in lamp.copies or [[0.0, 0.0, 0.0]]:
            number = len(fixtures)
            row["position"] = rest + copy
            bounds += [
                (number, index, curves.index(value))
                for point in points
                for index, value in enumerate(point)
                if not value.is_constant
            ]
            ranges += [
                (number, curves.index(Value(axis=axis)), span.at_least, span.below)
                for axis, span in lamp.visible.items()
            ]
            places, variants = places_mask(scene, lamp.places, lamp.anchor), variants_mask(scene, lamp.variants)
            fixtures.append((row[0].copy(), curves.index(lamp.intensity_cd), places, variants))
    lights = [scene.light_in(variant) for variant in scene.variants.values() or [None]]
    powers = np.array([light.lamps / light.unit_lux for light in lights], np.float32)
    return np.array(fixtures, FIXTURE), np.array(bounds, BOUND), np.array(ranges, RANGE), powers


def _lamp(lamp: LocalLight) -> npt.NDArray[np.void]:
    """A row of LAMP without a position. The cone's two numbers are those of KHR_lights_punctual."""
    row = np.zeros(1, LAMP)
    row["per_range_m2"] = lamp.range_m**-2
    row["intensity"] = linear(lamp.colour)
    row["cone_offset"] = 1
    if lamp.kind == "spot":
        row["direction"] = np.array(lamp.direction) / np.linalg.norm(lamp.direction)
        inner, outer = cos(radians(lamp.inner_cone_deg)), cos(radians(lamp.outer_cone_deg))
        row["cone_scale"] = 1 / max(_LEAST_CONE, inner - outer)
        row["cone_offset"] = -outer * row["cone_scale"]
    return row
