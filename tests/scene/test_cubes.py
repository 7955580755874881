import numpy as np

from vret.scene.compiled import CUBE_LEVELS, CUBE_SIDE
from vret.scene.light.cubes import Floats, directions, prefiltered


def levels(halves: np.ndarray[tuple[int], np.dtype[np.float16]], layers: int) -> list[Floats]:
    """Each (layers, 6, side, side, 3)."""
    found, at = [], 0
    for level in range(CUBE_LEVELS):
        side = CUBE_SIDE >> level
        count = layers * 6 * side * side * 3
        found.append(halves[at : at + count].reshape(layers, 6, side, side, 3).astype(np.float32))
        at += count
    assert at == len(halves)
    return found


def spot(rays: Floats) -> Floats:
    """A red light of some degrees across, towards +X and a little up."""
    towards = np.array([0.9, 0.4, 0.17], np.float32)
    near = rays @ (towards / np.linalg.norm(towards)) > 0.985
    return np.where(near[:, None], np.array([100, 0, 0], np.float32), np.float32(0)).astype(np.float32)


def test_faces_look_where_opengl_has_them() -> None:
    rays, angles = directions(16)
    middles = rays.reshape(6, 16, 16, 3)[:, 7:9, 7:9].mean(axis=(1, 2))
    expected = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    np.testing.assert_allclose(middles, expected, atol=0.01)
    assert abs(float(angles.sum()) - 4 * np.pi) < 1e-3
    top_left = rays.reshape(6, 16, 16, 3)[4, 0, 0]
    assert top_left[0] < -0.5, "the face of +Z begins at -X"
    assert top_left[1] > 0.5, "and at the top"


def test_white_stays_white_however_rough() -> None:
    halves, light = prefiltered([np.ones_like])
    np.testing.assert_allclose(halves.astype(np.float32), 1, atol=1e-3)
    np.testing.assert_allclose(light[0, 0], 1, atol=1e-3)


def test_a_light_is_where_it_was_and_wider_from_level_to_level() -> None:
    halves, _ = prefiltered([np.zeros_like, spot])
    dark, bright = np.split(np.arange(2), 2)
    peaks, widths = [], []
    for level in levels(halves, 2):
        side = level.shape[2]
        assert not level[dark].any(), "one layer does not shine into another"
        red = level[bright][0, ..., 0].reshape(-1)
        peaks.append(float(red.max()))
        widths.append(float((red > red.max() / 2).mean()))
        rays, _ = directions(side)
        assert rays[red.argmax()] @ np.array([0.9, 0.4, 0.17]) > 0.85
    assert peaks == sorted(peaks, reverse=True)
    assert widths == sorted(widths)
    assert peaks[-1] < peaks[0] / 10
