"""The measure of `tests.render.likeness`, on the golden pictures: what it lets pass and what it does not.

`make test` asks one in STEP of them, `make soak` all.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.gallery import golden, names
from tests.render.likeness import NOTICEABLE, Picture, difference, side_by_side, unlike

STEP = 8
Change = Callable[[Picture], Picture]


def grey(level: int, height: int = 40, width: int = 60) -> Picture:
    return np.full((height, width, 3), level, np.uint8)


def clipped(values: npt.NDArray[np.floating[Any]]) -> Picture:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def linear(picture: Picture) -> npt.NDArray[np.float64]:
    encoded = picture / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encoded(light: npt.NDArray[np.float64]) -> Picture:
    return clipped(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def lit(*factors: float) -> Change:
    return lambda picture: encoded(linear(picture) * factors)


def moved(right: int, down: int) -> Change:
    """What comes in at the rim is what was there: only the picture's own content differs."""

    def move(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        padded = np.pad(picture, ((down, 0), (right, 0), (0, 0)), mode="edge")
        return padded[:height, :width]

    return move


def rounded(picture: Picture) -> Picture:
    return clipped(picture + np.random.default_rng(1).integers(-1, 2, picture.shape).astype(float))


def one_brighter(picture: Picture) -> Picture:
    return clipped(picture + 1.0)


def frayed(picture: Picture) -> Picture:
    """One pixel in fifty is half its neighbour, as at edges whose samples fall the other way."""
    frays = np.random.default_rng(2).random(picture.shape[:2]) < 0.02
    mixed = picture.astype(float)
    mixed[frays] = (mixed[frays] + np.roll(mixed, 1, axis=1)[frays]) / 2
    return clipped(mixed)


def test_the_difference_is_that_of_cie_1976() -> None:
    """Bruce Lindbloom's values for sRGB colours under D65."""
    for colour, lab in (((255, 0, 0), (53.24, 80.09, 67.20)), ((0, 0, 255), (32.30, 79.19, -107.86))):
        plain = np.full((9, 9, 3), colour, np.uint8)
        assert difference(plain, grey(0, 9, 9))[4, 4] == pytest.approx(np.linalg.norm(lab), rel=2e-3)
    assert difference(grey(255), grey(0))[20, 30] == pytest.approx(100, abs=0.01)
    assert difference(grey(77), grey(77)).max() == 0


@pytest.mark.parametrize("change", [rounded, one_brighter, frayed])
def test_what_a_driver_rounds_looks_alike(change: Change, full: bool) -> None:
    for name in names()[:: 1 if full else STEP]:
        assert unlike(golden(name), change(golden(name))) == "", name


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(moved(2, 0), id="two pixels to the right"),
        pytest.param(moved(0, 2), id="two pixels down"),
        pytest.param(lit(1.03, 1, 1), id="3 % more red light"),
        pytest.param(lit(1, 1.03, 1), id="3 % more green light"),
        pytest.param(lit(1, 1, 1.03), id="3 % more blue light"),
        pytest.param(lit(0.97, 0.97, 0.97), id="3 % darker"),
    ],
)
def test_what_a_person_could_see_does_not(change: Change, full: bool) -> None:
    for name in names()[:: 1 if full else STEP]:
        assert unlike(golden(name), change(golden(name))), name


def test_a_small_part_counts_as_much_as_the_whole() -> None:
    """A thing of 4 x 4 pixels is missing; it covers a sixteen-hundredth of the picture."""
    with_thing = grey(128, 144, 192)
    with_thing[70:74, 90:94] = 190
    told = re.search(r"the 7 x 7 pixels at \((\d+), (\d+)\)", unlike(grey(128, 144, 192), with_thing))
    assert told is not None
    assert int(told[1]) in range(87, 91), "every field that holds the whole thing differs by as much"
    assert int(told[2]) in range(67, 71)


def test_a_surface_that_changes_less_than_noticeably_counts_when_it_is_large() -> None:
    wall = grey(128, 144, 192)
    wall[40:80, 40:80] = (132, 128, 128)
    found = difference(grey(128, 144, 192), wall)[60, 60]
    assert found < NOTICEABLE
    assert "28 x 28" in unlike(grey(128, 144, 192), wall)


def test_another_size_is_unlike() -> None:
    assert unlike(grey(1, 10, 20), grey(1, 10, 21)) == "it is 21 x 10 pixels and not 20 x 10"


def test_what_is_kept_shows_where_they_differ() -> None:
    other = grey(128)
    other[10:20, 10:20] = 255
    shown = side_by_side(grey(128), other)
    assert shown.shape == (40, 180, 3)
    np.testing.assert_array_equal(shown[:, :120], np.concatenate([grey(128), other], axis=1))
    assert shown[15, 135].tolist() == [255, 255, 255]
    assert shown[35, 165].tolist() == [0, 0, 0]
