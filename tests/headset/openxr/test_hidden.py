import numpy as np
import pytest

from vret.headset.openxr.hidden import corners_of

RIM = np.array([(-1, -1), (-1, 1), (-0.7, 0), (1, -1), (1, 1), (0.7, 0)], np.float32)


def test_each_corner_knows_its_view() -> None:
    corners = corners_of(RIM, np.array([0, 1, 2, 5, 4, 3], np.uint32), 1)
    np.testing.assert_array_equal(corners[:, :2], RIM[[0, 1, 2, 5, 4, 3]])
    assert (corners[:, 2] == 1).all()
    assert corners.dtype == np.float32


@pytest.mark.parametrize("indices", [[], [0, 1], [0, 1, 6], [0, 1, 2**32 - 1], [0, 4, 3], [3, 4, 0]])
def test_a_mesh_that_cannot_be_true_hides_nothing(indices: list[int]) -> None:
    turned_a_little = RIM + np.array((-0.1, 0.05), np.float32)
    assert len(corners_of(turned_a_little, np.array(indices, np.uint32), 0)) == 0


def test_a_mesh_over_the_whole_view_hides_nothing_though_its_seam_runs_straight_ahead() -> None:
    view = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
    assert len(corners_of(view, np.array([0, 1, 2, 0, 2, 3], np.uint32), 0)) == 0


def test_a_triangle_without_area_is_over_nothing() -> None:
    point = np.array([(-1, -1), (-0.9, -0.9)], np.float32)
    assert len(corners_of(point, np.array([0, 0, 1], np.uint32), 0)) == 3


def test_corners_that_are_no_numbers_hide_nothing() -> None:
    torn = RIM.copy()
    torn[1, 0] = np.nan
    assert len(corners_of(torn, np.array([0, 1, 2], np.uint32), 0)) == 0
