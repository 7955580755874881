from math import radians

import numpy as np
import pytest

from vret.headset.body import FOVS
from vret.render.projection import clip_from_eye, from_poses, inverse_rigid, light_from_scene

NEAR_M = 0.05
INDEX = np.array([[-0.9, 0.7, 0.8, -0.85], [-0.7, 0.9, 0.8, -0.85]], np.float32)


def on_screen(matrix: np.ndarray, point: tuple[float, float, float]) -> np.ndarray:
    clip = matrix @ np.array([*point, 1.0])
    return np.asarray(clip[:3] / clip[3])


@pytest.mark.parametrize("fovs", [FOVS, INDEX], ids=["off-screen", "index"])
@pytest.mark.parametrize("far_m", [None, 200.0], ids=["infinite", "finite"])
def test_the_edges_of_an_asymmetric_field_of_view_are_the_edges_of_the_picture(
    fovs: np.ndarray, far_m: float | None
) -> None:
    for matrix, (left, right, up, down) in zip(clip_from_eye(fovs, NEAR_M, far_m), np.tan(fovs), strict=True):
        for distance_m in (1.0, 40.0):
            corner = on_screen(matrix, (right * distance_m, up * distance_m, -distance_m))
            opposite = on_screen(matrix, (left * distance_m, down * distance_m, -distance_m))
            np.testing.assert_allclose(corner[:2], (1, 1), atol=1e-5)
            np.testing.assert_allclose(opposite[:2], (-1, -1), atol=1e-5)


def test_depth_is_one_at_the_near_plane_and_falls_to_zero() -> None:
    infinite, finite = clip_from_eye(INDEX, NEAR_M)[0], clip_from_eye(INDEX, NEAR_M, 100.0)[0]
    for matrix in (infinite, finite):
        assert on_screen(matrix, (0, 0, -NEAR_M))[2] == pytest.approx(1)
    assert on_screen(finite, (0, 0, -100.0))[2] == pytest.approx(0, abs=1e-6)
    assert 0 < on_screen(infinite, (0, 0, -1e6))[2] < 1e-6


def test_a_pose_turned_left_looks_along_minus_x() -> None:
    half = radians(90) / 2
    stage_from_head = from_poses(np.array([[1, 2, 3, 0, np.sin(half), 0, np.cos(half)]], np.float32))[0]
    np.testing.assert_allclose(stage_from_head @ (0, 0, -1, 1), (0, 2, 3, 1), atol=1e-6)


@pytest.mark.parametrize("length", [0.97, 1.0, 1.03])
def test_a_quaternion_that_is_a_little_long_turns_as_much_and_moves_nothing(length: float) -> None:
    half = radians(90) / 2
    turn = length * np.array([0, np.sin(half), 0, np.cos(half)])
    stage_from_head = from_poses(np.array([[1, 2, 3, *turn]], np.float32))
    scene_from_stage = np.eye(4, dtype=np.float32)
    scene_from_stage[:3, 3] = (3, 60, -20)
    scene_from_head = (scene_from_stage @ stage_from_head)[0]
    np.testing.assert_allclose(scene_from_head @ (0, 0, -1, 1), (3, 62, -17, 1), atol=1e-5)


def test_an_inverse_undoes_its_transform() -> None:
    turn = np.array([0.1, -0.5, 0.3, 0.8], np.float32)
    matrices = from_poses(np.array([[4, -2, 9, *(turn / np.linalg.norm(turn))]], np.float32))
    np.testing.assert_allclose(inverse_rigid(matrices)[0] @ matrices[0], np.eye(4), atol=1e-6)


def test_a_shadow_map_holds_its_radius_and_puts_the_sun_in_front() -> None:
    to_sun, centre = np.array([0.3, 0.8, 0.5]), np.array([10.0, 2.0, -4.0])
    matrix = light_from_scene(to_sun, centre, 20.0, 100.0)
    aside = np.cross((0, 1, 0), to_sun)
    aside /= np.linalg.norm(aside)
    np.testing.assert_allclose((matrix @ (*centre, 1))[:3], (0, 0, 0.5), atol=1e-5)
    assert abs((matrix @ (*(centre + 20 * aside), 1))[0]) == pytest.approx(1, abs=1e-5)
    assert (matrix @ (*(centre + to_sun), 1))[2] > 0.5
