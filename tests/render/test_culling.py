import numpy as np

from vret.headset.body import FOVS
from vret.render.culling import Bounds, planes_of
from vret.render.projection import NEAR_M, clip_from_eye, from_poses
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


def test_spheres_lie_where_their_rows_put_them_however_many_there_are() -> None:
    """For more rows than are worked on at once."""
    chance, count = np.random.default_rng(3), 5000
    spheres = chance.normal(size=(7, 4)).astype(np.float32) ** 2
    mesh_of = chance.integers(7, size=count).astype(np.int32)
    rows = np.zeros(count, ROW)
    rows["position"], rows["scale"] = chance.normal(size=(count, 3)), chance.uniform(0.1, 3, count)
    quaternions = chance.normal(size=(count, 4))
    rows["rotation"] = quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True)
    bounds = Bounds(spheres, mesh_of, 2)
    bounds.refit(rows, 10, count)
    poses = np.concatenate([rows["position"], rows["rotation"]], axis=1)
    turned = np.einsum("nij,nj->ni", from_poses(poses)[:, :3, :3], spheres[mesh_of, :3])
    expected = rows["position"] + rows["scale"][:, None] * turned
    np.testing.assert_allclose(bounds.centres[:3, 10:].T, expected[10:], atol=1e-5)
    np.testing.assert_allclose(bounds.minus_radii[10:], -(rows["scale"] * spheres[mesh_of, 3])[10:], rtol=1e-6)
    assert (bounds.centres[:3, :10] == 1).all(), "not asked for"
