"""The pictures that are lent, and how their depth is to be read."""

import ctypes
from math import inf

import pytest

from vret.headset.contract import Layout, TakesDepth
from vret.headset.openxr.api import GL, xr
from vret.headset.openxr.headset import OpenXR
from vret.render.projection import NEAR_M

pytestmark = pytest.mark.usefixtures("constant")


@pytest.mark.parametrize("layout", [Layout.ARRAY, Layout.DOUBLE_WIDE])
def test_every_target_has_a_depth_of_its_own_form(layout: Layout) -> None:
    headset = OpenXR(layout=layout, tells_depth=True)
    assert isinstance(headset, TakesDepth)
    assert not headset.takes_depth
    headset.open()
    assert headset.takes_depth
    seen = set()
    for _ in range(4):
        headset.wait_frame()
        headset.poll(1)
        target = headset.begin()
        headset.submit()
        seen.add(target)
        kind, width = ctypes.c_int(), ctypes.c_int()
        GL.glGetTextureLevelParameteriv(target.depth, 0, GL.GL_TEXTURE_INTERNAL_FORMAT, ctypes.byref(kind))
        GL.glGetTextureLevelParameteriv(target.depth, 0, GL.GL_TEXTURE_WIDTH, ctypes.byref(width))
        assert (kind.value, width.value) == (GL.GL_DEPTH_COMPONENT32F, target.width)
    assert len(seen) == 3
    headset.close()


def test_depth_is_told_reversed_for_the_same_part_of_each_view() -> None:
    headset = OpenXR(layout=Layout.DOUBLE_WIDE, tells_depth=True)
    headset.open()
    headset.shrink((44, 46))
    connection = headset._connection
    assert connection is not None
    assert connection.chain.depth is not None
    for number, view in enumerate(connection._views._shown):
        info = ctypes.cast(view._next, ctypes.POINTER(xr.CompositionLayerDepthInfoKHR)).contents
        assert info._type == int(xr.StructureType.COMPOSITION_LAYER_DEPTH_INFO_KHR)
        assert (info.min_depth, info.max_depth, info.near_z) == (0, 1, inf)
        assert info.far_z == pytest.approx(NEAR_M)
        area, image = info.sub_image.image_rect, info.sub_image
        assert (area.offset.x, area.offset.y, area.extent.width, area.extent.height) == (44 * number, 0, 44, 46)
        assert ctypes.cast(image.swapchain, ctypes.c_void_p).value == connection.chain.depth.handle
        assert image.image_array_index == 0
    headset.close()


def test_without_the_wish_nothing_is_told_of_depth() -> None:
    headset = OpenXR()
    headset.open()
    connection = headset._connection
    assert connection is not None
    assert not headset.takes_depth
    assert headset.begin().depth == 0
    assert all(not view._next for view in connection._views._shown)
    headset.close()
