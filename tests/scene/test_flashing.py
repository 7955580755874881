"""The counting of flashes, at and around the thresholds of WCAG 2.2, 2.3.1."""

import numpy as np
import numpy.typing as npt
import pytest

from vret.scene.flashing import Flashes, field_pixels, flashes

STEPS_PER_S = 30
SIZE = 32
WIDTH_DEG = 90.0
Colour = tuple[float, float, float]

BLACK: Colour = (0, 0, 0)
GREY: Colour = (0.2, 0.2, 0.2)
WHITE: Colour = (1, 1, 1)
RED: Colour = (1, 0, 0)


def coded(linear: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """sRGB bytes of linear light."""
    light = np.asarray(linear, np.float64)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.round(curve * 255).astype(np.uint8)


def film(colours: list[Colour], side: int = SIZE) -> npt.NDArray[np.uint8]:
    """Pictures in whose middle a square of `side` pixels has these colours of linear light; around it is grey."""
    pictures = np.empty((len(colours), SIZE, SIZE, 3), np.uint8)
    pictures[:] = coded(GREY)
    first = (SIZE - side) // 2
    pictures[:, first : first + side, first : first + side] = coded(colours)[:, None, None]
    return pictures


def alternating(one: Colour, other: Colour, per_s: int, seconds: int = 2) -> list[Colour]:
    """Each flash is once `one` and once `other`."""
    return [(one, other)[step * 2 * per_s // STEPS_PER_S % 2] for step in range(seconds * STEPS_PER_S)]


def grey(light: float) -> Colour:
    return (light, light, light)


def counted(colours: list[Colour], side: int = SIZE) -> Flashes:
    return flashes(film(colours, side), STEPS_PER_S, WIDTH_DEG)


@pytest.mark.parametrize("per_s", [1, 2, 3, 5, 15])
def test_every_pair_of_opposing_changes_is_a_flash(per_s: int) -> None:
    assert counted(alternating(BLACK, WHITE, per_s)) == Flashes(per_s, 0)


@pytest.mark.parametrize(
    ("darker", "lighter", "per_s"),
    [(0.30, 0.41, 3), (0.30, 0.39, 0), (0.78, 0.90, 3), (0.82, 0.95, 0), (0.0, 0.11, 3), (0.0, 0.09, 0)],
)
def test_a_tenth_of_the_most_counts_where_the_darker_is_below_four_fifths(
    darker: float, lighter: float, per_s: int
) -> None:
    assert counted(alternating(grey(darker), grey(lighter), 3)).general == per_s


def test_relative_luminance_weighs_the_colours() -> None:
    """Full blue has a luminance of 0.07, full green of 0.72."""
    assert counted(alternating(BLACK, (0, 0, 1), 3)).general == 0
    assert counted(alternating(BLACK, (0, 1, 0), 3)).general == 3


def test_what_only_grows_lighter_is_no_flash() -> None:
    assert counted([grey(step / 60) for step in range(60)]) == Flashes(0, 0)


def test_slow_changes_are_flashes_too() -> None:
    """Up and down by less than a tenth between two pictures, twice a second."""
    wave = [grey(0.4 - 0.3 * np.cos(step / STEPS_PER_S * 2 * np.pi * 2)) for step in range(2 * STEPS_PER_S)]
    assert counted(wave).general == 2


def test_flicker_on_top_of_a_slow_change_is_found() -> None:
    climb = [grey(0.1 + 0.4 * step / 60 + (0.12 if step // 5 % 2 else 0)) for step in range(60)]
    assert counted(climb).general == 3


def test_a_second_is_any_second() -> None:
    still = [WHITE] * 20
    assert counted([*still, *alternating(BLACK, WHITE, 5, 1)[:18], *still]).general == 3
    assert (
        counted([*alternating(BLACK, WHITE, 5, 1)[:12], *still * 2, *alternating(BLACK, WHITE, 5, 1)[:12]]).general == 2
    )


def test_up_to_a_quarter_of_a_field_of_ten_degrees_may_flash() -> None:
    field = field_pixels(SIZE, WIDTH_DEG)
    assert field == 2
    wide = field_pixels(SIZE, 20.0)
    assert wide == 15
    for side, per_s in ((7, 0), (8, 5)):
        assert flashes(film(alternating(BLACK, WHITE, 5), side), STEPS_PER_S, 20.0).general == per_s


@pytest.mark.parametrize(
    ("width", "width_deg", "pixels"), [(64, 90.0, 5), (192, 90.0, 16), (64, 10.0, 63), (2, 90.0, 1)]
)
def test_a_field_is_as_wide_as_it_is_in_the_middle(width: int, width_deg: float, pixels: int) -> None:
    assert field_pixels(width, width_deg) == pixels


def test_pixels_that_flash_out_of_step_count_together() -> None:
    """Stripes that change places are no less of a flash than a field that does."""
    pictures = film(alternating(BLACK, WHITE, 4))
    pictures[:, ::2] = 255 - pictures[:, ::2]
    assert flashes(pictures, STEPS_PER_S, WIDTH_DEG).general == 4


def test_a_saturated_red_that_comes_and_goes_is_a_red_flash_however_bright_it_is() -> None:
    """Grey of the same luminance, so that nothing but the colour changes."""
    assert counted(alternating(grey(0.2126), RED, 2)) == Flashes(0, 2)
    assert counted(alternating(BLACK, (0.3, 0, 0), 2)) == Flashes(0, 2)
    assert counted(alternating(BLACK, (0.004, 0, 0), 2)) == Flashes(0, 0)


@pytest.mark.parametrize(("share", "per_s"), [(0.79, 0), (0.82, 2)])
def test_red_is_saturated_from_four_fifths_on(share: float, per_s: int) -> None:
    rest = (1 - share) / 2
    assert counted(alternating((0, 0.3, 0.3), (share, rest, rest), 2)).red == per_s


def test_one_saturated_red_after_another_is_no_red_flash() -> None:
    assert counted(alternating((0.9, 0.1, 0), (1, 0, 0.05), 2)).red == 0


def test_red_that_comes_slowly_is_found() -> None:
    to_red = [(0.5 + 0.5 * share, 0.5 - 0.5 * share, 0.5 - 0.5 * share) for share in np.linspace(0, 1, 12)]
    assert counted([*to_red, *to_red[::-1]]).red == 1


def test_what_is_too_many() -> None:
    assert not Flashes(3, 0).is_too_many
    assert Flashes(4, 0).is_too_many
    assert Flashes(0, 1).is_too_many
