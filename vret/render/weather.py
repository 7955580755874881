"""Rain, snow and dust: how many of each; where they are is the shader's own working, from their number and the time.

Everything in the air comes back to where it was after `WEATHER_PERIOD_S`, so that the time given to the shader stays
small and exact however long a session lasts.
"""

from math import ceil

import numpy as np
import numpy.typing as npt

WEATHER_PERIOD_S = 512
WEATHER_PERIOD_NS = WEATHER_PERIOD_S * 1_000_000_000
RAIN_MAX, SNOW_MAX, DUST_MAX = 4000, 4000, 2000
"""At a share of 1. Nearer than a few metres that is a shower; what is farther away is haze, which is the sky's."""


def count_particles(environment: npt.NDArray[np.void], out: npt.NDArray[np.float32]) -> int:
    """Write how many drops, flakes and motes there are, (3,), and return how many instances these are.

    A part of one is there in part, so that a share may follow an axis without a jump.
    """
    sky = environment[0]
    falls = 0.0 if sky["indoor"] > 0.5 else 1.0
    out[0] = RAIN_MAX * falls * min(max(float(sky["rain"]), 0.0), 1.0)
    out[1] = SNOW_MAX * falls * min(max(float(sky["snow"]), 0.0), 1.0)
    out[2] = DUST_MAX * min(max(float(sky["dust"]), 0.0), 1.0)
    return sum(ceil(count) for count in out.tolist())
