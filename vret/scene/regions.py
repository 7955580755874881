"""The regions of a scene's areas of interest: from the file, and from what was built of the nodes that they name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vret.scene.curves import Curves
from vret.scene.instances import Conditions, Instance
from vret.scene.meshes.shapes import Shape, join
from vret.scene.tables import BOUND, RANGE, REGION
from vret.scene.written.model import Area, Region, SceneFile
from vret.scene.written.values import Value

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Body:
    """A box grown by a radius. With an instance it is in the instance's own space, else in scene space."""

    conditions: Conditions
    centre: Triple
    half_size: Triple
    radius_m: float = 0.0
    instance: Instance | None = None


def resting_body(parts: Sequence[Shape], conditions: Conditions) -> Body:
    """The box around one copy of a node that rests, given by its parts in scene space."""
    centre, half = _bounds(parts)
    return Body(conditions, _triple(centre), _triple(half))


def moving_body(parts: Sequence[Shape], instance: Instance) -> Body:
    """The ball around one copy of a node that moves, whichever way it turns. All parts move as `instance` does."""
    centre, _ = _bounds(parts)
    reach = max(float(np.linalg.norm(part.vertices["position"] - centre, axis=1).max()) for part in parts)
    return Body(instance.conditions, _triple(centre), (0.0, 0.0, 0.0), reach, instance)


def region_tables(
    scene: SceneFile, bodies: dict[str, list[Body]], curves: Curves, instances: list[Instance]
) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void], npt.NDArray[np.void]]:
    """Regions, their bounds and their ranges. `bodies` are those of every node; `instances` are in their last order."""
    row_of = {id(instance): row for row, instance in enumerate(instances)}
    rows: list[tuple[object, ...]] = []
    bounds: list[tuple[int, int, int]] = []
    ranges: list[tuple[int, int, float, float]] = []
    for number, area in enumerate(scene.areas.values()):
        stimulus = -1 if area.stimulus is None else list(scene.stimuli).index(area.stimulus)
        for body in _bodies_of(scene, area, bodies, curves):
            row = -1 if body.instance is None else row_of[id(body.instance)]
            conditions = body.conditions
            if row < 0:
                bounds += [(len(rows), *bound) for bound in conditions.bounds]
                ranges += [(len(rows), *span) for span in conditions.ranges]
            rows.append(
                (
                    number,
                    row,
                    conditions.places,
                    conditions.variants,
                    conditions.stimulus if conditions.stimulus >= 0 else stimulus,
                    conditions.hidden_when_held,
                    body.centre,
                    body.half_size,
                    body.radius_m,
                )
            )
    return np.array(rows, REGION), np.array(bounds, BOUND), np.array(ranges, RANGE)


def places_mask(scene: SceneFile, chosen: Sequence[str], anchor: str | None) -> int:
    """A bit for each place that is chosen, or that stands on the anchor; all, where neither says any."""
    if not chosen and anchor is not None:
        chosen = [name for name, place in scene.places.items() if place.anchor == anchor]
    return sum(1 << index for index, name in enumerate(scene.places) if not chosen or name in chosen)


def variants_mask(scene: SceneFile, chosen: Sequence[str]) -> int:
    """A bit for each variant that is chosen; all, where none is. A scene without variants has bit 0 alone."""
    names = list(scene.variants) or [""]
    return sum(1 << index for index, name in enumerate(names) if not chosen or name in chosen)


def _bodies_of(scene: SceneFile, area: Area, bodies: dict[str, list[Body]], curves: Curves) -> list[Body]:
    named = [body for node in area.nodes for body in bodies[node]]
    return [*(_written_body(scene, region, curves) for region in area.regions), *named]


def _written_body(scene: SceneFile, region: Region, curves: Curves) -> Body:
    points = [region.centre] if region.anchor is None else [region.centre, scene.anchors[region.anchor].position]
    conditions = Conditions(
        places=places_mask(scene, region.places, region.anchor),
        ranges=tuple(
            (curves.index(Value(axis=axis)), span.at_least, span.below) for axis, span in region.visible.items()
        ),
        stimulus=-1,
        hidden_when_held=False,
        variants=variants_mask(scene, ()),
        bounds=tuple(
            (index, curves.index(value))
            for point in points
            for index, value in enumerate(point)
            if not value.is_constant
        ),
    )
    centre = [sum(point[index].constant for point in points if point[index].is_constant) for index in range(3)]
    half = [length / 2 for length in region.size_m or (0.0, 0.0, 0.0)]
    return Body(conditions, _triple(centre), _triple(half), region.radius_m or 0.0)


def _bounds(parts: Sequence[Shape]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    position = join(parts).vertices["position"]
    low, high = position.min(axis=0), position.max(axis=0)
    return (low + high) / 2, (high - low) / 2


def _triple(values: Sequence[float] | npt.NDArray[np.float32]) -> Triple:
    return float(values[0]), float(values[1]), float(values[2])
