"""The video's panel on real pixels: its colours, where it stands, and what it costs."""

from math import atan2, degrees, radians

import numpy as np
import numpy.typing as npt
import pytest

from tests.garbage import left_behind
from tests.render.test_panel import ANCHORS
from tests.render.test_renderer import HANDS, PAGE, CountingHot, Scenario, scenario
from tests.scene.shipped import shipped
from vret.headset.contract import Layout
from vret.headset.offscreen import PERIOD_NS
from vret.headset.page import Dial, Page
from vret.memory.therapist_picture import PIXELS_MAX
from vret.paths import CALM_SCENE
from vret.render.buffers import DEPTH
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.panel import Panel
from vret.render.typesetting import DISTANCE_M
from vret.render.video import OPAQUE, SIDE, SLOTS, TO_THE_RIGHT, WIDTH_M, Video
from vret.scene.animation import Animation
from vret.scene.moment import Moment

SIZE = (192, 192)
PIECES = ((200, 40, 30), (30, 160, 60), (20, 40, 200), (200, 30, 190))
"""Left above, right above, left below, right below."""
MAGENTA = (255, 0, 255)

pytestmark = pytest.mark.usefixtures("context")


def chart(width: int = 320, height: int = 240) -> npt.NDArray[np.uint8]:
    """PIECES on a quarter each, (height, width, 4)."""
    picture = np.full((height, width, 4), 255, np.uint8)
    for number, colour in enumerate(PIECES):
        rows = slice(height // 2, None) if number >= 2 else slice(0, height // 2)
        columns = slice(width // 2, None) if number % 2 else slice(0, width // 2)
        picture[rows, columns, :3] = colour
    return picture


def put(one: Scenario, picture: npt.NDArray[np.uint8]) -> None:
    one.renderer.video.put(memoryview(picture.tobytes()), (picture.shape[1], picture.shape[0]))


def draw(one: Scenario, video: int = OPAQUE, page: Page | None = None) -> npt.NDArray[np.uint8]:
    """(views, height, width, 3) as the picture is seen by who has turned to it since it came."""
    if video:
        one.look(0.0)
        one.renderer.draw(one.resident, one.frame, one.eyes, one.picture.target, 0, page, None, 0, video)
        one.look(-TO_THE_RIGHT)
    one.renderer.draw(one.resident, one.frame, one.eyes, one.picture.target, 0, page, None, 0, video)
    assert GL.glGetError() == GL.GL_NO_ERROR
    return np.stack([one.renderer.read_pixels(one.picture.target, view) for view in range(2)])


def place(picture: npt.NDArray[np.uint8], colour: tuple[int, int, int]) -> tuple[float, float, int]:
    """Where the pixels of a colour are in the mean, from the left and from the top, and how many there are."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - colour).max(axis=-1) <= 2)
    return (float(columns.mean()), float(rows.mean()), len(rows)) if len(rows) else (0.0, 0.0, 0)


@pytest.mark.parametrize("layout", Layout)
def test_its_colours_are_those_that_came_and_every_piece_is_in_its_place(layout: Layout) -> None:
    with scenario(layout, size=SIZE) as one:
        put(one, chart())
        for picture in draw(one):
            (left, top, count), right_top, left_low, (right, low, _) = (place(picture, colour) for colour in PIECES)
            assert count > 40
            assert left < right
            assert top < low
            assert right_top[0] == pytest.approx(right, abs=1.5)
            assert left_low[1] == pytest.approx(low, abs=1.5)


def test_it_is_not_there_without_a_word_and_half_of_it_is_half_the_light() -> None:
    with scenario(size=SIZE) as one:
        one.look(-TO_THE_RIGHT)
        without = draw(one, 0)
        put(one, np.full((240, 320, 4), 255, np.uint8))
        np.testing.assert_array_equal(draw(one, 0), without)
        whole, half = draw(one)[0], draw(one, OPAQUE // 2)[0]
        inner = (whole == 255).all(axis=-1)
        assert inner.sum() > 200
        behind = _linear(without[0][inner])
        dark_ground = 0.5 * behind
        np.testing.assert_allclose(_linear(half[inner]), 0.5 + 0.5 * dark_ground, atol=0.02)


def _linear(srgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    share = srgb / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(("width", "height"), [(320, 240), (240, 320), (320, 180), (277, 277), (16, 12)])
def test_every_camera_keeps_its_proportions_and_nothing_beside_its_picture_is_seen(width: int, height: int) -> None:
    """A larger picture was there before: nothing of it may be left at the edges."""
    with scenario(size=SIZE) as one:
        for _ in range(SLOTS):
            put(one, np.full((240, 320, 4), (*MAGENTA, 255), np.uint8))
        assert width * height <= PIXELS_MAX
        assert max(width, height) <= SIDE
        put(one, chart(width, height))
        left, top, right, bottom = one.renderer.video.quads["rect"][1]
        assert (right - left) / (top - bottom) == pytest.approx(width / height, rel=1e-5)
        assert right - left <= WIDTH_M + 1e-6
        assert place(draw(one)[0], MAGENTA)[2] == 0


def angles(points: npt.NDArray[np.float32], eyes: tuple[float, float, float]) -> npt.NDArray[np.float64]:
    """Degrees to the right and up of points, seen from where the eyes are, ahead being -Z."""
    away = points.astype(np.float64) - eyes
    return np.array([(degrees(atan2(x, -z)), degrees(atan2(y, np.hypot(x, z)))) for x, y, z in away])


def corners(video: Video) -> npt.NDArray[np.float32]:
    left, top, right, bottom = video.quads["rect"][0]
    flat = np.array([(left, top, 0, 1), (right, top, 0, 1), (right, bottom, 0, 1), (left, bottom, 0, 1)], np.float32)
    return np.asarray((flat @ video.stage_from_video.T)[:, :3])


@pytest.mark.parametrize("height_m", [1.15, 1.6])
def test_it_stands_to_the_right_at_the_eyes_and_above_everything_that_is_read(height_m: float) -> None:
    head = np.array([0, height_m, 0, 0, 0, 0, 1], np.float32)
    video, panel = Video(Hot()), Panel()
    video._lay_out(320, 240)
    video.show(head, OPAQUE)
    seen = angles(corners(video), (0, height_m, 0))
    assert seen[:, 0].min() > 20
    assert seen[:, 0].max() < 45
    assert seen[:, 1].min() > -6
    assert seen[:, 1].max() < 15
    middle = corners(video).mean(axis=0) - head[:3]
    assert np.hypot(middle[0], middle[2]) == pytest.approx(DISTANCE_M, abs=0.01)
    assert video.stage_from_video[:3, 2] @ -middle / np.linalg.norm(middle) > 0.99, "it faces the eyes"
    for page in (PAGE._replace(is_aside=False), Page(sentence="?", dial=Dial(65, ANCHORS))):
        panel.show(page, head)
        left, top, right, _ = panel.quads["rect"][0]
        edge = np.array([(left, top, 0, 1), (right, top, 0, 1)], np.float32) @ panel.stage_from_panel.T
        assert angles(edge[:, :3], (0, height_m, 0))[:, 1].max() < seen[:, 1].min()
    panel.release()
    video.release()


def test_it_stays_until_the_person_turns_or_steps_well_away_or_it_comes_anew() -> None:
    def head(x: float, yaw: float) -> npt.NDArray[np.float32]:
        return np.array([x, 1.6, 0, 0, np.sin(yaw / 2), 0, np.cos(yaw / 2)], np.float32)

    video = Video(Hot())
    video._lay_out(320, 240)
    video.show(head(0, 0), OPAQUE)
    before = video.stage_from_video.copy()
    video.show(head(0.3, radians(60)), OPAQUE)
    np.testing.assert_array_equal(video.stage_from_video, before)
    video.show(head(0.3, radians(100)), OPAQUE)
    assert not np.allclose(video.stage_from_video, before)
    video.hide()
    video.show(head(0, 0), OPAQUE)
    np.testing.assert_allclose(video.stage_from_video, before)
    video.show(head(1.0, 0), OPAQUE)
    assert not np.allclose(video.stage_from_video, before)
    video.release()


def test_a_frame_of_the_calm_room_with_a_new_picture_takes_few_calls() -> None:
    """The lenses' mask, hands, a page, and how long it took; with shadows, or with a mirrored copy."""
    calm = shipped(CALM_SCENE)
    hot = CountingHot()
    with scenario(gl=hot) as one:
        one.resident, animation = one.renderer.load(calm.compiled), Animation(calm)
        mirror = one.renderer.make_mirror((32, 32), 0)
        one.renderer.time_frames()
        one.renderer.hide(np.array([(-2, -2, 0), (-1, -2, 0), (-1, 2, 0)], np.float32))
        counts: dict[bool, list[int]] = {False: [], True: []}
        for number in range(24):
            frame = animation.animate(Moment(number * PERIOD_NS, "", {}))
            if number % 4 == 0:
                one.renderer._shadow.forget()
            hot.counts.clear()
            put(one, chart())
            one.renderer.draw(one.resident, frame, one.eyes, one.picture.target, 0, PAGE, HANDS, 0, OPAQUE)
            mirror.turn(None if one.renderer.has_cast else one.picture.target)
            counts[one.renderer.has_cast].append(hot.counts.total())
        mirror.release()
    assert counts[True]
    print(f"calls: {max(counts[True])} with shadows, {max(counts[False])} with a mirrored copy")
    assert max(*counts[True], *counts[False]) <= 60


def test_drawing_it_takes_no_call_and_a_new_picture_four() -> None:
    hot = CountingHot()
    with scenario(gl=hot) as one:
        put(one, chart())
        totals = []
        for video in (0, 0, OPAQUE):
            one.draw(PAGE)
            hot.counts.clear()
            one.renderer.draw(one.resident, one.frame, one.eyes, one.picture.target, 0, PAGE, None, 0, video)
            totals.append(hot.counts.total())
        assert totals[1] == totals[2]
        hot.counts.clear()
        put(one, chart())
        assert hot.counts.total() == 4


def test_no_frame_in_flight_reads_the_texture_that_is_written() -> None:
    """Each of the frames that may be in flight had another texture, and another place in the buffer."""
    video = Video(Hot())
    pixels, slots = memoryview(bytes(320 * 240 * 4)), []
    for _ in range(2 * SLOTS):
        video.put(pixels, (320, 240))
        slots.append(video._slot)
    for number in range(DEPTH, len(slots)):
        assert slots[number] not in slots[number - DEPTH : number]
    video.release()


def test_it_leaves_no_objects_behind() -> None:
    pixels = memoryview(chart().tobytes())
    with scenario(size=(8, 8), blocks=1) as one:

        def work(_: int) -> None:
            one.renderer.video.put(pixels, (320, 240))
            one.renderer.draw(one.resident, one.frame, one.eyes, one.picture.target, 0, PAGE, None, 0, OPAQUE)

        blocks, cyclic = left_behind(work)
    assert blocks < 10, "less than one block in ten frames"
    assert cyclic == 0
