"""A picture that clears for what is behind it: only the panel is left, and colours are multiplied by alpha."""

import ctypes

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.test_renderer import PAGE, Scenario, scenario
from vret.headset.contract import Layout
from vret.headset.page import Page
from vret.render.gl import GL

pytestmark = pytest.mark.usefixtures("context")


def drawn(one: Scenario, cleared: int, page: Page | None = None) -> npt.NDArray[np.int64]:
    """(layers, height, width, 4) bytes of the whole target."""
    target = one.picture.target
    one.renderer.draw(one.resident, one.frame, one.eyes, target, 0, page, None, cleared)
    pixels = np.zeros((target.layers, target.height, target.width, 4), np.uint8)
    address = pixels.ctypes.data_as(ctypes.c_void_p)
    GL.glGetTextureImage(target.texture, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels.nbytes, address)
    return pixels.astype(np.int64)


@pytest.mark.parametrize("layout", Layout)
def test_a_clear_picture_is_nothing_but_the_panel(layout: Layout) -> None:
    with scenario(layout) as one:
        whole, paged = drawn(one, 0), drawn(one, 0, PAGE)
        assert (whole[..., 3] == 255).all()
        assert (drawn(one, 1000) == 0).all()
        left = drawn(one, 1000, PAGE)
    is_panel = (whole != paged).any(-1)
    assert (left[~is_panel] == 0).all()
    alpha = left[..., 3:] / 255
    assert (alpha[is_panel] > 0.5).any()
    behind = _linear(whole[..., :3]) * (1 - alpha)
    np.testing.assert_allclose(_linear(left[..., :3]) + behind, _linear(paged[..., :3]), atol=0.02)


def test_half_clear_is_half_the_light_and_half_the_alpha() -> None:
    with scenario() as one:
        whole, half = drawn(one, 0), drawn(one, 500)
    assert (np.abs(half[..., 3] - 127.5) <= 1).all()
    light, dimmed = _linear(whole[..., :3]), _linear(half[..., :3])
    np.testing.assert_allclose(dimmed, light / 2, atol=0.01)


def _linear(srgb: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    share = srgb / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
