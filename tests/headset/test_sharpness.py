"""A graphics card that cannot keep up, acted by forced times, and the headset's pictures that follow."""

import ctypes

import numpy as np
import pytest
from msgspec.structs import replace

from tests.render.city import box, compiled, frame_of, material, meshes_of
from vret.core.effects import Cause, State
from vret.core.plan import Plan
from vret.core.session import Session
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import Headset, Shrinks
from vret.headset.offscreen import Offscreen
from vret.headset.sharpness import Sharpness
from vret.headset.window import Window
from vret.render import Renderer
from vret.render.fineness import HOLD_FRAMES, LEVELS, size_at
from vret.render.hot import Hot
from vret.render.stopwatch import LATE_FRAMES

SIZE = (32, 20)
PERIOD_NS = 11_111_111
CARD = "NVIDIA GeForce RTX 4070/PCIe/SSE2, OpenGL 4.5"

pytestmark = pytest.mark.usefixtures("egl")


class ForcedHot(Hot):
    """The driver's calls, but every frame took `spent_ns`."""

    spent_ns = 0

    def __init__(self) -> None:
        super().__init__()
        setattr(self, "glGetQueryObjectui64v", self._told)  # noqa: B010

    def _told(self, query: int, kind: int, address: int) -> None:
        ctypes.c_uint64.from_address(address).value = self.spent_ns


class Shrinking(Offscreen):
    """Keeps what it is asked to show."""

    def __init__(self) -> None:
        super().__init__(SIZE, 0)
        self.shown: list[tuple[int, int]] = []

    def shrink(self, size: tuple[int, int]) -> None:
        self.shown.append(size)


class Frames:
    def __init__(self, headset: Offscreen, driver: str) -> None:
        headset.open()
        self.hot, self._headset = ForcedHot(), headset
        self.renderer = Renderer(headset.view_count, headset.view_size, headset.layout, gl=self.hot)
        self.sharpness = Sharpness(headset, self.renderer, driver)
        self.session: Session | None = None
        scene = compiled(meshes_of(box(1, 1, 1)), material((0.5, 0.5, 0.5)), [(0, 0, [0, 0, -3, 1, 0])])
        self._resident, self._frame = self.renderer.load(scene), frame_of(scene)
        self._eyes = make_eyes(2)
        see_stereo(self._eyes, np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32))

    def draw(self, count: int) -> tuple[int, int]:
        """The width and height of a view after some frames."""
        for _ in range(count):
            self.sharpness.follow(PERIOD_NS, self.session)
            target = self._headset.begin()
            self.renderer.draw(self._resident, self._frame, self._eyes, target)
            self._frame.visible_changed = self._frame.materials_changed = False
            self._frame.moved = (0, 0)
        height, width, _ = self.renderer.read_pixels(target, 0).shape
        return width, height

    def close(self) -> None:
        self.renderer.release(self._resident)
        self.renderer.close()
        self._headset.close()


def test_pictures_become_smaller_at_once_and_larger_in_time() -> None:
    headset = Shrinking()
    frames = Frames(headset, CARD)
    frames.hot.spent_ns = round(0.5 * PERIOD_NS)
    assert frames.draw(10) == SIZE
    assert headset.shown == []
    frames.hot.spent_ns = round(0.95 * PERIOD_NS)
    assert frames.draw(3) == size_at(2, SIZE)
    assert headset.shown == [size_at(2, SIZE)]
    frames.hot.spent_ns = round(0.8 * PERIOD_NS)
    assert frames.draw(HOLD_FRAMES + LATE_FRAMES) == size_at(2, SIZE)
    frames.hot.spent_ns = round(0.4 * PERIOD_NS)
    assert frames.draw(4 * HOLD_FRAMES) == SIZE
    assert headset.shown == [size_at(2, SIZE), size_at(1, SIZE), SIZE]
    frames.close()


@pytest.mark.parametrize(
    ("headset", "driver"), [(Shrinking(), "llvmpipe (LLVM 15.0.6, 256 bits)"), (Offscreen(SIZE, 0), CARD)]
)
def test_off_screen_and_where_a_processor_draws_the_size_stays(headset: Offscreen, driver: str) -> None:
    frames = Frames(headset, driver)
    frames.hot.spent_ns = 10 * PERIOD_NS
    assert frames.draw(20) == SIZE
    assert frames.renderer.timed is None
    frames.close()


@pytest.mark.parametrize(
    ("headset", "shown"), [(Shrinking(), size_at(len(LEVELS) - 1, SIZE)), (Offscreen(SIZE, 0), SIZE)]
)
def test_after_a_hold_for_its_frame_rate_a_headset_is_given_simple_pictures_for_good(
    headset: Offscreen, shown: tuple[int, int]
) -> None:
    frames = Frames(headset, CARD)
    frames.session = Session("s", Plan(()), ())
    assert frames.draw(3) == SIZE
    assert frames.renderer.has_shadows
    frames.session = replace(frames.session, state=State.HELD, cause=Cause.FRAME_RATE)
    assert frames.draw(3) == shown
    assert not frames.renderer.has_shadows
    frames.session = replace(frames.session, state=State.EXPOSED, cause=Cause.THERAPIST)
    frames.hot.spent_ns = round(0.1 * PERIOD_NS)
    assert frames.draw(4 * HOLD_FRAMES) == shown
    assert not frames.renderer.has_shadows
    frames.close()


def test_a_window_keeps_its_size() -> None:
    window: Headset = Window(SIZE, 0)
    assert not isinstance(window, Shrinks)
