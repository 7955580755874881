"""Rain, snow and dust: how many of each; where they are is the shader's own working, from their number and the time.

Everything in the air comes back to where it was after `WEATHER_PERIOD_S`, so that the time given to the shader stays
small and exact however long a session lasts.
"""

from math import ceil, fmod

import numpy as np
import numpy.typing as npt

WEATHER_PERIOD_S = 512
WEATHER_PERIOD_NS = WEATHER_PERIOD_S * 1_000_000_000
RAIN_MAX, SNOW_MAX, DUST_MAX = 4000, 4000, 2000
"""At a share of 1. Nearer than a few metres that is a shower; what is farther away is haze, which is the sky's."""


CLOUD_TILES_M = (7000.0, 23000.0)
"""The sides of the cloud map on the sky: its clouds, and where there are more and fewer of them."""


class CloudDrift:
    """How far each of CLOUD_TILES_M has drifted, in shares of itself, into `tiles` (4,): x and z, then again.

    A function of the scene's time alone, that comes round where nobody sees it.
    """

    def __init__(self, environment: npt.NDArray[np.void], tiles: npt.NDArray[np.float32]) -> None:
        self._drift_mps = environment["cloud_drift_mps"]
        self._tiles = tiles

    def at(self, t_ns: int) -> None:
        x_mps, z_mps = self._drift_mps[0].tolist()
        t_s = t_ns / 1e9
        near_m, far_m = CLOUD_TILES_M
        x_m, z_m = x_mps * t_s, z_mps * t_s
        self._tiles[:] = (fmod(x_m / near_m, 1), fmod(z_m / near_m, 1), fmod(x_m / far_m, 1), fmod(z_m / far_m, 1))


class Particles:
    """Counts what is in the air of `environment`, (1,) ENVIRONMENT, into `counts` (3,): drops, flakes and motes.

    A part of one is there in part, so that a share may follow an axis without a jump.
    """

    def __init__(self, environment: npt.NDArray[np.void], counts: npt.NDArray[np.float32]) -> None:
        self._rain, self._snow, self._dust = environment["rain"], environment["snow"], environment["dust"]
        self._indoor = environment["indoor"]
        self._counts = counts

    def count(self) -> int:
        """How many instances these are. Neither rain nor snow falls indoors."""
        rain, snow, dust = self._rain.item(), self._snow.item(), self._dust.item()
        if self._indoor.item() > 0.5:
            rain = snow = 0.0
        if not (rain or snow or dust):
            return 0
        self._counts[:] = (RAIN_MAX * _share(rain), SNOW_MAX * _share(snow), DUST_MAX * _share(dust))
        return sum(ceil(count) for count in self._counts.tolist())


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
