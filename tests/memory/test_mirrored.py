from pathlib import Path

import pytest

from vret.memory import PayloadTooLargeError, SessionMemory
from vret.memory.mirrored import HEAD, LARGEST, Mirrored, read_mirrored


def test_a_picture_is_read_as_it_was_published(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    assert read_mirrored(memory.mirror) is None
    pixels = bytes(range(24))
    memory.mirror.publish(memoryview(HEAD.pack(-5, 7, 3, 2) + pixels))
    assert read_mirrored(memory.mirror) == Mirrored(t_ns=-5, frame=7, width=3, height=2, rgba=pixels)
    memory.remove()


def test_the_largest_fits_and_nothing_larger(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    width, height = LARGEST
    largest = HEAD.pack(1, 1, width, height) + bytes(width * height * 4)
    memory.mirror.publish(largest)
    found = read_mirrored(memory.mirror)
    assert found is not None
    assert len(found.rgba) == width * height * 4
    with pytest.raises(PayloadTooLargeError, match=r"mirror\.block"):
        memory.mirror.publish(largest + b"\0")
    memory.remove()
