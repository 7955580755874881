"""The light of all around in each variant: what shiny things reflect, and what falls on matt ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import Reflections
from vret.scene.light.cubes import Radiance, prefiltered
from vret.scene.light.daylight import Daylight
from vret.scene.light.panorama import Panorama
from vret.scene.written.atmosphere import Environment, Light, Sky
from vret.scene.written.model import SceneFile
from vret.scene.written.values import Value

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Skies:
    """`skies` and `covers` as in AnimationTables, `grounds` (variants, 3) and `cubes`, the first layer of each variant.

    `radiances` are the light itself, without the sun, under the variants' clearest skies.
    """

    reflections: Reflections
    skies: Floats
    covers: Floats
    cubes: tuple[int, ...]
    grounds: Floats
    radiances: tuple[Radiance, ...]


def skies_of(scene: SceneFile, panoramas: Mapping[str, Floats]) -> Skies:
    """`panoramas` are those that the scene names, by their names there."""
    layers: list[Radiance] = []
    cubes, covers, grounds = [], [], []
    for variant in scene.variants.values() or [None]:
        light, sky = scene.light_in(variant), scene.sky_in(variant)
        span = _span(sky.cloud_cover)
        found = _radiances(light, sky, scene.environment_in(variant), span, panoramas)
        cubes.append(len(layers))
        layers += found
        covers.append(span)
        grounds.append(Daylight(light, sky, span[0]).ground)
    halves, lights = prefiltered(layers)
    ends = np.array([*cubes, len(layers)])
    skies = np.zeros((len(cubes), 2, 9, 4), np.float32)
    skies[:, 0, :, :3], skies[:, 1, :, :3] = lights[ends[:-1]], lights[ends[1:] - 1]
    return Skies(
        Reflections(len(layers), halves),
        skies,
        np.array(covers, np.float32),
        tuple(cubes),
        np.array(grounds, np.float32),
        tuple(layers[first] for first in cubes),
    )


def _radiances(
    light: Light, sky: Sky, picture: Environment | None, covers: tuple[float, float], panoramas: Mapping[str, Floats]
) -> list[Radiance]:
    """One, or two where the clouds follow an axis."""
    if picture is not None:
        power = picture.power * light.ambient_power
        return [Panorama(panoramas[picture.image], power, picture.turn_deg)]
    return [Daylight(light, sky, cover) for cover in sorted(set(covers))]


def _span(cover: Value) -> tuple[float, float]:
    outputs = [output for _, output in cover.points] or [0.0, 1.0]
    return (cover.constant, cover.constant) if cover.is_constant else (min(outputs), max(outputs))
