import numpy as np
import pytest

from vret.render.gloves import controller, glove
from vret.scene.meshes.shapes import Shape


def corners(shape: Shape) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(shape.vertices["position"][shape.triangles])


@pytest.mark.parametrize("is_left", [True, False])
@pytest.mark.parametrize("is_closed", [True, False])
def test_a_hand_is_as_large_as_a_hand_and_inside_out_nowhere(is_left: bool, is_closed: bool) -> None:
    shape = glove(is_left=is_left, is_closed=is_closed)
    size = np.ptp(shape.vertices["position"], axis=0)
    assert 0.1 < size[1] < 0.26
    assert size.max() < 0.26
    assert len(shape.triangles) < 12_000
    triangles = corners(shape)
    facing = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals = shape.vertices["normal"][shape.triangles].mean(axis=1)
    area = np.linalg.norm(facing, axis=1)
    assert (np.einsum("ij,ij->i", facing, normals)[area > 1e-10] > 0).mean() > 0.99


def test_the_left_hand_mirrors_the_right() -> None:
    left, right = (glove(is_left=is_left, is_closed=False) for is_left in (True, False))
    np.testing.assert_allclose(left.vertices["position"] * (-1, 1, 1), right.vertices["position"], atol=1e-6)


def test_the_thumb_is_towards_minus_z_and_fingers_point_along_minus_y() -> None:
    at = glove(is_left=False, is_closed=False).vertices["position"]
    assert at[:, 1].min() < -0.1
    assert at[:, 2].min() < -0.07 < -at[:, 2].max()


def test_a_closed_hand_goes_round_the_handle() -> None:
    handle = controller().vertices["position"]
    fingers = glove(is_left=False, is_closed=True).vertices["position"]
    assert np.abs(handle[:, :2]).max() < 0.06
    assert fingers[:, 0].min() < -0.01 < 0.01 < fingers[:, 0].max()
