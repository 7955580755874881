from collections.abc import Iterator
from pathlib import Path

import pytest

from vret.memory import PayloadTooLargeError, SessionMemory
from vret.memory.therapist_picture import (
    FRESH_NS,
    HEAD,
    LONGEST,
    NO_PICTURE,
    PIXELS_MAX,
    TherapistPicture,
    TherapistPictures,
    publish,
)

NOW_NS = 10**12
SMALL = TherapistPicture(NOW_NS, 3, 2, bytes(range(24)))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[SessionMemory]:
    made = SessionMemory.create(tmp_path / "run")
    yield made
    made.remove()


def test_a_picture_is_read_as_it_was_published(memory: SessionMemory) -> None:
    pictures = TherapistPictures(memory.therapist_picture)
    assert not pictures.look()
    assert not pictures.is_seen(NOW_NS)
    publish(memory.therapist_picture, SMALL)
    assert pictures.look()
    assert (pictures.t_ns, pictures.size, bytes(pictures.rgba)) == (NOW_NS, (3, 2), SMALL.rgba)
    assert not pictures.look(), "it is no news twice"
    assert pictures.is_seen(NOW_NS)


def test_one_that_stands_still_is_not_seen_for_longer_than_two_seconds(memory: SessionMemory) -> None:
    pictures = TherapistPictures(memory.therapist_picture)
    publish(memory.therapist_picture, SMALL)
    pictures.look()
    assert pictures.is_seen(NOW_NS + 1_999_999_999)
    assert not pictures.is_seen(NOW_NS + FRESH_NS)
    assert FRESH_NS == 2_000_000_000


def test_none_takes_the_place_of_the_last_one_at_once(memory: SessionMemory) -> None:
    pictures = TherapistPictures(memory.therapist_picture)
    publish(memory.therapist_picture, SMALL)
    pictures.look()
    publish(memory.therapist_picture, NO_PICTURE)
    assert pictures.look()
    assert not pictures.is_seen(NOW_NS)
    assert len(pictures.rgba) == 0


def test_the_largest_fits_and_nothing_larger(memory: SessionMemory) -> None:
    pictures = TherapistPictures(memory.therapist_picture)
    for width, height in ((LONGEST, PIXELS_MAX // LONGEST), (PIXELS_MAX // LONGEST, LONGEST)):
        publish(memory.therapist_picture, TherapistPicture(NOW_NS, width, height, bytes(4 * width * height)))
        assert pictures.look()
        assert pictures.size == (width, height)
    with pytest.raises(PayloadTooLargeError, match=r"therapist_picture\.block"):
        publish(memory.therapist_picture, TherapistPicture(NOW_NS, 320, 241, bytes(4 * 320 * 241)))


@pytest.mark.parametrize("content", [b"", b"short", HEAD.pack(NOW_NS, 3, 2) + bytes(23), HEAD.pack(NOW_NS, 4000, 1)])
def test_what_is_no_picture_is_none(memory: SessionMemory, content: bytes) -> None:
    pictures = TherapistPictures(memory.therapist_picture)
    publish(memory.therapist_picture, SMALL)
    pictures.look()
    memory.therapist_picture.publish(content)
    assert pictures.look()
    assert not pictures.is_seen(NOW_NS)
