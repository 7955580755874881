from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vret.memory import MemoryLayoutError, PayloadTooLargeError, Snapshot


def test_the_two_newest_are_kept_and_named_by_their_record(tmp_path: Path) -> None:
    snapshot = Snapshot.create(tmp_path / "s", 100)
    assert snapshot.newest is None
    assert snapshot.read(0) is None
    for sequence in range(5):
        snapshot.write(sequence, b"after %d" % sequence)
    assert snapshot.newest == 4
    assert snapshot.read(4) == b"after 4"
    assert snapshot.read(3) == b"after 3"
    assert snapshot.read(2) is None
    assert snapshot.read(5) is None
    snapshot.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(old=st.binary(max_size=40), new=st.binary(max_size=40), cut=st.integers(0, 200))
def test_a_death_during_a_write_leaves_the_record_before(tmp_path: Path, old: bytes, new: bytes, cut: int) -> None:
    path = tmp_path / "dying"
    snapshot = Snapshot.create(path, 40)
    snapshot.write(6, b"six")
    snapshot.write(7, old)
    before = path.read_bytes()
    snapshot.write(8, new)
    after = path.read_bytes()
    snapshot.close()
    half = bytearray(before)
    half[64:72] = bytes(8)
    half[72 : 72 + cut] = after[72 : 72 + cut]
    path.write_bytes(half[: len(before)])
    survivor = Snapshot.attach(path)
    assert survivor.read(7) == old
    assert survivor.read(8) is None
    assert survivor.newest == 7
    survivor.close()


def test_a_torn_file_and_a_session_that_does_not_fit_are_told(tmp_path: Path) -> None:
    path = tmp_path / "session.snapshot"
    snapshot = Snapshot.create(path, 10)
    with pytest.raises(PayloadTooLargeError, match=r"11 bytes do not fit session\.snapshot"):
        snapshot.write(1, bytes(11))
    snapshot.close()
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(MemoryLayoutError, match=r"session\.snapshot is torn"):
        Snapshot.attach(path)
