"""The therapist's picture in the headset: in the calm room and nowhere else, softly there and at once gone."""

import tracemalloc
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from tests.headset.test_hiding import Watched
from vret.clock import now_ns
from vret.core.effects import State
from vret.core.veil import VEIL_MAX
from vret.headset.controls import Button
from vret.headset.offscreen import PICTURE_SIZE
from vret.headset.seeing import COMES_NS, WHOLE, Seeing
from vret.memory.messages import Wearer
from vret.memory.therapist_picture import FRESH_NS, NO_PICTURE, TherapistPicture, publish

pytestmark = pytest.mark.usefixtures("egl")
SEEN = 50
"""Pixels of a picture that is wholly there."""
TURNED = (0.0, -0.28, 0.0, 0.96)
"""The head, half turned to where the therapist is."""


class Faced(Watched):
    """Sees a therapist who is all magenta, as nothing else is."""

    def show(self, age_ns: int = 0) -> None:
        pixels = np.full((240, 320, 4), (255, 0, 255, 255), np.uint8)
        publish(self.memory.therapist_picture, TherapistPicture(now_ns() - age_ns, 320, 240, pixels.tobytes()))

    def look(self, button: Button = Button(0)) -> int:  # noqa: B008 (no button)
        """A frame with the head turned; of how many pixels the therapist is."""
        wearer = Wearer(buttons=int(button), head_rotation_in_stage=TURNED)
        self.memory.wearer.publish(msgspec.msgpack.encode(wearer))
        self.frame()
        red, green, blue = self.pixels.reshape(PICTURE_SIZE, PICTURE_SIZE, 3).transpose(2, 0, 1)
        return int(((red > 230) & (green < 60) & (blue > 230)).sum())

    def look_on(self) -> int:
        """Until it has come, with a camera that goes on."""
        end_ns = now_ns() + 4 * COMES_NS
        while (found := self.look()) < SEEN and now_ns() < end_ns:
            self.show()
        return found

    def most_seen(self) -> int:
        """For twice as long as it takes to come, with a camera that is on."""
        end_ns, most = now_ns() + 2 * COMES_NS, 0
        while now_ns() < end_ns:
            self.show()
            most = max(most, self.look())
        return most


@pytest.fixture(scope="module")
def faced(tmp_path_factory: pytest.TempPathFactory, egl: None) -> Iterator[Faced]:
    made = Faced(tmp_path_factory.mktemp("seeing"))
    yield made
    made.close()


@pytest.fixture
def person(faced: Faced) -> Faced:
    """In the calm room, alone, with no camera on."""
    faced.press(Button.PRIVATE_AGAIN)
    if faced.state not in (State.CALM, State.STOPPED):
        faced.leave()
    publish(faced.memory.therapist_picture, NO_PICTURE)
    faced.frame()
    return faced


def test_it_comes_softly_and_goes_in_the_very_next_picture_when_the_camera_is_off(person: Faced) -> None:
    assert person.look() == 0
    person.show()
    person.look()
    began_ns = now_ns()
    first = person.look()
    assert first == 0 or now_ns() - began_ns > COMES_NS // 2, "not from one picture to the next"
    assert person.look_on() >= SEEN
    publish(person.memory.therapist_picture, NO_PICTURE)
    assert person.look() == 0


def test_one_that_stands_still_goes_after_two_seconds(person: Faced) -> None:
    assert person.look_on() >= SEEN
    person.show(age_ns=FRESH_NS - 300_000_000)
    end_ns = now_ns() + 1_000_000_000
    while person.look() and now_ns() < end_ns:
        pass
    assert now_ns() < end_ns
    assert person.look() == 0
    assert person.look_on() >= SEEN, "and comes back when it moves again"


def test_it_is_never_in_a_scene_and_is_there_after_a_stop(person: Faced) -> None:
    assert person.look_on() >= SEEN
    person.enter()
    assert person.most_seen() == 0
    assert person.state is State.EXPOSED
    person.look(Button.STOP)
    person.until(lambda: person.state is State.STOPPED)
    assert person.look_on() >= SEEN


def test_whoever_comes_in_sees_nobody(person: Faced) -> None:
    assert person.look_on() >= SEEN
    assert person.look(Button.SOMEONE_CAME_IN) == 0
    assert person.most_seen() == 0
    person.look(Button.PRIVATE_AGAIN)
    assert person.look_on() >= SEEN


def test_it_grows_dark_with_the_veil(person: Faced) -> None:
    """It is drawn over the veil, and would stay bright until the scene is there."""
    assert person.most_seen() >= SEEN
    seeing, session = person.loop._seeing, person.loop.journal.session
    person.show()
    person.look()
    shares = [seeing.turn(session, now_ns(), veil) for veil in (0, VEIL_MAX // 4, VEIL_MAX)]
    assert shares == [WHOLE, 3 * WHOLE // 4, 0]


def test_a_turn_with_a_picture_leaves_little_on_the_way(person: Faced) -> None:
    seeing, session = Seeing(person.loop._renderer, person.memory), person.loop.journal.session
    for _ in range(10):
        person.show()
        seeing.turn(session, now_ns(), 0)
    tracemalloc.start()
    most = 0
    for _ in range(10):
        person.show()
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(2):
            seeing.turn(session, now_ns(), 0)
        most = max(most, tracemalloc.get_traced_memory()[1] - held)
    tracemalloc.stop()
    assert most < 8 * 1024
