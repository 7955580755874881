from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.sound.stage import CALM
from vret.memory.messages import Shown
from vret.memory.privacy import Privacy
from vret.memory.session import SessionMemory
from vret.memory.therapist_picture import TherapistPicture, TherapistPictures
from vret.voice.watching import Watching

NOW_NS = 10**12
PICTURE = TherapistPicture(NOW_NS, 2, 1, bytes(8))


class Watched:
    def __init__(self, memory: SessionMemory) -> None:
        self._memory = memory
        self._pictures = TherapistPictures(memory.therapist_picture)
        self.watching = Watching(memory.therapist_picture, Privacy(memory.shown))

    def show(self, shown: Shown) -> None:
        self._memory.shown.publish(msgspec.msgpack.encode(shown))

    @property
    def is_seen(self) -> bool:
        self._pictures.look()
        return self._pictures.is_seen(NOW_NS)

    @property
    def published(self) -> int:
        return self._memory.therapist_picture.sequence


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    memory = SessionMemory.create(tmp_path / "run")
    yield Watched(memory)
    memory.remove()


def test_nothing_is_published_while_it_is_off_however_late_pictures_come(watched: Watched) -> None:
    watched.watching.seen(PICTURE)
    assert not watched.is_seen
    watched.watching.turn(True)
    watched.watching.seen(PICTURE)
    assert watched.is_seen
    watched.watching.turn(False)
    assert not watched.is_seen
    published = watched.published
    watched.watching.seen(PICTURE)
    watched.watching.look()
    assert watched.published == published, "that there is none is said once"


def test_what_the_process_before_left_is_taken_away(watched: Watched, tmp_path: Path) -> None:
    watched.watching.turn(True)
    watched.watching.seen(PICTURE)
    memory = SessionMemory.attach(tmp_path / "run")
    Watching(memory.therapist_picture, Privacy(memory.shown)).look()
    memory.close()
    assert not watched.is_seen


def test_while_somebody_is_there_nobody_is_shown(watched: Watched) -> None:
    watched.watching.turn(True)
    watched.watching.seen(PICTURE)
    watched.show(msgspec.structs.replace(CALM, is_private=False))
    watched.watching.look()
    assert not watched.is_seen
    watched.watching.seen(PICTURE)
    assert not watched.is_seen
    watched.show(CALM)
    watched.watching.seen(PICTURE)
    assert watched.is_seen
