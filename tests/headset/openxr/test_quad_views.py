"""Four views: both eyes, and the middle of each once more."""

import numpy as np
import pytest

from tests.render.city import city, frame_of
from vret.clock import now_ns
from vret.headset.body import make_eyes
from vret.headset.contract import Eyes, Layout
from vret.headset.openxr.headset import OpenXR
from vret.headset.picture import EyePicture
from vret.render import Renderer

FRAMES = 8
pytestmark = pytest.mark.usefixtures("constant")


@pytest.mark.parametrize("layout", [None, Layout.DOUBLE_WIDE, Layout.CLIPPED])
def test_a_runtime_that_prefers_four_views_gets_them_drawn(
    monkeypatch: pytest.MonkeyPatch, layout: Layout | None
) -> None:
    """Each of them through its own angles; the runtime refuses a frame with another number of views."""
    monkeypatch.setenv("CONSTANT_QUAD", "1")
    headset = OpenXR(layout=layout)
    headset.open()
    assert headset.view_count == 4
    assert headset.view_size == (80, 64), "as large as the largest"
    scene, eyes = city(8.0), make_eyes(headset.view_count)
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
    resident, frame = renderer.load(scene), frame_of(scene, height_m=8.0)
    drawn = 0
    for _ in range(FRAMES):
        timing = headset.wait_frame()
        headset.poll(now_ns())
        headset.locate(timing.display_ns, eyes)
        if timing.should_render:
            target = headset.begin()
            renderer.draw(resident, frame, eyes, target)
            drawn += 1
            views = [renderer.read_pixels(target, view).astype(int) for view in range(4)]
        headset.submit()
        frame.visible_changed = frame.materials_changed = False
    pairs = [Renderer(2, headset.view_size, Layout.ARRAY) for _ in range(2)]
    picture = EyePicture(2, headset.view_size, Layout.ARRAY)
    frame.visible_changed = frame.materials_changed = True
    for pair, first in zip(pairs, (0, 2), strict=True):
        seen = slice(first, first + 2)
        pair.draw(pair.load(scene), frame, Eyes(eyes.head, eyes.poses[seen], eyes.fovs[seen]), picture.target)
        for view in range(2):
            assert np.abs(pair.read_pixels(picture.target, view) - views[first + view]).max() <= 3
        pair.close()
    renderer.close()
    headset.close()
    assert not headset.trouble
    assert drawn > FRAMES // 2
    for whole, middle in zip(views[:2], views[2:], strict=True):
        assert middle.std() > 10
        assert np.abs(whole - middle).mean() > 5, "the middle is enlarged"


def test_others_are_drawn_in_two() -> None:
    headset = OpenXR()
    headset.open()
    assert (headset.view_count, headset.view_size) == (2, (64, 64))
    headset.close()
