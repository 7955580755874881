"""The person's hands: plain gloves, and what they hold, made of round bars.

Lengths are metres in the grip pose of OpenXR (specification, "Standard pose identifiers"): the origin in the closed
palm, -Z towards the thumb, X out of the back of the right hand, so that fingers point along -Y. The left hand is the
mirror image. Gloves are as large as a middle-sized hand, without colour of skin, age or sex.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians, sin

import numpy as np

from vret.scene.meshes.shapes import Shape, ball, bar, join

_KNUCKLES = ((0.0335, 0.074), (0.0115, 0.082), (-0.0105, 0.077), (-0.0315, 0.061))
"""Of index to little finger: towards the thumb, and the finger's length."""
_PARTS = (0.46, 0.30, 0.24)
_OPEN_DEG = (16.0, 20.0, 14.0)
_CLOSED_DEG = (58.0, 82.0, 46.0)
_BACK_M = 0.026
_KNUCKLES_Y, _WRIST_Y = -0.042, 0.052
_SIDES, _RINGS = 14, 8

Point = tuple[float, float, float]


def glove(*, is_left: bool, is_closed: bool) -> Shape:
    """One hand, open or closed round a handle."""
    bends = _CLOSED_DEG if is_closed else _OPEN_DEG
    pieces: list[Shape] = []
    for number, (towards_thumb, length) in enumerate(_KNUCKLES):
        knuckle = (_BACK_M, _KNUCKLES_Y + 0.006 * abs(number - 1), -towards_thumb)
        wrist = (_BACK_M - 0.004, _WRIST_Y, -0.52 * towards_thumb)
        pieces += _chain([wrist, knuckle], 0.0138)
        spread_deg = (2 * towards_thumb / 0.03) * (0.0 if is_closed else 3.0)
        pieces += _chain(_finger(knuckle, length, bends, spread_deg), 0.0091)
    pieces += _chain(_thumb(is_closed), 0.0112)
    pieces += _chain([(_BACK_M - 0.004, _WRIST_Y - 0.006, 0.0), (_BACK_M - 0.004, _WRIST_Y + 0.045, 0.0)], 0.0255)
    right = join(pieces)
    return _mirrored(right) if is_left else right


def controller() -> Shape:
    """A handle in the closed hand and a round head over it, as most controllers are."""
    handle = _chain([(0.002, 0.004, 0.062), (0.0, 0.0, -0.030)], 0.0150)
    head = ball(0.031, 20, 10, 0.42).turned(pitch_deg=-72).moved(0.0, -0.012, -0.050)
    stick = _chain([(0.0, -0.002, -0.058), (0.0, 0.002, -0.071)], 0.0075)
    return join([*handle, head, *stick])


def _finger(knuckle: Point, length: float, bends_deg: Sequence[float], spread_deg: float) -> list[Point]:
    """From the knuckle to the tip, each part bent further towards the palm."""
    points, bent = [knuckle], 0.0
    for part, bend in zip(_PARTS, bends_deg, strict=True):
        bent += radians(bend)
        x, y, z = points[-1]
        step, aside = length * part, sin(radians(spread_deg))
        points.append((x - step * sin(bent), y - step * cos(bent), z - step * aside))
    return points


def _thumb(is_closed: bool) -> list[Point]:
    root = (_BACK_M - 0.008, 0.030, -0.020)
    if is_closed:
        return [root, (0.008, 0.004, -0.046), (-0.014, -0.018, -0.050), (-0.026, -0.034, -0.047)]
    return [root, (0.012, 0.006, -0.050), (0.002, -0.018, -0.068), (-0.004, -0.040, -0.078)]


def _chain(points: Sequence[Point], radius: float) -> list[Shape]:
    """Round bars from point to point, each end a ball; they grow thinner towards the last."""
    pieces: list[Shape] = []
    for number, (start, end) in enumerate(pairwise(points)):
        pieces.append(bar(start, end, radius * (1 - 0.07 * number), _SIDES))
    for number, point in enumerate(points):
        pieces.append(ball(radius * (1 - 0.07 * max(number - 1, 0)), _SIDES, _RINGS).moved(*point))
    return pieces


def _mirrored(shape: Shape) -> Shape:
    vertices = shape.vertices.copy()
    vertices["position"][:, 0] *= -1
    vertices["normal"][:, 0] *= -1
    return Shape(vertices, np.ascontiguousarray(shape.triangles[:, ::-1]))
