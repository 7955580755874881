"""Projections and rigid transforms, batched over views.

Row-major float32 matrices for column vectors, so products read off: `clip_from_eye @ eye_from_stage`. Depth is
reversed (1 at the near plane, 0 at infinity) for `glClipControl(LOWER_LEFT, ZERO_TO_ONE)`: with a float depth buffer
the precision is then nearly even over all distances.
"""

import numpy as np
import numpy.typing as npt

Matrices = npt.NDArray[np.float32]
NEAR_M = 0.05


def clip_from_eye(fovs: npt.NDArray[np.float32], near_m: float, far_m: float | None = None) -> Matrices:
    """(views, 4, 4) for `fovs` (views, 4): left, right, up, down in radians, left and down negative.

    OpenXR specification, XrFovf: the view's edges are tangents, not necessarily symmetric. `far_m` None is infinity.
    """
    left, right, up, down = np.tan(fovs.astype(np.float64)).T
    matrix = np.zeros((len(fovs), 4, 4))
    matrix[:, 0, 0] = 2 / (right - left)
    matrix[:, 0, 2] = (right + left) / (right - left)
    matrix[:, 1, 1] = 2 / (up - down)
    matrix[:, 1, 2] = (up + down) / (up - down)
    matrix[:, 3, 2] = -1
    if far_m is None:
        matrix[:, 2, 3] = near_m
    else:
        matrix[:, 2, 2] = near_m / (far_m - near_m)
        matrix[:, 2, 3] = near_m * far_m / (far_m - near_m)
    return matrix.astype(np.float32)


def from_poses(poses: npt.NDArray[np.float32]) -> Matrices:
    """(n, 4, 4) of (n, 7) poses: position, quaternion xyzw of any length but 0."""
    quaternions = poses[:, 3:]
    products: Matrices = (quaternions[:, :, None] * quaternions[:, None, :]).reshape(-1, 16)
    matrices: Matrices = np.matmul(products, _OF_PRODUCTS).reshape(-1, 4, 4)
    matrices /= matrices[:, 3:, 3:]
    matrices[:, :3, 3] = poses[:, :3]
    return matrices


def inverse_rigid(matrices: Matrices) -> Matrices:
    """The inverses of (n, 4, 4) rigid transforms."""
    inverse: Matrices = np.ascontiguousarray(matrices.transpose(0, 2, 1))
    inverse[:, :3, 3] = -np.matmul(inverse[:, :3, :3], matrices[:, :3, 3, None])[..., 0]
    inverse[:, 3, :3] = 0
    return inverse


def _of_products() -> Matrices:
    """(16, 16): makes the rotation matrix, as a flat (4, 4), of the products of a quaternion's components by pairs."""
    of = np.zeros((4, 4, 4, 4), np.float32)
    x, y, z, w = range(4)
    for i, j, k in ((x, y, z), (y, z, x), (z, x, y)):
        of[i, i, i, i] = of[w, w, i, i] = 1
        of[j, j, i, i] = of[k, k, i, i] = -1
        of[i, j, i, j] = of[i, j, j, i] = 2
        of[k, w, i, j], of[k, w, j, i] = -2, 2
    of[x, x, 3, 3] = of[y, y, 3, 3] = of[z, z, 3, 3] = of[w, w, 3, 3] = 1
    return of.reshape(16, 16)


_OF_PRODUCTS = _of_products()


def cross(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Of two (3,) vectors. `np.cross` leaves cyclic garbage behind, which the frame process never collects."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def light_from_scene(
    to_sun: npt.NDArray[np.floating], centre: npt.NDArray[np.floating], radius_m: float, depth_m: float
) -> Matrices:
    """(4, 4) orthographic clip transform of a sun's shadow map, reversed depth.

    `centre` (scene space) is in the middle, `radius_m` reaches the edges, `depth_m` reaches both ways along the light.
    """
    forward = to_sun / np.linalg.norm(to_sun)
    aside = cross(np.array((0.0, 0.0, 1.0) if abs(forward[1]) > 0.9 else (0.0, 1.0, 0.0)), forward)
    aside /= np.linalg.norm(aside)
    matrix = np.eye(4)
    matrix[0, :3] = aside / radius_m
    matrix[1, :3] = cross(forward, aside) / radius_m
    matrix[2, :3] = forward / (2 * depth_m)
    matrix[:3, 3] = -matrix[:3, :3] @ centre
    matrix[2, 3] += 0.5
    return matrix.astype(np.float32)
