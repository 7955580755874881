from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from tests.scene.small import write_scene
from vret.paths import data_file
from vret.scene.compile import compile_scene
from vret.scene.light.harmonics import sphere
from vret.scene.light.panorama import FOLDER, Floats, Panorama, PanoramaError, panorama_names, read_panorama
from vret.scene.scene import SceneError, load_scene


def write(path: Path, pixels: Floats, channels: str = "RGB") -> Path:
    parts = {name: np.ascontiguousarray(pixels[..., index]) for index, name in enumerate(channels)}
    with OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}, parts) as file:
        file.write(str(path))
    return path


def grey(height: int = 8, width: int = 16) -> Floats:
    return np.full((height, width, 3), 0.5, np.float32)


def brightest(panorama: Panorama) -> Floats:
    rays = sphere(4000)
    return np.asarray(rays[panorama(rays).sum(axis=1).argmax()])


@pytest.mark.parametrize(
    ("column", "row", "turn_deg", "towards"),
    [
        (16, 8, 0, (0, 0, -1)),
        (24, 8, 0, (1, 0, 0)),
        (8, 8, 0, (-1, 0, 0)),
        (16, 0, 0, (0, 1, 0)),
        (24, 8, 90, (0, 0, -1)),
    ],
)
def test_the_middle_of_the_picture_is_ahead(
    column: int, row: int, turn_deg: float, towards: tuple[float, float, float]
) -> None:
    pixels = np.full((16, 32, 3), 0.1, np.float32)
    pixels[max(row - 1, 0) : row + 1, [column - 1, column]] = 2
    assert brightest(Panorama(pixels, 1.0, turn_deg)) @ np.array(towards) > 0.95


def test_a_picture_is_as_bright_as_the_scene_says_and_its_sun_does_not_blind() -> None:
    pixels = grey(32, 64)
    pixels[3, 5] = 1e5
    found = Panorama(pixels, 0.7, 0.0)(sphere(20000))
    assert found.mean() == pytest.approx(0.7, rel=0.05)
    assert np.median(found) > 0.3


def test_those_that_the_program_brings_can_be_read() -> None:
    assert panorama_names() == ["apartment", "hall", "lobby"]
    for name in panorama_names():
        path = data_file(f"{FOLDER}/{name}.exr")
        assert read_panorama(path).shape == (128, 256, 3)
        assert path.stat().st_size < 200_000


@pytest.mark.parametrize(
    ("pixels", "channels", "message"),
    [
        (grey(8, 8), "RGB", "is 8 x 8 pixels; all around is twice as wide"),
        (grey(), "RGA", "has no channel B"),
        (grey() - 1, "RGB", "pixels that are no light"),
        (grey() * np.float32(np.inf), "RGB", "pixels that are no light"),
        (grey() * 0, "RGB", "pixels that are no light"),
    ],
)
def test_a_bad_picture_is_refused_with_its_reason(tmp_path: Path, pixels: Floats, channels: str, message: str) -> None:
    with pytest.raises(PanoramaError, match=message) as caught:
        read_panorama(write(tmp_path / "sky.exr", pixels, channels))
    assert "sky.exr" in str(caught.value)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sky.exr"
    path.write_bytes(b"no picture at all")
    with pytest.raises(PanoramaError, match=r"sky\.exr: is no OpenEXR picture .*save it as OpenEXR"):
        read_panorama(path)


def test_a_scene_names_the_line_of_a_picture_that_is_not_there(tmp_path: Path) -> None:
    folder = write_scene(tmp_path, "[sound]\n", '[environment]\nimage = "lobbby"\n\n[sound]\n')
    with pytest.raises(SceneError, match=r"scene\.toml:\d+: environment\.image: there is no file lobbby .*lobby"):
        load_scene(folder)


def test_a_picture_lights_the_scene_and_counts_as_a_part_of_it(tmp_path: Path) -> None:
    folder = write_scene(tmp_path, "[sound]\n", '[environment]\nimage = "all.exr"\n\n[sound]\n')
    pixels = grey(16, 32)
    pixels[:, 16:] = (0.1, 0.1, 2.0)
    write(folder / "all.exr", pixels)
    scene = load_scene(folder)
    right, left = np.array([1, 0, 0, 1, 0, 0, -1, 0, 1]), np.array([1, 0, 0, -1, 0, 0, -1, 0, 1])
    light = compile_scene(scene).tables.skies[0, 0, :, :3]
    assert (right @ light)[2] > 3 * (left @ light)[2]
    pixels[:, 16:] = 0.3
    write(folder / "all.exr", pixels)
    assert load_scene(folder).content_hash != scene.content_hash
