"""The light of a scene's sky but without its sun, as a function of direction: what sky.glsl shows, less blue, and the
ground.

The ground is lit by that sky and that sun, and throws their light back up (Lambert). Clouds come as their mean, since
light takes no notice of where they are. Indoors the colours of the sky are those of the room's light.
"""

from math import radians, sin

import numpy as np
import numpy.typing as npt

from vret.scene.light.harmonics import coefficients, sphere, terms
from vret.scene.surroundings import linear
from vret.scene.written.atmosphere import Light, Sky

Floats = npt.NDArray[np.float32]

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_ADAPTED = 0.35
"""How far an eye takes the colour of the sky for white: it sees less blue in the shade than a camera does."""
_CLOUD_SHADE, _CLOUD_LIT = 0.88, 0.12
"""The means of what sky.frag.glsl's clouds show of the light around them and of the sun's."""


class Daylight:
    """One variant's sky under one `cover` of clouds. `ground` is the radiance of the ground in the open."""

    def __init__(self, light: Light, sky: Sky, cover: float) -> None:
        self._is_indoor, self._power = light.indoor, np.float32(light.ambient_power)
        self._zenith, self._horizon, albedo = (
            linear(colour).astype(np.float32) for colour in (sky.zenith, sky.horizon, sky.ground)
        )
        azimuth, elevation = radians(light.sun_azimuth_deg), radians(light.sun_elevation_deg)
        self._sun = np.array(
            [np.sin(azimuth) * np.cos(elevation), np.sin(elevation), -np.cos(azimuth) * np.cos(elevation)], np.float32
        )
        self._sun_colour, self._sun_power = linear(light.sun_colour).astype(np.float32), np.float32(light.sun_power)
        self._cover, self._amount = np.float32(cover), 0.0 if light.indoor else _amount(cover)
        self.ground = albedo
        if not light.indoor:
            rays = sphere(512)
            above = self._dome(rays) * (rays[:, 1:2] > 0)
            from_sky = terms(np.array([[0, 1, 0]], np.float32)) @ coefficients(
                rays, above, np.full(len(rays), 4 * np.pi / len(rays), np.float32)
            )
            from_sun = self._sun_colour * light.sun_power * sin(elevation) / np.pi * (1 - 0.9 * self._amount)
            self.ground = albedo * (from_sky[0] + from_sun).astype(np.float32)

    def __call__(self, directions: Floats) -> Floats:
        """Linear RGB (n, 3) from unit vectors (n, 3)."""
        up = directions[:, 1:2]
        if self._is_indoor:
            room = _mix(self._horizon, self._zenith, 0.35 + 0.35 * up)
            return np.asarray(_mix(self.ground, room, 0.5 + 0.5 * up) * self._power, np.float32)
        above = np.asarray(np.clip((up + 0.06) / 0.08, 0, 1), np.float32)
        share = np.asarray(above * above * (3 - 2 * above), np.float32)
        return _mix(self.ground, self._dome(directions), share) * self._power

    def _dome(self, directions: Floats) -> Floats:
        up = np.maximum(directions[:, 1:2], 0)
        sky = _mix(self._horizon, self._zenith, 1 - np.exp(-4 * up))
        towards = np.maximum(directions @ self._sun, 0)[:, None]
        sky += self._sun_colour * (0.10 * towards**8 + 0.15 * towards**64) * (1 - np.exp(-self._sun_power))
        around = _mix(self._horizon, self._zenith, 0.3) * _CLOUD_SHADE
        lit = self._sun_colour * self._sun_power * (_CLOUD_LIT * (1 - 0.75 * self._cover))
        cloud = np.asarray(around + lit, np.float32)
        hidden = 0.97 * self._amount * np.clip((up - 0.015) / 0.145, 0, 1)
        shown = _mix(sky, cloud, np.asarray(hidden, np.float32))
        return _mix(shown, (shown @ _LUMINANCE)[:, None], _ADAPTED)


def _amount(cover: float) -> float:
    """The mean share of the sky that clouds hide at this cover, of a map whose heights are spread evenly."""
    thick = np.clip((np.linspace(0, 1, 256) - 0.045 - (1 - cover)) / (0.26 + 0.16 * cover) / 0.6, 0, 1)
    return float((thick * thick * (3 - 2 * thick)).mean()) if cover > 0 else 0.0


def _mix(one: Floats, other: Floats, share: Floats | float) -> Floats:
    return np.asarray(one + (other - one) * share, np.float32)
