"""Somebody came in: what the very next picture shows, what leaves the frame process, and how the scene comes back."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.headset.exposure import NAME, Exposure
from vret.clock import now_ns
from vret.core import commands
from vret.core.effects import State
from vret.core.veil import VEIL_MAX
from vret.headset.contract import Headset
from vret.headset.controls import Button
from vret.headset.frame import FrameLoop
from vret.headset.offscreen import Offscreen, Picture
from vret.memory import SessionMemory
from vret.memory.messages import Wearer
from vret.memory.mirrored import MirrorWish, read_mirrored

pytestmark = pytest.mark.usefixtures("egl")
_PICTURE = msgspec.msgpack.Decoder(Picture)


def _pictured(memory: SessionMemory, period_ns: int) -> Headset:
    return Offscreen((64, 64), period_ns, wearer=memory.wearer, pictures=memory.pictures)


class Watched(Exposure):
    """Keeps the newest picture."""

    def __init__(self, folder: Path) -> None:
        self.pixels = np.zeros(0, np.int16)
        super().__init__(folder, 64, make=_pictured)

    def drain(self) -> None:
        super().drain()
        payloads = self.memory.pictures.read()
        self.memory.pictures.release(len(payloads))
        for payload in payloads:
            self.pixels = np.frombuffer(_PICTURE.decode(payload).pixels, np.uint8).astype(np.int16)

    def down(self, button: Button) -> None:
        """The one frame in which the button goes down."""
        self.memory.wearer.publish(msgspec.msgpack.encode(Wearer(buttons=int(button))))
        self.frame()

    @property
    def step(self) -> int:
        report = self.link.report()
        assert report is not None
        return report.step_index

    def likeness(self, other: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> float:
        """Mean difference of two pictures, in levels of 255."""
        return float(np.abs(self.pixels - other).mean())


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, egl: None) -> Iterator[Watched]:
    made = Watched(tmp_path_factory.mktemp("hiding"))
    yield made
    made.close()


@pytest.fixture
def exposure(watched: Watched) -> Watched:
    """In the scene, alone."""
    if watched.state is not State.EXPOSED:
        watched.press(Button.PRIVATE_AGAIN)
        watched.leave()
        watched.enter()
    return watched


def test_the_next_picture_is_the_calm_room_and_the_scene_comes_back_held_where_it_was(exposure: Watched) -> None:
    scene = exposure.pixels
    exposure.leave()
    calm = exposure.pixels
    exposure.enter()
    assert exposure.likeness(calm) > 20
    step = exposure.step
    exposure.down(Button.SOMEONE_CAME_IN)
    hidden = exposure.shown
    assert (hidden.scene, hidden.veil, hidden.is_private) == ("", 0, False)
    assert exposure.likeness(calm) < 8, "the calm room, but for the panel"
    exposure.link.command(commands.Continue())
    for _ in range(30):
        exposure.frame()
        assert exposure.shown.scene == ""
    assert exposure.state is State.HELD
    exposure.down(Button.PRIVATE_AGAIN)
    assert exposure.shown.scene == NAME
    assert exposure.shown.veil > VEIL_MAX * 8 // 10, "out of the dark"
    exposure.until(lambda: exposure.shown.veil == 0)
    assert (exposure.state, exposure.step, exposure.shown.is_private) == (State.HELD, step, True)
    assert exposure.likeness(scene) < exposure.likeness(calm)
    exposure.insist(commands.Continue(), lambda: exposure.state is State.EXPOSED)


def test_a_frame_process_that_starts_anew_goes_on_hiding(exposure: Watched) -> None:
    exposure.down(Button.SOMEONE_CAME_IN)
    before = exposure.loop
    exposure.loop = FrameLoop(exposure.headset, before._renderer, before._stage, exposure.memory)
    exposure.loop.journal.take_over(now_ns())
    exposure.frame()
    assert (exposure.shown.scene, exposure.shown.is_private) == ("", False)
    exposure.press(Button.PRIVATE_AGAIN)
    assert exposure.shown.is_private


def test_the_mirror_gives_nothing_out_meanwhile(exposure: Watched) -> None:

    def mirrored() -> int:
        exposure.memory.mirror_wish.publish(msgspec.msgpack.encode(MirrorWish(now_ns())))
        for _ in range(20):
            exposure.frame()
        return exposure.memory.mirror.sequence

    exposure.until(lambda: mirrored() > 0 and read_mirrored(exposure.memory.mirror) is not None)
    exposure.down(Button.SOMEONE_CAME_IN)
    given = exposure.memory.mirror.sequence
    for _ in range(5):
        assert mirrored() == given
    exposure.press(Button.PRIVATE_AGAIN)
    exposure.until(lambda: mirrored() > given)
