"""Joints of a made-up hand, as the cameras of a headset would tell them."""

import numpy as np
import numpy.typing as npt

_KNUCKLES_X = {6: -0.028, 11: -0.008, 16: 0.012, 21: 0.030}
_PARTS_M = {6: (0.040, 0.024, 0.021), 11: (0.045, 0.028, 0.022), 16: (0.041, 0.026, 0.022), 21: (0.032, 0.019, 0.020)}


def joints_of(
    wrist: tuple[float, float, float], *, is_left: bool, bend_deg: float = 12.0, size: float = 1.0
) -> npt.NDArray[np.float32]:
    """(26, 3) of a hand, palm down, that points along -Z; every joint of a finger is bent by `bend_deg` downwards."""
    found = np.zeros((26, 3))
    found[0] = (0.0, -0.01, -0.05)
    found[2:6] = [
        (-0.022, -0.006, -0.025),
        (-0.046, -0.012, -0.058),
        (-0.058, -0.016, -0.086),
        (-0.064, -0.020, -0.110),
    ]
    for first, x in _KNUCKLES_X.items():
        found[first] = (0.6 * x, 0.0, -0.030)
        found[first + 1] = point = np.array([x, 0.0, -0.092 + 0.4 * abs(x + 0.008)])
        bent = 0.0
        for number, part in enumerate(_PARTS_M[first], start=2):
            bent += np.radians(bend_deg)
            point = point + part * np.array([0.12 * x / 0.03, -np.sin(bent), -np.cos(bent)])
            found[first + number] = point
    found[:, 0] *= -1 if is_left else 1
    return (size * found + wrist).astype(np.float32)
