"""Flashes counted in drawn pictures, by the definitions of WCAG 2.2, 2.3.1. Pure: arrays in, counts out.

A *general flash* is a pair of opposing changes of relative luminance by a tenth of the most or more, the darker of the
two below 0.80. A *red flash* is a pair of opposing changes to or from a saturated red, R / (R + G + B) of 0.8 or more
in linear light, by more than 0.2 in the CIE 1976 UCS diagram (ISO 9241-391). Either counts where such flashes take more
than a quarter of any field of 10 degrees, 0.006 steradians; no more than three may come within any second.

What is simplified, each time so that rather too much is counted than too little:

- A field is a square, as wide as 10 degrees are in the middle of the picture, where they are the fewest pixels.
- Flashes of a field's pixels count together if they come within the same second, whether or not in step. So what moves
  through a field counts too, although the eye would follow it.
- What is darker than a hundredth has no colour: it is as white, from which a red is far.
"""

from math import degrees, radians, tan
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

GENERAL_MOST: Final = 3
RED_MOST: Final = 0
"""WCAG would allow three of these too; no scene needs any."""
FIELD_DEG: Final = 10.0
FIELD_SHARE: Final = 0.25
LUMINANCE_CHANGE: Final = 0.10
DARKER_BELOW: Final = 0.80
SATURATED_RED: Final = 0.80
RED_CHANGE: Final = 0.20
_COLOURLESS_BELOW: Final = 0.01
_WHITE: Final = (0.1978, 0.4683)
_RED: Final = (0.4507, 0.5229)
"""Chromaticities (u', v') of sRGB's white, which is D65, and of its red."""
_XYZ_FROM_RGB: Final = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
)
"""IEC 61966-2-1; the middle row is WCAG's relative luminance."""

Pictures = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]


class Flashes(NamedTuple):
    """The most within any second, over more than a quarter of any field."""

    general: int
    red: int

    @property
    def is_too_many(self) -> bool:
        return self.general > GENERAL_MOST or self.red > RED_MOST


def flashes(pictures: Pictures, steps_per_s: int, width_deg: float) -> Flashes:
    """Of (n, height, width, 3) sRGB pictures in the order of time, `width_deg` across."""
    linear = _linear()[pictures]
    field = field_pixels(pictures.shape[2], width_deg)
    general, red = (_most(changes, steps_per_s, field) for changes in (luminance_changes(linear), red_changes(linear)))
    return Flashes(general, red)


def field_pixels(width: int, width_deg: float) -> int:
    """The side of a field in pixels of a picture that is so many wide, in its middle."""
    pixel_deg = degrees(2 * tan(radians(width_deg / 2)) / width)
    return max(1, int(FIELD_DEG / pixel_deg))


def luminance_changes(linear: Numbers) -> Mask:
    """(n, height, width): where a pixel has just become lighter or darker by enough, and went the other way before."""
    light = linear @ _XYZ_FROM_RGB[1]
    found = np.zeros(light.shape, np.bool_)
    low, high = light[0].copy(), light[0].copy()
    went = np.zeros(light.shape[1:], np.int8)
    for step, now in enumerate(light):
        np.minimum(low, now, out=low)
        np.maximum(high, now, out=high)
        rises = (now - low >= LUMINANCE_CHANGE) & (low < DARKER_BELOW) & (went <= 0)
        falls = (high - now >= LUMINANCE_CHANGE) & (now < DARKER_BELOW) & (went >= 0) & ~rises
        went[rises], went[falls] = 1, -1
        high[rises], low[falls] = now[rises], now[falls]
        found[step] = rises | falls
    return found


def red_changes(linear: Numbers) -> Mask:
    """(n, height, width): where a pixel has just become a saturated red, or has gone from one."""
    total = linear.sum(axis=-1)
    is_red = (linear[..., 0] >= SATURATED_RED * total) & (total >= _COLOURLESS_BELOW)
    colour = _chromaticity(linear, total)
    redness = (colour - _WHITE) @ (np.array(_RED, np.float32) - _WHITE)
    found = np.zeros(is_red.shape, np.bool_)
    least, most = colour[0].copy(), colour[0].copy()
    least_redness, most_redness, was_red = redness[0].copy(), redness[0].copy(), is_red[0].copy()
    went = np.zeros(is_red.shape[1:], np.int8)
    for step, (now, now_redness, now_red) in enumerate(zip(colour, redness, is_red, strict=True)):
        less, more = now_redness < least_redness, now_redness > most_redness
        least[less], least_redness[less] = now[less], now_redness[less]
        most[more], most_redness[more], was_red[more] = now[more], now_redness[more], now_red[more]
        comes = now_red & (_apart(now, least) > RED_CHANGE) & (went <= 0)
        goes = was_red & (_apart(now, most) > RED_CHANGE) & (went >= 0) & ~comes
        went[comes], went[goes] = 1, -1
        most[comes], most_redness[comes], was_red[comes] = now[comes], now_redness[comes], True
        least[goes], least_redness[goes] = now[goes], now_redness[goes]
        found[step] = comes | goes
    return found


def _apart(one: Numbers, other: Numbers) -> Numbers:
    apart: Numbers = np.hypot(one[..., 0] - other[..., 0], one[..., 1] - other[..., 1])
    return apart


def _chromaticity(linear: Numbers, total: Numbers) -> Numbers:
    """(..., 2) CIE 1976 u', v'; of what has no colour, white's."""
    xyz = linear @ _XYZ_FROM_RGB.T
    weight = xyz @ np.array([1, 15, 3], np.float32)
    has_colour = total >= _COLOURLESS_BELOW
    uv = np.empty((*total.shape, 2), np.float32)
    uv[:] = _WHITE
    np.divide(4 * xyz[..., 0], weight, out=uv[..., 0], where=has_colour)
    np.divide(9 * xyz[..., 1], weight, out=uv[..., 1], where=has_colour)
    return uv


def _most(changes: Mask, steps_per_s: int, field: int) -> int:
    """In the worst second, of the worst field, what more than its share of pixels reach. Two changes are a flash."""
    so_far = _from_the_start(changes)
    steps = min(steps_per_s, len(changes))
    flashes_of = (so_far[steps:] - so_far[:-steps]) // 2
    most = 0
    while (_fields(flashes_of > most, field) > FIELD_SHARE * field * field).any():
        most += 1
    return most


def _fields(pixels: Mask, field: int) -> Counts:
    """How many pixels of every field."""
    counts = pixels.astype(np.int32)
    for axis in (1, 2):
        sums = np.moveaxis(_from_the_start(np.moveaxis(counts, axis, 0)), 0, axis)
        side = min(field, counts.shape[axis])
        starts = np.arange(sums.shape[axis] - side)
        counts = np.take(sums, starts + side, axis) - np.take(sums, starts, axis)
    return counts


def _from_the_start(numbers: npt.NDArray[Any]) -> Counts:
    """Sums of what comes before: one more than there are numbers, along the first axis."""
    sums = np.zeros((len(numbers) + 1, *numbers.shape[1:]), np.int32)
    np.cumsum(numbers, axis=0, out=sums[1:])
    return sums


def _linear() -> Numbers:
    """Linear light of each of the 256 sRGB values (IEC 61966-2-1, as WCAG's relative luminance has it)."""
    coded = np.arange(256) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)
