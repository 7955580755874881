import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vret.memory import Block, MemoryLayoutError, PayloadTooLargeError

SIZE = 1000
PUBLISH_FOREVER = """
import sys
from pathlib import Path
from vret.memory import Block

block = Block.attach(Path(sys.argv[1]))
number = block.sequence
while True:
    number += 1
    block.publish(number.to_bytes(8, "little") * (1 + number % 125))
"""


@pytest.fixture
def block(tmp_path: Path) -> Iterator[Block]:
    block = Block.create(tmp_path / "test.block", SIZE)
    yield block
    block.close()


def test_there_is_nothing_to_read_before_the_first_publish(block: Block) -> None:
    assert block.read() is None
    assert block.sequence == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(payloads=st.lists(st.binary(max_size=SIZE), min_size=1, max_size=12))
def test_the_newest_value_wins(tmp_path: Path, payloads: list[bytes]) -> None:
    block = Block.create(tmp_path / "model.block", SIZE)
    reader = Block.attach(tmp_path / "model.block")
    for number, payload in enumerate(payloads, 1):
        block.publish(payload)
        assert reader.read() == payload
        assert reader.sequence == number
    block.close()
    reader.close()


def test_a_value_that_does_not_fit_is_the_senders_mistake(block: Block) -> None:
    with pytest.raises(PayloadTooLargeError, match=r"1001 bytes do not fit test\.block"):
        block.publish(bytes(SIZE + 1))


def test_a_reader_never_sees_a_torn_value_while_the_writer_is_killed_and_replaced(block: Block) -> None:
    newest = 0
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", PUBLISH_FOREVER, str(block.path)]) as writer:
            wanted = newest + 2000
            while newest < wanted:
                newest = _check_whole(block, newest)
            writer.kill()
        newest = _check_whole(block, newest)
        assert newest == block.sequence


def test_it_is_read_into_memory_that_is_there(block: Block) -> None:
    place = memoryview(bytearray(SIZE))
    assert block.read_into(place) == 0
    for payload in (b"first", bytes(range(250)) * 4, b""):
        block.publish(payload)
        assert bytes(place[: block.read_into(place)]) == payload


def _check_whole(block: Block, newest: int) -> int:
    payload = block.read()
    if payload is None:
        return newest
    number = int.from_bytes(payload[:8], "little")
    assert payload == payload[:8] * (1 + number % 125)
    assert number >= newest
    return number


def test_a_writer_that_dies_in_the_middle_leaves_the_last_whole_value(tmp_path: Path) -> None:
    path = tmp_path / "dying.block"
    block = Block.create(path, 24)
    block.publish(b"first")
    old = path.read_bytes()
    block.publish(b"second")
    new = path.read_bytes()
    block.close()
    changed = [offset for offset in range(72, len(old)) if old[offset] != new[offset]]
    for died_after in range(len(changed) + 1):
        half = bytearray(old)
        for offset in changed[:died_after]:
            half[offset] = new[offset]
        path.write_bytes(half)
        reader = Block.attach(path)
        assert reader.read() == b"first"
        reader.publish(b"from the next writer")
        assert reader.read() == b"from the next writer"
        reader.close()


def test_torn_foreign_and_damaged_blocks_are_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.block"
    block = Block.create(path, SIZE)
    block.publish(b"value")
    content = bytearray(path.read_bytes())
    content[content.index(b"value")] ^= 1
    with path.open("r+b") as file:
        file.write(content)
    with pytest.raises(MemoryLayoutError, match=r"bad\.block is damaged"):
        block.read()
    with pytest.raises(MemoryLayoutError, match=r"bad\.block is damaged"):
        block.read_into(memoryview(bytearray(SIZE)))
    block.close()
    path.write_bytes(content[:-1])
    with pytest.raises(MemoryLayoutError, match=r"bad\.block is torn"):
        Block.attach(path)
    path.write_bytes(b"something else".ljust(100))
    with pytest.raises(MemoryLayoutError, match="another kind of file"):
        Block.attach(path)
