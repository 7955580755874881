"""What the mirror gives out, to whom, how often and for how long."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.headset.exposure import Exposure
from vret.headset.mirroring import Mirroring
from vret.headset.offscreen import PERIOD_NS, Offscreen
from vret.memory import SessionMemory
from vret.memory.mirrored import MIRRORED_PER_S, MIRRORED_PER_S_MOST, WISH_NS, MirrorWish, read_mirrored
from vret.render.gl import GL
from vret.render.mirror import DELAY
from vret.render.renderer import Renderer

SECOND = 90

pytestmark = pytest.mark.usefixtures("egl")


class Bare:
    """A mirroring of a headset that shows nothing yet, as after a frame: no session, no scene, a vertex array bound."""

    def __init__(self, folder: Path) -> None:
        self.memory = SessionMemory.create(folder)
        self.headset = Offscreen((32, 32), 0)
        self.headset.open()
        self.renderer = Renderer(self.headset.view_count, self.headset.view_size, self.headset.layout)
        self.mirroring = Mirroring(self.renderer, self.memory)
        GL.glBindVertexArray(GL.glGenVertexArrays(1))

    def published(self, first: int, frames: int) -> list[int]:
        """The frames whose picture came out while frames of exactly 1/90 s went by, each finished by the GPU."""
        target, block = self.headset.begin(), self.memory.mirror
        found = []
        for frame in range(first, first + frames):
            before = block.sequence
            GL.glFinish()
            self.mirroring.turn(frame * PERIOD_NS, frame, target)
            if block.sequence != before:
                picture = read_mirrored(block)
                assert picture is not None
                assert picture.t_ns == picture.frame * PERIOD_NS
                found.append(picture.frame)
        return found

    def close(self) -> None:
        self.headset.close()
        self.memory.remove()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Bare]:
    made = Bare(tmp_path / "memory")
    yield made
    made.close()


def ask(memory: SessionMemory, t_ns: int, per_s: int = MIRRORED_PER_S) -> None:
    memory.mirror_wish.publish(msgspec.msgpack.encode(MirrorWish(t_ns, per_s)))


def test_nothing_is_given_out_unless_somebody_asks(bare: Bare) -> None:
    assert bare.published(1000, SECOND) == []
    assert read_mirrored(bare.memory.mirror) is None


def test_it_comes_at_its_rate_three_frames_late_and_stops_when_nobody_asks_any_more(bare: Bare) -> None:
    ask(bare.memory, 1000 * PERIOD_NS)
    frames = bare.published(1000, 4 * SECOND)
    assert frames[0] == 1000
    assert len(frames) == pytest.approx(MIRRORED_PER_S * WISH_NS / 1e9, abs=1)
    assert max(frames) < 1000 + WISH_NS // PERIOD_NS + 1
    assert min(np.diff(frames)) >= SECOND // MIRRORED_PER_S // 2
    ask(bare.memory, 2000 * PERIOD_NS)
    assert bare.published(2000, DELAY) == []
    assert bare.published(2000 + DELAY, 1) == [2000]


@pytest.mark.parametrize(("per_s", "comes"), [(30, 30), (7, 7), (2, 2), (90, MIRRORED_PER_S_MOST), (0, 1), (-5, 1)])
def test_it_comes_as_often_as_is_asked_and_no_more_often_than_it_may(bare: Bare, per_s: int, comes: int) -> None:
    ask(bare.memory, 1000 * PERIOD_NS, per_s)
    frames = bare.published(1000, SECOND + DELAY)
    assert len(frames) == pytest.approx(comes, abs=1)
    assert min(np.diff(frames), default=SECOND) >= SECOND // comes // 2


def test_it_waits_for_a_frame_without_shadows_but_not_for_long(bare: Bare) -> None:
    ask(bare.memory, 1000 * PERIOD_NS)
    period = SECOND // MIRRORED_PER_S
    steady = bare.published(1000, SECOND)
    bare.renderer.has_cast = True
    waiting = bare.published(1000 + SECOND, 3 * period)
    assert np.diff([*steady, *waiting]).max() == pytest.approx(1.5 * period, abs=1)
    assert len(bare.published(1000 + SECOND + 3 * period, SECOND // 2)) == pytest.approx(MIRRORED_PER_S / 2, abs=1)


def test_a_wish_from_the_future_lasts_no_longer(bare: Bare) -> None:
    ask(bare.memory, 10**18)
    assert max(bare.published(1000, 4 * SECOND)) < 1000 + WISH_NS // PERIOD_NS + 1


def test_a_session_is_mirrored_as_the_person_sees_it(tmp_path: Path) -> None:
    """A real session with its frames: the newest mirrored picture is the left eye's of the frame that it names."""
    exposure, seen = Exposure(tmp_path, 16), {}
    headset = exposure.headset
    assert isinstance(headset, Offscreen)

    def mirrored() -> bool:
        ask(exposure.memory, exposure.shown.t_ns)
        seen[exposure.loop.frame_number] = headset._picture.first_eye(headset.view_size[0])
        picture = read_mirrored(exposure.memory.mirror)
        return picture is not None and picture.frame in seen

    exposure.until(mirrored)
    picture = read_mirrored(exposure.memory.mirror)
    assert picture is not None
    rgba = np.frombuffer(picture.rgba, np.uint8).reshape(picture.height, picture.width, 4)
    above = (headset.view_size[1] - picture.height) // 2
    assert (picture.width, above) == (headset.view_size[0], headset.view_size[1] - picture.height - above)
    middle = seen[picture.frame][above : above + picture.height]
    assert np.abs(rgba[..., :3].astype(int) - middle).max() <= 1
    exposure.close()
