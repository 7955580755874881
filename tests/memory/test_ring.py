import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vret.memory import MemoryLayoutError, PayloadTooLargeError, Ring

CAPACITY = 128
DATA_AT = 192
PUSH_FOREVER = """
import sys
from pathlib import Path
from vret.memory import Ring

ring = Ring.attach(Path(sys.argv[1]))
number = int(sys.argv[2])
print("ready", flush=True)
while True:
    if ring.push(b"%d:" % number + bytes(number % 50)):
        number += 1
"""


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Ring]:
    ring = Ring.create(tmp_path / "test.ring", CAPACITY)
    yield ring
    ring.close()


def test_messages_come_out_in_order_and_stay_until_they_are_released(ring: Ring) -> None:
    assert ring.push(b"one")
    assert ring.push(b"")
    assert ring.push(b"three")
    assert ring.read() == [b"one", b"", b"three"]
    assert ring.read(2) == [b"one", b""]
    ring.release(2)
    assert ring.read() == [b"three"]
    assert ring.pop() == b"three"
    assert ring.pop() is None
    assert ring.fill == 0.0


def test_a_full_ring_says_so_and_keeps_what_it_has(ring: Ring) -> None:
    pushed = 0
    while ring.push(b"12345678"):
        pushed += 1
    assert pushed == CAPACITY // 16
    assert ring.fill == 1.0
    assert len(ring.read()) == pushed
    ring.release(1)
    assert ring.push(b"12345678")


def test_a_message_that_can_never_fit_is_the_senders_mistake(ring: Ring) -> None:
    assert ring.push(bytes(CAPACITY - 8))
    with pytest.raises(PayloadTooLargeError, match=r"121 bytes do not fit test\.ring"):
        ring.push(bytes(CAPACITY - 7))


def test_releasing_more_than_there_is_raises(ring: Ring) -> None:
    ring.push(b"one")
    with pytest.raises(ValueError, match="fewer than 2"):
        ring.release(2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    capacity=st.integers(32, 200),
    steps=st.lists(st.one_of(st.binary(max_size=60), st.integers(0, 4), st.just("reattach")), max_size=60),
)
def test_a_ring_behaves_like_a_queue(tmp_path: Path, capacity: int, steps: list[bytes | int | str]) -> None:
    ring = Ring.create(tmp_path / "model.ring", capacity)
    model: deque[bytes] = deque()
    for step in steps:
        if isinstance(step, bytes):
            needed = 8 + (len(step) + 7) // 8 * 8
            if needed > ring.capacity:
                with pytest.raises(PayloadTooLargeError):
                    ring.push(step)
                continue
            room = ring.capacity - sum(8 + (len(kept) + 7) // 8 * 8 for kept in model)
            assert ring.push(step) is (needed <= room)
            if needed <= room:
                model.append(step)
        elif isinstance(step, int):
            count = min(step, len(model))
            assert ring.read(step) == list(model)[:step]
            ring.release(count)
            for _ in range(count):
                model.popleft()
        else:
            ring.close()
            ring = Ring.attach(tmp_path / "model.ring")
        assert ring.read() == list(model)
    ring.close()


@pytest.mark.parametrize("before", range(15))
def test_a_producer_that_dies_in_the_middle_of_a_push_leaves_no_half_message(tmp_path: Path, before: int) -> None:
    path = tmp_path / "dying.ring"
    ring = Ring.create(path, CAPACITY)
    for _ in range(before):
        ring.push(b"12345678")
        ring.pop()
    ring.push(b"kept")
    old = path.read_bytes()
    ring.push(b"a message that may wrap around the end")
    new = path.read_bytes()
    ring.close()
    changed = [offset for offset in range(DATA_AT, len(old)) if old[offset] != new[offset]]
    for died_after in range(len(changed) + 1):
        half = bytearray(old)
        for offset in changed[:died_after]:
            half[offset] = new[offset]
        path.write_bytes(half)
        next_end = Ring.attach(path)
        assert next_end.read() == [b"kept"]
        assert next_end.push(b"from the next producer")
        assert next_end.read() == [b"kept", b"from the next producer"]
        next_end.close()


def test_a_killed_producer_loses_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "killed.ring"
    ring = Ring.create(path, 4096)
    expected = 0
    for life in range(4):
        command = [sys.executable, "-c", PUSH_FOREVER, str(path), str(expected)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as producer:
            assert producer.stdout is not None
            producer.stdout.readline()
            wanted = expected + 300 + 37 * life
            while expected < wanted:
                expected = _check_numbers(ring, expected)
            producer.kill()
        expected = _check_numbers(ring, expected)
        assert ring.fill == 0.0
    ring.close()


def _check_numbers(ring: Ring, expected: int) -> int:
    payloads = ring.read()
    for payload in payloads:
        assert payload == b"%d:" % expected + bytes(expected % 50)
        expected += 1
    ring.release(len(payloads))
    return expected


def test_a_truncated_file_is_refused_at_every_length(tmp_path: Path) -> None:
    path = tmp_path / "torn.ring"
    Ring.create(path, CAPACITY).close()
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(MemoryLayoutError, match=r"torn\.ring is (torn|empty)"):
            Ring.attach(path)


def test_foreign_files_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "foreign.ring"
    with pytest.raises(MemoryLayoutError, match=r"foreign\.ring is not there"):
        Ring.attach(path)
    Ring.create(path, CAPACITY).close()
    whole = path.read_bytes()
    path.write_bytes(b"VRETBLOC" + whole[8:])
    with pytest.raises(MemoryLayoutError, match="another kind of file"):
        Ring.attach(path)
    path.write_bytes(whole[:8] + b"\x02" + whole[9:])
    with pytest.raises(MemoryLayoutError, match="layout version 2"):
        Ring.attach(path)


def test_what_lies_before_a_damaged_message_is_read_and_then_the_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "damaged.ring"
    ring = Ring.create(path, CAPACITY)
    ring.push(b"good")
    ring.push(b"spoilt")
    content = bytearray(path.read_bytes())
    content[content.index(b"spoilt")] ^= 1
    with path.open("r+b") as file:
        file.write(content)
    assert ring.read() == [b"good"]
    ring.release(1)
    with pytest.raises(MemoryLayoutError, match="the message at 16 does not match its check"):
        ring.read()
    ring.close()


def test_impossible_counters_are_told(tmp_path: Path) -> None:
    path = tmp_path / "counters.ring"
    ring = Ring.create(path, CAPACITY)
    with path.open("r+b") as file:
        file.seek(64)
        file.write((10_000).to_bytes(8, "little"))
    with pytest.raises(MemoryLayoutError, match="10000 bytes produced, 0 consumed"):
        ring.read()
    ring.close()
