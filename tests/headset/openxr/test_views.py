"""What a frame tells the runtime of its pictures' size."""

import pytest

from vret.headset.contract import Layout, Shrinks
from vret.headset.openxr.headset import OpenXR

pytestmark = pytest.mark.usefixtures("constant")


def shown(headset: OpenXR) -> list[tuple[int, int, int, int, int]]:
    """Of each view: its layer, and its rectangle from the left and from below."""
    connection = headset._connection
    assert connection is not None
    views = [view.sub_image for view in connection._views._shown]
    areas = [(image.image_array_index, image.image_rect.offset, image.image_rect.extent) for image in views]
    return [(layer, offset.x, offset.y, extent.width, extent.height) for layer, offset, extent in areas]


@pytest.mark.parametrize(
    ("layout", "whole", "smaller"),
    [
        (Layout.ARRAY, [(0, 0, 0, 64, 64), (1, 0, 0, 64, 64)], [(0, 0, 0, 44, 46), (1, 0, 0, 44, 46)]),
        (Layout.DOUBLE_WIDE, [(0, 0, 0, 64, 64), (0, 64, 0, 64, 64)], [(0, 0, 0, 44, 46), (0, 44, 0, 44, 46)]),
    ],
)
def test_a_smaller_view_is_shown_from_the_lower_left_and_after_the_runtime_came_back(
    layout: Layout, whole: list[tuple[int, ...]], smaller: list[tuple[int, ...]]
) -> None:
    headset = OpenXR(layout=layout)
    assert isinstance(headset, Shrinks)
    headset.open()
    assert shown(headset) == whole
    headset.shrink((44, 46))
    assert shown(headset) == smaller
    assert headset._connection is not None
    headset._connection.close()
    headset._open_once()
    assert shown(headset) == smaller
    headset.shrink((64, 64))
    assert shown(headset) == whole
    headset.close()
