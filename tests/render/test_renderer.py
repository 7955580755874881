"""The renderer over several frames: what it uploads, what it calls, and the same picture in every layout."""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.garbage import left_behind
from tests.headset.joints import joints_of
from tests.render.city import city, compiled, daylight, frame_of
from vret.headset.body import FOVS, make_eyes, see_stereo
from vret.headset.contract import SHOWS_ALL, Eyes, HandPoses, HeadsetError, Layout
from vret.headset.page import Page
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.context import layout_for, require
from vret.render.gl import GL
from vret.render.hot import OBJECT, SIGNATURES, Hot

SIZE = (96, 96)
PAGE = Page(sentence="Nothing will come nearer.", is_aside=True)
HANDS = HandPoses(
    np.array([[-0.1, 1.5, -0.4, 0.5, -0.5, -0.5, 0.5], [0.1, 1.5, -0.4, 0.5, 0.5, 0.5, 0.5]], np.float32),
    np.ones(2, bool),
    np.array([False, True]),
    np.stack([joints_of((-0.1, 1.5, -0.35), is_left=True), joints_of((0.1, 1.5, -0.35), is_left=False)]),
    np.zeros(2, bool),
)
JOINTED = replace(HANDS, tracked=np.ones(2, bool), holding=np.zeros(2, bool), jointed=np.ones(2, bool))
HEIGHT_M = 20.0


class CountingHot(Hot):
    """The same calls, counted. What must be a pointer is one: a plain integer would be cut where pointers are wide."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        for name in SIGNATURES:
            setattr(self, name, self._counted(name, getattr(self, name)))

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        _, kinds = SIGNATURES[name]

        def counted(*arguments: Any) -> Any:
            self.counts[name] += 1
            assert len(arguments) == len(kinds), name
            for argument, kind in zip(arguments, kinds, strict=True):
                assert kind is not OBJECT or isinstance(argument, ctypes.Array | ctypes.c_void_p), name
            return call(*arguments)

        return counted


class Scenario:
    """A renderer with a scene, a frame and eyes."""

    def __init__(self, layout: Layout, gl: Hot | None, size: tuple[int, int], blocks: int) -> None:
        self.renderer = Renderer(2, size, layout, gl=gl)
        self.picture = EyePicture(2, size, layout)
        self.scene = city(HEIGHT_M, blocks=blocks)
        self.resident = self.renderer.load(self.scene)
        self.frame = frame_of(self.scene, height_m=HEIGHT_M)
        self.eyes: Eyes = make_eyes(2)
        self.look(0.0)

    def look(self, yaw: float) -> None:
        head = np.array([0, 1.6, 0, 0, np.sin(yaw / 2), 0, np.cos(yaw / 2)], np.float32)
        see_stereo(self.eyes, head)

    def draw(self, page: Page | None = None, hands: HandPoses | None = None) -> npt.NDArray[np.uint8]:
        target = self.picture.target
        self.renderer.draw(self.resident, self.frame, self.eyes, target, 0, page, hands)
        self.frame.visible_changed = self.frame.materials_changed = False
        self.frame.moved = (0, 0)
        assert GL.glGetError() == GL.GL_NO_ERROR
        return np.stack([self.renderer.read_pixels(target, view) for view in range(2)])

    def close(self) -> None:
        self.renderer.release(self.resident)
        self.renderer.close()
        self.picture.release()


@contextmanager
def scenario(
    layout: Layout = Layout.ARRAY, gl: Hot | None = None, size: tuple[int, int] = SIZE, blocks: int = 2
) -> Iterator[Scenario]:
    made = Scenario(layout, gl, size, blocks)
    yield made
    made.close()


pytestmark = pytest.mark.usefixtures("context")


def test_every_layout_gives_the_same_picture() -> None:
    pictures = []
    for layout in Layout:
        with scenario(layout) as one:
            pictures.append(one.draw(PAGE).astype(int))
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).max() <= 3
    assert np.abs(pictures[0][0] - pictures[0][1]).mean() > 1


@pytest.mark.parametrize("layout", Layout)
def test_what_the_lenses_hide_is_black_and_the_rest_is_as_before(layout: Layout) -> None:
    """The outer third of the left eye is hidden; the panel, which is drawn last, still is where it was."""
    left, right, up, down = np.tan(FOVS[0]).tolist()
    edge = left + (right - left) / 3
    corners = [(left, down), (edge, down), (edge, up), (left, down), (edge, up), (left, up)]
    hidden = np.array([(x, y, 0) for x, y in corners], np.float32)
    with scenario(layout) as one:
        whole = one.draw(PAGE)
        one.renderer.hide(hidden)
        masked = one.draw(PAGE)
        one.frame.environment = daylight(sun_direction=(0.0, 1.0, 0.0))
        at_noon = one.draw(PAGE)
        one.renderer.hide(SHOWS_ALL)
        again = one.draw(PAGE)
    width = SIZE[0] // 3
    assert (masked[0][: SIZE[1] // 2, : width - 1] == 0).all()
    np.testing.assert_array_equal(masked[0][:, width + 1 :], whole[0][:, width + 1 :])
    np.testing.assert_array_equal(masked[1], whole[1])
    np.testing.assert_array_equal(at_noon[1], again[1])
    assert again[0][:, : width - 1].any()


def test_a_frame_makes_few_calls_and_as_many_for_any_scene() -> None:
    counts = []
    for blocks in (1, 3):
        hot = CountingHot()
        with scenario(gl=hot) as one:
            one.resident = one.renderer.load(city(HEIGHT_M, blocks=blocks))
            one.frame = frame_of(city(HEIGHT_M, blocks=blocks), height_m=HEIGHT_M)
            for _ in range(5):
                one.frame.moved, one.frame.visible_changed = (0, len(one.frame.rows)), True
                hot.counts.clear()
                one.draw(PAGE, HANDS)
            counts.append(hot.counts.copy())
    assert counts[0] == counts[1]
    assert counts[0].total() <= 50
    assert counts[0]["glMultiDrawElementsIndirect"] == 3, "shadows, opaque things with hands, glass; nothing has holes"


def test_all_that_a_frame_can_show_takes_few_calls() -> None:
    """The lenses' mask, hands, what falls, glass, a page and how long it took; with shadows, or with a mirrored copy,
    which waits for a frame without them.
    """
    hot = CountingHot()
    with scenario(gl=hot) as one:
        mirror = one.renderer.make_mirror((32, 32), 0)
        one.renderer.time_frames()
        one.renderer.hide(np.array([(-2, -2, 0), (-1, -2, 0), (-1, 2, 0)], np.float32))
        counts = []
        for number in range(16):
            one.frame.environment = daylight(sun_direction=(0.0, 1.0, 0.01 * (number // 2)), snow=0.1)
            hot.counts.clear()
            one.draw(PAGE, HANDS)
            mirror.turn(None if one.renderer.has_cast else one.picture.target)
            counts.append(hot.counts.copy())
        mirror.release()
    shadowed, mirrored = counts[-2:]
    assert (shadowed["glMultiDrawElementsIndirect"], mirrored["glMultiDrawElementsIndirect"]) == (3, 2)
    assert (shadowed["glReadPixels"], mirrored["glReadPixels"]) == (0, 1)
    assert shadowed.total() <= 55
    assert mirrored.total() <= 58


def test_hands_are_seen_where_they_are_tracked_and_nothing_else_changes() -> None:
    """The left hand is bare, the right one holds a controller; both are low before the eyes."""
    with scenario() as one:
        without = one.draw().astype(int)
        both = one.draw(hands=HANDS).astype(int)
        HANDS.tracked[:] = (False, True)
        right = one.draw(hands=HANDS).astype(int)
        HANDS.tracked[:] = True
        again = one.draw().astype(int)
    np.testing.assert_array_equal(again, without)
    for view in range(2):
        changed = np.abs(both - without)[view].max(axis=-1) > 8
        assert 40 < changed.sum() < 1500
        assert not changed[: SIZE[1] // 3].any()
        assert (np.abs(right - both)[view].max(axis=-1) > 8).sum() > 20


def test_a_hand_that_is_seen_finger_by_finger_is_shown_so_and_only_so() -> None:
    with scenario() as one:
        without = one.draw().astype(int)
        both = one.draw(hands=JOINTED).astype(int)
        halves = []
        for side in range(2):
            only = replace(JOINTED, tracked=np.arange(2) == side, jointed=np.arange(2) == side)
            halves.append(np.abs(one.draw(hands=only).astype(int) - without).max(axis=-1) > 8)
        palms_elsewhere = replace(JOINTED, poses=JOINTED.poses + np.array([0, 0.2, 0, 0, 0, 0, 0], np.float32))
        np.testing.assert_array_equal(one.draw(hands=palms_elsewhere), both)
    left, right = halves
    assert not (left & right).any()
    assert min(left[0].sum(), right[0].sum()) > 60
    np.testing.assert_array_equal(np.abs(both - without).max(axis=-1) > 8, left | right)


@pytest.mark.parametrize("hands", [HANDS, JOINTED], ids=["whole", "jointed"])
def test_hands_are_the_same_in_every_layout(hands: HandPoses) -> None:
    pictures = []
    for layout in Layout:
        with scenario(layout) as one:
            pictures.append(one.draw(hands=hands).astype(int))
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).max() <= 3


def test_only_moved_rows_are_copied() -> None:
    with scenario() as one:
        written = []
        for frame in range(8):
            one.frame.moved = (3, 7) if frame == 5 else (0, 0)
            one.draw()
            written.append(one.resident.rows_written)
    count = len(one.scene.rows)
    assert written == [count, count, count, 0, 0, 4, 4, 4]


def test_a_moved_thing_is_seen_where_it_went_and_stays() -> None:
    with scenario() as one:
        before = one.draw()
        house = int(np.flatnonzero(one.frame.visible)[3])
        one.frame.rows["position"][:, 1] -= 500
        one.frame.moved = (0, len(one.frame.rows))
        moved = one.draw()
        later = [one.draw() for _ in range(3)]
        one.frame.rows[:] = one.scene.rows
        one.frame.moved = (0, len(one.frame.rows))
        assert house >= 0
        again = one.draw()
    assert np.abs(before.astype(int) - moved).mean() > 10
    for picture in later:
        np.testing.assert_array_equal(picture, moved)
    np.testing.assert_array_equal(again, before)


def test_what_moved_while_another_scene_was_drawn_is_not_lost() -> None:
    with scenario() as one:
        one.draw()
        calm = one.renderer.load(one.scene)
        one.renderer.draw(calm, one.frame, one.eyes, one.picture.target, 0, None)
        one.frame.rows["position"][:, 1] -= 500
        after = one.draw()
        one.renderer.release(calm)
    with scenario() as fresh:
        fresh.frame.rows["position"][:, 1] -= 500
        np.testing.assert_array_equal(fresh.draw(), after)


def test_turning_round_and_back_gives_the_same_picture() -> None:
    with scenario() as one:
        ahead = one.draw()
        one.look(2.0)
        assert np.abs(one.draw().astype(int) - ahead).mean() > 5
        one.look(0.0)
        np.testing.assert_array_equal(one.draw(), ahead)


def test_a_material_that_becomes_glass_is_seen_through() -> None:
    with scenario() as one:
        solid = one.draw()
        one.frame.materials["opacity"][:3] = 0.2
        one.frame.materials_changed = True
        glass = one.draw()
        assert np.abs(solid.astype(int) - glass).mean() > 5
        one.frame.materials["opacity"][:3] = 1
        one.frame.materials_changed = True
        np.testing.assert_array_equal(one.draw(), solid)


def test_shadow_maps_are_drawn_again_only_when_something_changed() -> None:
    hot = CountingHot()
    with scenario(gl=hot) as one:
        one.draw()
        hot.counts.clear()
        one.draw()
        assert hot.counts["glMultiDrawElementsIndirect"] == 2
        one.frame.environment = daylight(sun_direction=(0.0, 1.0, 0.0))
        hot.counts.clear()
        one.draw()
        assert hot.counts["glMultiDrawElementsIndirect"] == 3


def test_a_frame_leaves_no_objects_behind() -> None:
    with scenario(size=(8, 8), blocks=1) as one:

        def draw(number: int) -> None:
            hands = JOINTED if number % 2 else HANDS
            one.renderer.draw(one.resident, one.frame, one.eyes, one.picture.target, 0, PAGE, hands)

        blocks, cyclic = left_behind(draw)
    assert blocks < 10, "less than one block in ten frames"
    assert cyclic == 0


def test_an_old_driver_is_refused_by_name_of_what_is_missing() -> None:
    with pytest.raises(HeadsetError, match=r"OldCard.*OpenGL 4\.5, GL_ARB_shader_draw_parameters.*update"):
        require((4, 3), frozenset(), "OldCard")
    with pytest.raises(HeadsetError, match="double_wide"):
        layout_for(2, frozenset())
    assert layout_for(1, frozenset()) is Layout.CLIPPED


def test_too_many_views_are_refused() -> None:
    with pytest.raises(HeadsetError, match="5 views"):
        Renderer(5, SIZE, Layout.ARRAY)


def test_a_scene_without_things_can_be_drawn() -> None:
    with scenario() as one:
        empty = compiled(one.scene.meshes, one.scene.materials, [])
        one.resident = one.renderer.load(empty)
        one.frame = frame_of(empty)
        assert one.draw().max() > 0
