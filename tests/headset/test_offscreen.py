"""The off-screen headset, worn through its block and seen through its ring."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from tests.render.city import city, frame_of
from vret.core.events import (
    FocusGained,
    FocusLost,
    HeadsetRemoved,
    HeadsetWorn,
    Input,
    InputGained,
    RatingGiven,
    StopPressed,
    TrackingFound,
    TrackingLost,
)
from vret.headset.body import FOVS, PUPIL_DISTANCE_M, make_eyes
from vret.headset.contract import Headset
from vret.headset.controls import Button
from vret.headset.offscreen import PICTURE_SIZE, Offscreen, Picture
from vret.headset.profiles import Control
from vret.memory import Block, Ring
from vret.memory.messages import Wearer
from vret.render import Renderer

pytestmark = pytest.mark.usefixtures("egl")
SIZE = (64, 64)
KEYBOARD = Input.KEYBOARD


@contextmanager
def opened(headset: Offscreen) -> Iterator[Offscreen]:
    headset.open()
    yield headset
    headset.close()


def test_without_a_wearer_a_still_head_looks_ahead_from_1_6_m() -> None:
    eyes = make_eyes(2)
    with opened(Offscreen(SIZE, 0)) as headset:
        headset.locate(headset.wait_frame().display_ns, eyes)
    np.testing.assert_allclose(eyes.head, [0, 1.6, 0, 0, 0, 0, 1])
    assert eyes.poses[1, 0] - eyes.poses[0, 0] == pytest.approx(PUPIL_DISTANCE_M)
    np.testing.assert_allclose(eyes.fovs, FOVS)
    assert abs(FOVS[0, 0]) > FOVS[0, 1]


def test_the_wearer_moves_presses_rates_and_takes_it_off(tmp_path: Path) -> None:
    block = Block.create(tmp_path / "wearer", 1024)
    eyes = make_eyes(2)

    def wear(**changes: object) -> None:
        block.publish(msgspec.msgpack.encode(msgspec.structs.replace(Wearer(), **changes)))

    with opened(Offscreen(SIZE, 0, wearer=block)) as headset:
        assert headset.poll(1) == (InputGained(t_ns=1, input=KEYBOARD),)
        wear(buttons=int(Button.STOP), head_position_in_stage=(1.0, 1.2, -0.5))
        assert headset.poll(2) == (StopPressed(t_ns=2, input=KEYBOARD),)
        headset.locate(0, eyes)
        np.testing.assert_allclose(eyes.head[:3], (1.0, 1.2, -0.5), rtol=1e-6)
        assert headset.poll(3) == ()
        wear(buttons=int(Button.RATE_CONFIRM), dial=70)
        assert headset.poll(4) == (RatingGiven(t_ns=4, suds=70),)
        wear(worn=False, focused=False)
        assert headset.poll(5) == (HeadsetRemoved(t_ns=5), FocusLost(t_ns=5))
        wear()
        assert headset.poll(6) == (HeadsetWorn(t_ns=6), FocusGained(t_ns=6))
        wear(tracked=False)
        assert headset.poll(7) == (TrackingLost(t_ns=7),)
        assert headset.poll(8) == ()
        wear()
        assert headset.poll(9) == (TrackingFound(t_ns=9),)


def test_the_wearer_s_hands_are_where_the_block_says(tmp_path: Path) -> None:
    block = Block.create(tmp_path / "wearer", 1024)
    with opened(Offscreen(SIZE, 0, wearer=block)) as headset:
        headset.poll(1)
        assert headset.hands is not None
        assert not headset.hands.tracked.any()
        right = (0.2, 1.0, -0.3, 0.0, 0.0, 0.0, 1.0)
        block.publish(msgspec.msgpack.encode(Wearer(hands_in_stage=(None, right))))
        headset.poll(2)
        assert headset.hands.tracked.tolist() == [False, True]
        np.testing.assert_allclose(headset.hands.poses[1], right, rtol=1e-6)


def test_a_dial_that_was_turned_for_one_question_is_forgotten_with_it(tmp_path: Path) -> None:
    block = Block.create(tmp_path / "wearer", 1024)
    with opened(Offscreen(SIZE, 0, wearer=block)) as headset:
        headset.ask(Control.RATE)
        block.publish(msgspec.msgpack.encode(Wearer(dial=40)))
        headset.poll(1)
        assert headset.dial == 40
        headset.ask(Control.RATE)
        assert headset.dial == 40
        headset.ask(None)
        assert headset.dial is None


def test_every_submitted_frame_leaves_a_picture_while_there_is_room(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "pictures", 1 << 20)
    scene = city(20.0, blocks=1)
    with opened(Offscreen(SIZE, 0, pictures=ring)) as headset:
        renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
        resident, eyes = renderer.load(scene), make_eyes(2)
        for t_ns, veil in ((10, 0), (20, 1000)):
            headset.poll(t_ns)
            headset.locate(0, eyes)
            renderer.draw(resident, frame_of(scene, height_m=20.0), eyes, headset.begin(), veil)
            headset.submit()
        headset.save_png(tmp_path / "frame.png", 32)
        renderer.release(resident)
        renderer.close()
    pictures = [msgspec.msgpack.decode(payload, type=Picture) for payload in ring.read()]
    assert [(picture.frame, picture.t_ns) for picture in pictures] == [(1, 10), (2, 20)]
    pixels = [np.frombuffer(picture.pixels, np.uint8).reshape(PICTURE_SIZE, PICTURE_SIZE, 3) for picture in pictures]
    assert pixels[0][:20].mean() > pixels[0][-10:].mean()
    assert pixels[1].max() == 0
    with Image.open(tmp_path / "frame.png") as image:
        assert image.size == (32, 32)


def test_frames_come_at_absolute_deadlines() -> None:
    period_ns = 4_000_000
    with opened(Offscreen(SIZE, period_ns)) as headset:
        display_ns = [headset.wait_frame().display_ns for _ in range(6)]
    assert all(step > 0 and step % period_ns == 0 for step in np.diff(display_ns))


def test_it_keeps_the_contract() -> None:
    headset: Headset = Offscreen(SIZE, 0)
    assert not headset.wants_to_close
