"""The mirror on real pixels: which frame it shows, how it makes it small, and what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.garbage import left_behind
from tests.render.city import city, frame_of
from tests.render.test_renderer import HEIGHT_M, PAGE, CountingHot, Scenario, scenario
from vret.headset.contract import Layout
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.mirror import DELAY, Mirror, size_within

LARGEST = (40, 25)
"""Of views of 96 x 96: a small pixel covers 2.4 x 2.4 large ones of the 96 x 60 in the middle."""
HEAD = b"frame %d"
HEAD_BYTES = 8

pytestmark = pytest.mark.usefixtures("context")


@contextmanager
def mirrored(scene: Scenario, largest: tuple[int, int] = LARGEST) -> Iterator[Mirror]:
    mirror = scene.renderer.make_mirror(largest, HEAD_BYTES)
    yield mirror
    assert GL.glGetError() == GL.GL_NO_ERROR
    mirror.release()


def turned(mirror: Mirror, scene: Scenario, number: int = 0) -> memoryview | None:
    """A turn whose copies the GPU has finished: on a real one DELAY frames have passed meanwhile."""
    GL.glFinish()
    return mirror.turn(scene.picture.target, HEAD % number)


def rgb(mirror: Mirror, copy: memoryview) -> npt.NDArray[np.int_]:
    width, height = mirror.size
    rgba = np.frombuffer(copy, np.uint8, offset=HEAD_BYTES).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    return rgba[..., :3].astype(int)


def shown(mirror: Mirror, scene: Scenario) -> npt.NDArray[np.int_]:
    """The picture that is there now, as soon as the mirror has it."""
    for number in range(DELAY):
        turned(mirror, scene, number)
    copy = turned(mirror, scene)
    assert copy is not None
    return rgb(mirror, copy)


def small(picture: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """A box filter in linear light of the largest middle part, (height, width, 3) sRGB values."""
    encoded = picture / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    pixel = min(picture.shape[1] / size[0], picture.shape[0] / size[1])
    rows, columns = shares(picture.shape[0], size[1], pixel), shares(picture.shape[1], size[0], pixel)
    light = np.einsum("ya,abc,xb->yxc", rows, light, columns)
    values: npt.NDArray[np.float64] = 255 * np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    )
    return values


def shares(large: int, small_count: int, pixel: float) -> npt.NDArray[np.float64]:
    """(small_count, large): how much of each small pixel, `pixel` large ones wide, each large one makes up."""
    edges = (large - small_count * pixel) / 2 + np.arange(small_count + 1) * pixel
    covered = np.minimum(edges[1:, None], np.arange(large) + 1) - np.maximum(edges[:-1, None], np.arange(large))
    by_pixel: npt.NDArray[np.float64] = np.clip(covered, 0, None) / pixel
    return by_pixel


def test_it_shows_the_frame_of_three_frames_ago() -> None:
    with scenario() as one, mirrored(one) as mirror:
        pictures, copies = [], []
        for number in range(8):
            one.look(0.4 * number)
            pictures.append(one.draw(PAGE)[0])
            copy = turned(mirror, one, number)
            copies.append(None if copy is None else (bytes(copy[: len(HEAD % 0)]), rgb(mirror, copy)))
    assert copies[:DELAY] == [None] * DELAY
    for number, copied in enumerate(copies[DELAY:]):
        assert copied is not None
        assert copied[0] == HEAD % number
        assert np.abs(copied[1] - small(pictures[number], mirror.size)).max() <= 1


@pytest.mark.parametrize("layout", Layout)
def test_every_layout_shows_the_left_eye(layout: Layout) -> None:
    with scenario(layout) as one, mirrored(one) as mirror:
        left = one.draw(PAGE)[0]
        assert np.abs(shown(mirror, one) - small(left, mirror.size)).max() <= 1


@pytest.mark.parametrize("layout", Layout)
def test_of_a_smaller_picture_the_middle_is_mirrored_and_nothing_beside_it(layout: Layout) -> None:
    with scenario(layout) as one, mirrored(one) as mirror:
        one.draw(PAGE)
        one.renderer.resize((68, 76))
        left = one.draw(PAGE)[0]
        assert left.shape[:2] == (76, 68)
        assert np.abs(shown(mirror, one) - small(left, mirror.size)).max() <= 1


def test_a_fine_checker_becomes_its_mean_and_no_other_pattern() -> None:
    """At 2.4 to 1, four linear samples would give a moire from black to white; half the light is sRGB 188.

    Textures begin with their lowest row.
    """
    with scenario() as one, mirrored(one) as mirror:
        one.draw(PAGE)
        checker = np.zeros((96, 96, 4), np.uint8)
        checker[np.indices((96, 96)).sum(axis=0) % 2 == 0] = 255
        GL.glTextureSubImage3D(
            one.picture.target.texture, 0, 0, 0, 0, 96, 96, 1, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, checker
        )
        copied = shown(mirror, one)
        assert np.abs(copied - small(checker[::-1, :, :3], mirror.size)).max() <= 1
        assert copied.mean() == pytest.approx(188, abs=1)
        assert np.abs(copied - 188).max() < 20


def test_it_is_as_wide_to_high_whatever_the_view_and_never_has_more_pixels() -> None:
    assert size_within((2064, 2208), (640, 360)) == (640, 360)
    assert size_within((1000, 3000), (640, 360)) == (640, 360)
    assert size_within((320, 3000), (640, 360)) == (320, 180)
    assert size_within((96, 27), (640, 360)) == (48, 27)


@pytest.mark.parametrize("largest", [(48, 24), (24, 48)])
def test_it_takes_the_middle_and_stretches_nothing(largest: tuple[int, int]) -> None:
    """A white square in the middle of a black view stays a square in the middle, half as large as the rest."""
    with scenario() as one, mirrored(one, largest) as mirror:
        one.draw(PAGE)
        square = np.zeros((96, 96, 4), np.uint8)
        square[36:60, 36:60] = 255
        GL.glTextureSubImage3D(
            one.picture.target.texture, 0, 0, 0, 0, 96, 96, 1, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, square
        )
        copied = shown(mirror, one)[..., 0]
        width, height = mirror.size
        assert (width, height) == largest
        expected = np.zeros((height, width), int)
        expected[height // 2 - 6 : height // 2 + 6, width // 2 - 6 : width // 2 + 6] = 255
        np.testing.assert_array_equal(copied, expected)


def test_while_it_is_off_nothing_is_called_and_nothing_comes() -> None:
    hot = CountingHot()
    with scenario(gl=hot) as one, mirrored(one) as mirror:
        one.draw()
        hot.counts.clear()
        assert [mirror.turn(None) for _ in range(8)] == [None] * 8
        assert hot.counts.total() == 0


def test_what_is_not_finished_is_skipped_and_never_waited_for() -> None:
    waits: list[tuple[Any, ...]] = []

    class Slow(Hot):
        """A GPU that has not finished the second copy when it is asked."""

        def __init__(self) -> None:
            super().__init__()
            ask = Hot().glClientWaitSync

            def asked(*arguments: Any) -> Any:
                if arguments[1:] != (0, 0):
                    return ask(*arguments)
                waits.append(arguments)
                return int(GL.GL_TIMEOUT_EXPIRED) if len(waits) == 2 else ask(*arguments)

            self.glClientWaitSync = asked

    with scenario(gl=Slow()) as one, mirrored(one) as mirror:
        one.draw()
        waits.clear()
        copies = [turned(mirror, one, number) for number in range(8)]
        assert [copy is not None for copy in copies] == [False] * DELAY + [True, False, True, True, True]
        assert len(waits) == 8 - DELAY


def test_it_goes_on_when_another_scene_is_shown_and_leaves_the_picture_alone() -> None:
    with scenario() as one:
        alone = one.draw(PAGE)
    with scenario() as one, mirrored(one) as mirror:
        first, scene = one.resident, one.frame
        copies = []
        for number in range(8):
            if number == 4:
                lower = city(HEIGHT_M, blocks=1)
                one.resident, one.frame = one.renderer.load(lower), frame_of(lower, height_m=3.0)
            drawn = one.draw(PAGE)
            if number < 4:
                np.testing.assert_array_equal(drawn, alone)
            copy = turned(mirror, one, number)
            copies.append((drawn[0], None if copy is None else rgb(mirror, copy)))
        for number, (_, copied) in enumerate(copies[DELAY:]):
            assert copied is not None
            assert np.abs(copied - small(copies[number][0], mirror.size)).max() <= 1
        one.renderer.release(one.resident)
        one.resident, one.frame = first, scene
        np.testing.assert_array_equal(one.draw(PAGE), alone)


def test_it_makes_few_calls_and_as_many_in_any_scene() -> None:
    counts = []
    for blocks in (1, 3):
        hot = CountingHot()
        with scenario(gl=hot, blocks=blocks) as one, mirrored(one) as mirror:
            for number in range(6):
                one.draw(PAGE)
                hot.counts.clear()
                turned(mirror, one, number)
            counts.append(hot.counts.copy())
    assert counts[0] == counts[1]
    assert counts[0]["glReadPixels"] == 1
    assert counts[0].total() <= 12


def test_it_leaves_no_objects_behind() -> None:
    with scenario(size=(8, 8), blocks=1) as one, mirrored(one) as mirror:
        one.draw()
        blocks, cyclic = left_behind(lambda _: mirror.turn(one.picture.target, b""))
    assert blocks < 10, "less than one block in ten turns"
    assert cyclic == 0
