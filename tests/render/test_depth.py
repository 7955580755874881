"""The depth that is told with a picture: how far everything is, read back in metres."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import box, compiled, frame_of, material, meshes_of
from tests.render.test_renderer import PAGE, CountingHot
from vret.headset.body import FOVS, make_eyes, see_stereo
from vret.headset.contract import Layout, Target
from vret.headset.page import Page
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.gl import GL
from vret.render.projection import NEAR_M
from vret.render.typesetting import DISTANCE_M

SIZE = 64
WALL_M, HALF_WALL_M = 4.0, 1.0
FORMATS = [GL.GL_DEPTH_COMPONENT32F, GL.GL_DEPTH24_STENCIL8, GL.GL_DEPTH_COMPONENT16]
Metres = npt.NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("context")


class Told:
    """Two eyes before a wall that leaves sky at both sides."""

    def __init__(self, layout: Layout, kind: int, *, tells_depth: bool) -> None:
        self.hot = CountingHot()
        self.renderer = Renderer(2, (SIZE, SIZE), layout, gl=self.hot, tells_depth=tells_depth)
        self.picture = EyePicture(2, (SIZE, SIZE), layout)
        self.target = self.picture.target
        if tells_depth:
            self.target = self.target._replace(depth=depth_like(self.target, kind))
        wall = meshes_of(box(2 * HALF_WALL_M, 60, 0.1, -30))
        self.scene = compiled(wall, material((0.5, 0.5, 0.5)), [(0, 0, [0, 0, -WALL_M - 0.05, 1, 0])])
        self.resident = self.renderer.load(self.scene)
        self.frame = frame_of(self.scene)
        self.eyes = make_eyes(2)
        see_stereo(self.eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32))

    def draw(self, page: Page | None = None) -> list[npt.NDArray[np.uint8]]:
        self.hot.counts.clear()
        self.renderer.draw(self.resident, self.frame, self.eyes, self.target, 0, page)
        assert GL.glGetError() == GL.GL_NO_ERROR
        return [self.renderer.read_pixels(self.target, view) for view in range(2)]

    def metres(self, view: int) -> Metres:
        """(SIZE, SIZE) distances along the view's axis, top row first, as a runtime reads them; inf for the sky."""
        x, layer = (0, view) if self.target.layers > 1 else (view * SIZE, 0)
        depth = np.zeros((SIZE, SIZE), np.float32)
        GL.glGetTextureSubImage(
            self.target.depth,
            0,
            *(x, 0, layer, SIZE, SIZE, 1),
            GL.GL_DEPTH_COMPONENT,
            GL.GL_FLOAT,
            depth.nbytes,
            depth.ctypes.data_as(ctypes.c_void_p),
        )
        with np.errstate(divide="ignore"):
            return NEAR_M / depth[::-1].astype(np.float64)

    def close(self) -> None:
        self.renderer.release(self.resident)
        self.renderer.close()
        self.picture.release()
        if self.target.depth:
            GL.glDeleteTextures(1, [self.target.depth])


@contextmanager
def told(
    layout: Layout = Layout.ARRAY, kind: int = GL.GL_DEPTH_COMPONENT32F, *, tells_depth: bool = True
) -> Iterator[Told]:
    made = Told(layout, kind, tells_depth=tells_depth)
    yield made
    made.close()


def depth_like(target: Target, kind: int) -> int:
    """A texture for the depth of a target, of the target's form."""
    name = ctypes.c_uint()
    if target.layers > 1:
        GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(name))
        GL.glTextureStorage3D(name.value, 1, kind, target.width, target.height, target.layers)
    else:
        GL.glCreateTextures(GL.GL_TEXTURE_2D, 1, ctypes.byref(name))
        GL.glTextureStorage2D(name.value, 1, kind, target.width, target.height)
    return name.value


def tangents(view: int) -> tuple[Metres, Metres]:
    """Across and up, at the middle of each column and row, top row first."""
    left, right, up, down = np.tan(FOVS[view].astype(np.float64))
    middles = (np.arange(SIZE) + 0.5) / SIZE
    return left + (right - left) * middles, up + (down - up) * middles


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_wall_is_as_far_as_it_is_and_the_sky_is_infinitely_far(layout: Layout, kind: int) -> None:
    with told(layout, kind) as one:
        one.draw()
        for view in range(2):
            across_m = tangents(view)[0] * WALL_M + one.eyes.poses[view, 0]
            metres = one.metres(view)
            is_wall, is_sky = np.abs(across_m) < HALF_WALL_M - 0.2, np.abs(across_m) > HALF_WALL_M + 0.2
            assert is_wall.sum() > 8
            np.testing.assert_allclose(metres[:, is_wall], WALL_M, rtol=2e-3)
            assert np.isinf(metres[:, is_sky]).all()


def test_an_edge_is_as_near_as_the_nearest_that_is_seen_in_it() -> None:
    with told() as one:
        one.draw()
        for view in range(2):
            metres = one.metres(view)
            assert ((np.abs(metres - WALL_M) < 1e-2) | np.isinf(metres)).all()
            middles = tangents(view)[0]
            half = (middles[1] - middles[0]) / 2
            low, high = ((middles + side) * WALL_M + one.eyes.poses[view, 0] for side in (-half, half))
            covered = (np.minimum(high, HALF_WALL_M) - np.maximum(low, -HALF_WALL_M)) / (high - low)
            assert np.isfinite(metres[:, covered > 0.3]).all()


def test_the_panel_is_where_it_stands_and_not_at_what_is_behind_it() -> None:
    with told() as one:
        one.draw(PAGE)
        nearest = min(float(one.metres(view).min()) for view in range(2))
    assert 0.6 * DISTANCE_M < nearest < 1.1 * DISTANCE_M


@pytest.mark.parametrize("layout", Layout)
def test_what_the_lenses_never_show_is_not_before_the_eyes(layout: Layout) -> None:
    left, right, up, down = np.tan(FOVS[0]).tolist()
    corners = [(left, down), (right, down), (right, up), (left, down), (right, up), (left, up)]
    with told(layout) as one:
        one.renderer.hide(np.array([(x, y, 0) for x, y in corners], np.float32))
        one.draw()
        assert np.isinf(one.metres(0)).all()
        assert np.isfinite(one.metres(1)).any()


@pytest.mark.parametrize("page", [None, PAGE])
def test_the_picture_and_its_calls_are_the_same_with_and_without(page: Page | None) -> None:
    """Two calls more: depth is written, whatever is there already."""
    with told(tells_depth=False) as one:
        without, plain = one.draw(page), one.hot.counts.total()
    with told() as one:
        np.testing.assert_array_equal(one.draw(page), without)
        assert one.hot.counts.total() == plain + 2
        np.testing.assert_array_equal(one.draw(page), without)
