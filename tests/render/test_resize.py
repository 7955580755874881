"""Smaller pictures: as from a renderer made for that size, in every layout, and nothing beside them is touched."""

import ctypes
from collections.abc import Iterator

import numpy as np
import pytest

from tests.render.test_renderer import PAGE, CountingHot, Scenario, scenario
from vret.headset.body import FOVS
from vret.headset.contract import Layout
from vret.headset.picture import EyePicture
from vret.render.buffers import DEPTH
from vret.render.fineness import LEVELS, size_at
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.stopwatch import LATE_FRAMES

SIZE = (96, 80)
MARKED = (255, 0, 255, 255)

pytestmark = pytest.mark.usefixtures("context")


def hidden() -> np.ndarray:
    """A triangle in the upper left of the left eye."""
    left, right, up, down = np.tan(FOVS[0]).tolist()
    return np.array([(left, up, 0), (left, (up + down) / 2, 0), ((left + right) / 2, up, 0)], np.float32)


def mark(picture: EyePicture) -> None:
    colour = (ctypes.c_ubyte * 4)(*MARKED)
    GL.glClearTexImage(picture.target.texture, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, colour)


def whole(one: Scenario) -> np.ndarray:
    """(layers, height, width, 4) bytes of the picture, lowest row first."""
    target = one.picture.target
    pixels = np.zeros((target.layers, target.height, target.width, 4), np.uint8)
    address = pixels.ctypes.data_as(ctypes.c_void_p)
    GL.glGetTextureImage(target.texture, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels.nbytes, address)
    return pixels


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("level", range(1, len(LEVELS)))
def test_a_smaller_picture_is_that_of_a_renderer_for_that_size(layout: Layout, level: int) -> None:
    size = size_at(level, SIZE)
    with scenario(layout, size=size) as small:
        small.renderer.hide(hidden())
        expected = small.draw(PAGE)
    with scenario(layout, size=SIZE) as one:
        one.renderer.hide(hidden())
        at_first = one.draw(PAGE)
        one.renderer.resize(size)
        mark(one.picture)
        np.testing.assert_array_equal(one.draw(PAGE), expected)
        width, height = size
        used = width * (1 if layout is Layout.ARRAY else 2)
        everything = whole(one)
        assert (everything[:, height:] == MARKED).all()
        assert (everything[:, :, used:] == MARKED).all()
        one.renderer.resize(SIZE)
        np.testing.assert_array_equal(one.draw(PAGE), at_first)


def test_it_shows_the_same_scene() -> None:
    """Half as large by averages of pixels, and nearly the same."""
    with scenario(size=SIZE) as one:
        large = one.draw().astype(float)
        one.renderer.resize((SIZE[0] // 2, SIZE[1] // 2))
        small = one.draw().astype(float)
    averaged = large.reshape(2, SIZE[1] // 2, 2, SIZE[0] // 2, 2, 3).mean((2, 4))
    assert np.abs(averaged - small).mean() < 6
    assert np.abs(averaged[:, :, ::-1] - small).mean() > 12


def test_a_frames_time_is_told_some_frames_later_with_its_mark() -> None:
    hot = CountingHot()
    with scenario(gl=hot, size=SIZE) as one:
        for _ in range(DEPTH + 1):
            hot.counts.clear()
            one.draw()
        without = hot.counts.total()
        one.renderer.time_frames()
        told = []
        for number in range(12):
            one.renderer.resize(SIZE, number)
            hot.counts.clear()
            one.draw()
            GL.glFinish()
            told.append(one.renderer.timed)
        assert hot.counts.total() == without + 3
    assert told[:LATE_FRAMES] == [None] * LATE_FRAMES
    times = [timed for timed in told[LATE_FRAMES:] if timed is not None]
    assert [mark for _, mark in times] == list(range(12 - LATE_FRAMES))
    assert all(0 < spent_ns < 60_000_000_000 for spent_ns, _ in times)


class LateHot(Hot):
    """A card whose answers are not there yet."""

    def __init__(self) -> None:
        super().__init__()
        setattr(self, "glGetQueryObjectui64v", lambda query, kind, address: None)  # noqa: B010


def test_a_time_that_is_not_known_yet_is_not_waited_for() -> None:
    with scenario(gl=LateHot(), size=SIZE) as one:
        one.renderer.time_frames()
        for _ in range(3 * LATE_FRAMES):
            one.draw()
            assert one.renderer.timed is None


@pytest.fixture(autouse=True)
def _no_errors() -> Iterator[None]:
    yield
    assert GL.glGetError() == GL.GL_NO_ERROR
