"""Where a sound seems to come from: level and time at either ear, for a point in scene space.

Time between the ears after Woodworth (1938): a sphere of radius 8.75 cm, delay = r / c * (angle + sin angle). Level
between the ears grows with the sine of the angle to 9 dB, a middle value for speech and wind (Blauert, Spatial
Hearing, 2.3). Level falls as 1/distance beyond 1 m.
"""

from dataclasses import dataclass
from math import asin, sqrt

from vret.scene.compiled import Quaternion, Vector
from vret.sound.form import RATE_HZ, amplitude

HEAD_RADIUS_M = 0.0875
SPEED_OF_SOUND_MPS = 343.0
LEVEL_BETWEEN_EARS_DB = 9.0
NEAR_M = 1.0


@dataclass(frozen=True, slots=True)
class Ears:
    """Amplitude and delay in frames at the left and the right ear."""

    gains: tuple[float, float]
    delays: tuple[float, float]


BOTH_EARS = Ears((1.0, 1.0), (0.0, 0.0))


def ears(source_in_scene: Vector, head_in_scene: Vector, scene_from_head: Quaternion, *, quietest: float = 0.0) -> Ears:
    """What reaches the ears; quaternions xyzw, the head looks along -Z with +X to the right.

    Distance alone takes no source below the amplitude `quietest`.
    """
    x, y, z = (source - head for source, head in zip(source_in_scene, head_in_scene, strict=True))
    distance_m = sqrt(x * x + y * y + z * z)
    if distance_m < 1e-6:
        return BOTH_EARS
    right_x, right_y, right_z = _right_of(scene_from_head)
    lateral = max(-1.0, min(1.0, (x * right_x + y * right_y + z * right_z) / distance_m))
    angle = asin(abs(lateral))
    far_delay = HEAD_RADIUS_M / SPEED_OF_SOUND_MPS * (angle + abs(lateral)) * RATE_HZ
    loudness = max(1.0 / max(distance_m / NEAR_M, 1.0), quietest)
    near_gain = loudness * amplitude(abs(lateral) * LEVEL_BETWEEN_EARS_DB / 6)
    far_gain = loudness * amplitude(-abs(lateral) * LEVEL_BETWEEN_EARS_DB * 5 / 6)
    if lateral >= 0.0:
        return Ears((far_gain, near_gain), (far_delay, 0.0))
    return Ears((near_gain, far_gain), (0.0, far_delay))


def _right_of(rotation: Quaternion) -> Vector:
    """The image of +X."""
    x, y, z, w = rotation
    return (1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y))
