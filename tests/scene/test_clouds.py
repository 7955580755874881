"""The cloud map: it tiles, its shares are even, and only scenes with a sky have it."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.shipped import shipped
from tests.scene.small import SMALL, write_scene
from vret.scene.bundle import read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.light.clouds import CHANNELS, SIDE, cloud_map
from vret.scene.scene import load_scene

MAP = cloud_map(7)
FIRST = MAP[: SIDE * SIDE * CHANNELS].reshape(SIDE, SIDE, CHANNELS).astype(int)


def test_it_has_all_levels_and_each_is_the_average_of_the_one_above() -> None:
    assert len(MAP) == CHANNELS * sum(4**level for level in range(SIDE.bit_length()))
    second = MAP[FIRST.size : FIRST.size + FIRST.size // 4].reshape(SIDE // 2, SIDE // 2, CHANNELS)
    expected = FIRST.reshape(SIDE // 2, 2, SIDE // 2, 2, CHANNELS).mean(axis=(1, 3))
    assert np.abs(second - expected).max() <= 1.01
    assert MAP[-CHANNELS:].tolist() == pytest.approx(FIRST.mean(axis=(0, 1)).tolist(), abs=1)


@pytest.mark.parametrize("channel", range(CHANNELS))
@pytest.mark.parametrize("axis", [0, 1])
def test_its_sides_meet(channel: int, axis: int) -> None:
    """The step over the seam is no larger than the steps within."""
    field = FIRST[..., channel]
    steps = np.abs(np.diff(field, axis=axis)).mean(axis=1 - axis)
    seam = np.abs(field.take(0, axis) - field.take(-1, axis)).mean()
    assert seam < 2 * steps.mean()


@pytest.mark.parametrize("channel", [0, 2])
def test_a_share_of_the_sky_is_a_share_of_the_map(channel: int) -> None:
    for share in (0.1, 0.3, 0.7):
        assert (FIRST[..., channel] > 255 * (1 - share)).mean() == pytest.approx(share, abs=0.01)


def test_the_same_seed_makes_the_same_clouds() -> None:
    np.testing.assert_array_equal(cloud_map(7), MAP)
    assert (cloud_map(8) != MAP).mean() > 0.5


def test_only_a_scene_with_clouds_has_them(tmp_path: Path) -> None:
    scene = SMALL.replace("visibility_m = 1000", "visibility_m = 1000\ncloud_cover = 0.4\ncloud_drift_mps = [3, -1]")
    (tmp_path / "with").mkdir()
    bundle = compile_scene(load_scene(write_scene(tmp_path / "with", text=scene)))
    write_bundle(tmp_path / "bundle", bundle)
    np.testing.assert_array_equal(read_bundle(tmp_path / "bundle").compiled.clouds, cloud_map(3))
    assert bundle.tables.environment["cloud_drift_mps"].tolist() == [[3, -1]]
    assert not len(compile_scene(load_scene(write_scene(tmp_path))).compiled.clouds)
    assert not len(shipped("calm").compiled.clouds)
