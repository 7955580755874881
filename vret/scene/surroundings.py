"""Light, sky and sound of a scene file, as the renderer and the sound process take them."""

import numpy as np
import numpy.typing as npt

from vret.core.axes import AXES
from vret.scene.compiled import ENVIRONMENT
from vret.scene.curves import Curves
from vret.scene.sounds import Gain, SceneSound, SoundSource
from vret.scene.tables import EnvironmentBinding
from vret.scene.written.atmosphere import Light, Sky, Weather
from vret.scene.written.model import SceneFile
from vret.scene.written.values import Value

_HAZE_AT_VISIBILITY = 3.0
"""exp(-3) leaves 5 % of a thing's contrast, the meteorologists' visibility (Koschmieder)."""


def linear(colour: str) -> npt.NDArray[np.float64]:
    """Linear RGB of an sRGB colour written #rrggbb (IEC 61966-2-1)."""
    coded = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def environments(
    scene: SceneFile, curves: Curves
) -> tuple[npt.NDArray[np.void], tuple[tuple[EnvironmentBinding, ...], ...]]:
    """A row of ENVIRONMENT for each variant, or a single one; and each row's fields that follow axes or stimuli."""
    found = [
        _environment(scene.light_in(variant), scene.sky_in(variant), scene.weather_in(variant), curves)
        for variant in scene.variants.values() or [None]
    ]
    return np.concatenate([row for row, _ in found]), tuple(bindings for _, bindings in found)


def _environment(
    light: Light, sky: Sky, weather: Weather, curves: Curves
) -> tuple[npt.NDArray[np.void], tuple[EnvironmentBinding, ...]]:
    azimuth, elevation = np.radians([light.sun_azimuth_deg, light.sun_elevation_deg])
    row = np.zeros(1, ENVIRONMENT)
    row["sun_direction"] = (
        np.sin(azimuth) * np.cos(elevation),
        np.sin(elevation),
        -np.cos(azimuth) * np.cos(elevation),
    )
    row["sun_power"], row["sun_colour"], row["ambient_power"] = (
        light.sun_power,
        linear(light.sun_colour),
        light.ambient_power,
    )
    row["sky_zenith"], row["sky_horizon"], row["ground_colour"] = (
        linear(colour) for colour in (sky.zenith, sky.horizon, sky.ground)
    )
    row["fog_density"] = _HAZE_AT_VISIBILITY / sky.visibility_m
    row["indoor"], row["shadow_radius_m"] = float(light.indoor), light.shadow_radius_m
    row["lamps"], row["lit_windows"] = light.lamps, light.lit_windows
    row["drift_mps"], row["cloud_drift_mps"] = weather.drift_mps, sky.cloud_drift_mps
    bindings = []
    for name, value in (
        ("exposure", light.exposure),
        ("cloud_cover", sky.cloud_cover),
        ("rain", weather.rain),
        ("snow", weather.snow),
        ("dust", weather.dust),
    ):
        row[name] = value.constant
        if not value.is_constant:
            bindings.append(EnvironmentBinding(name, curves.index(value)))
    return row, tuple(bindings)


def sound(scene: SceneFile) -> SceneSound:
    return SceneSound(
        bed=scene.sound.bed,
        bed_gain=_gain(scene.sound.bed_gain_db),
        sources=tuple(
            SoundSource(
                name=source.name,
                kind=source.kind,
                position=None
                if source.position is None
                else (source.position[0], source.position[1], source.position[2]),
                gain=_gain(source.gain_db),
                places=tuple(source.places),
                stimulus=source.stimulus or "",
                variants=tuple(source.variants),
            )
            for source in scene.sound.sources
        ),
        beds={name: variant.bed for name, variant in scene.variants.items() if variant.bed is not None},
    )


def _gain(value: Value) -> Gain:
    points = tuple((point[0], point[1]) for point in value.points)
    if value.axis and not points:
        axis = AXES[value.axis]
        points = tuple((end / 1_000_000, end / 1_000_000) for end in (axis.low, axis.high))
    return Gain(value.constant, value.axis, points)
