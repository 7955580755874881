import numpy as np

from vret.headset.body import FOVS
from vret.render.culling import Bounds, planes_of, rotated
from vret.render.projection import NEAR_M, clip_from_eye
from vret.scene.compiled import ROW

SPHERES = np.array([[0, 0, 0, 1], [0, 5, 0, 1]], np.float32)
PLANES = planes_of(clip_from_eye(FOVS, NEAR_M))


def seen(
    positions: list[tuple[float, float, float]], mesh: int = 0, rotation: tuple[float, ...] = (0, 0, 0, 1)
) -> list[bool]:
    rows = np.zeros(len(positions), ROW)
    rows["position"], rows["scale"], rows["rotation"] = positions, 1, rotation
    bounds = Bounds(SPHERES, np.full(len(positions), mesh, np.int32), 2)
    bounds.refit(rows, 0, len(rows))
    out = np.zeros(len(rows), bool)
    bounds.in_view(PLANES, out)
    return [bool(one) for one in out]


def test_what_is_behind_above_and_aside_is_not_seen() -> None:
    assert seen([(0, 0, -10), (0, 0, 10), (0, 40, -10), (60, 0, -10)]) == [True, False, False, False]


def test_what_only_one_eye_sees_is_seen() -> None:
    reach = float(np.tan(np.radians(50))) * 10
    assert seen([(-reach, 0, -10), (reach, 0, -10)]) == [True, True]


def test_a_sphere_that_touches_the_edge_is_seen_until_it_is_all_outside() -> None:
    edge = float(np.tan(FOVS[0, 2])) * 10
    radius_up = 1 / float(np.cos(FOVS[0, 2]))
    assert seen([(0, edge + 0.99 * radius_up, -10), (0, edge + 1.01 * radius_up, -10)]) == [True, False]


def test_the_sphere_turns_with_its_row() -> None:
    upside_down = (0.0, 0.0, 1.0, 0.0)
    assert seen([(0, 12, -10)], mesh=1) == [False]
    assert seen([(0, 12, -10)], mesh=1, rotation=upside_down) == [True]


def test_no_far_plane() -> None:
    assert seen([(0, 0, -1e6)]) == [True]


def test_only_the_named_rows_are_refitted() -> None:
    rows = np.zeros(3, ROW)
    rows["scale"], rows["rotation"] = 1, (0, 0, 0, 1)
    bounds = Bounds(SPHERES, np.zeros(3, np.int32), 2)
    bounds.refit(rows, 0, 3)
    rows["position"] = (7, 7, 7)
    bounds.refit(rows, 1, 2)
    assert bounds.centres[0].tolist() == [0, 7, 0]


def test_rotation_by_quaternion() -> None:
    half = np.sqrt(0.5)
    turned = rotated(np.array([[0, half, 0, half]], np.float32), np.array([[0, 0, -1]], np.float32))
    np.testing.assert_allclose(turned, [[-1, 0, 0]], atol=1e-6)
