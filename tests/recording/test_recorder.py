import os
import random
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tests.recording.story import OPENED, told
from vret.core.events import LogHealthChanged
from vret.memory.ring import Ring
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.log import read_log, read_records
from vret.recording.record import ClockEstimate, FrameRecord, Record
from vret.recording.recorder import BATCH_ENTRIES, TURN_S, Recorder, Written

RECORDER_PROGRAM = """
import sys
from pathlib import Path
from vret.memory.ring import Ring
from vret.recording.live import LiveLog
from vret.recording.recorder import Recorder
folder = Path(sys.argv[1])
log = LiveLog.reopen(folder / "s-1.mcap")
records, frames = Ring.attach(folder / "records"), Ring.attach(folder / "frames")
recorder = Recorder(log, records, frames)
print("ready", flush=True)
while True:
    recorder.turn()
"""


class Bench:
    """A log and its two rings in one folder."""

    def __init__(self, folder: Path, capacity: int = 1 << 20) -> None:
        self.path = folder / "s-1.mcap"
        self.records = Ring.create(folder / "records", capacity)
        self.frames = Ring.create(folder / "frames", capacity)
        self.written: list[Written] = []
        self.health: list[LogHealthChanged] = []
        LiveLog.create(self.path, identity_of(OPENED)).close()

    def recorder(self, space_bytes_min: int = 0) -> Recorder:
        return Recorder(
            LiveLog.reopen(self.path),
            self.records,
            self.frames,
            written=self.written.append,
            health=self.health.append,
            space_bytes_min=space_bytes_min,
        )

    def push(self, *entries: Record | FrameRecord) -> None:
        for entry in entries:
            ring = self.records if isinstance(entry, Record) else self.frames
            assert ring.push(msgspec.msgpack.encode(entry))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_is_in_the_rings_is_in_the_log_and_told_after(bench: Bench) -> None:
    story = told()
    recorder = bench.recorder()
    bench.push(*story.records, *story.frames)
    assert recorder.turn() == len(story.records) + len(story.frames)
    assert [*read_log(bench.path)] == [*story.records, *story.frames]
    assert bench.written == [Written(tuple(story.records), tuple(story.frames))]
    assert bench.records.fill == 0
    assert recorder.turn() == 0
    recorder.stop()


def test_entries_written_but_not_released_are_not_doubled(bench: Bench) -> None:
    story = told()
    bench.push(*story.records[:9], *story.frames[:9])
    log = LiveLog.reopen(bench.path)
    log.append([*story.records[:5], *story.frames[:4]])
    log.close()
    recorder = bench.recorder()
    recorder.turn()
    assert read_records(bench.path) == story.records[:9]
    assert [entry for entry in read_log(bench.path) if isinstance(entry, FrameRecord)] == story.frames[:9]
    recorder.stop()


def test_a_thread_records_until_it_is_stopped_and_then_takes_the_rest(bench: Bench) -> None:
    story = told()
    recorder = bench.recorder()
    recorder.start()
    bench.push(*story.records)
    recorder.note(ClockEstimate(t_ns=1, peer="anna", offset_ns=2, uncertainty_ns=3, round_trip_ns=4))
    recorder.describe("vret.device", {"renderer": "llvmpipe"})
    recorder.stop()
    entries = [*read_log(bench.path)]
    assert [entry for entry in entries if isinstance(entry, Record)] == story.records
    assert sum(isinstance(entry, ClockEstimate) for entry in entries) == 1
    assert recorder.failure is None


def test_too_little_space_is_unhealthy_and_said_once(bench: Bench) -> None:
    recorder = bench.recorder(space_bytes_min=1 << 60)
    recorder.turn()
    recorder.turn()
    assert [change.healthy for change in bench.health] == [False]
    assert "MB are free at" in bench.health[0].reason
    recorder.stop()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_log_that_is_taken_away_is_unhealthy_and_stays_so(bench: Bench, replaced: bool) -> None:
    recorder = bench.recorder()
    bench.path.rename(bench.path.with_suffix(".away"))
    if replaced:
        bench.path.touch()
    for record in told().records:
        bench.push(record)
        recorder.turn()
    assert [change.healthy for change in bench.health] == [False]
    assert "was taken away while it was being written" in bench.health[0].reason
    recorder.stop()


def test_a_ring_over_half_full_is_unhealthy_until_it_is_nearly_empty(tmp_path: Path) -> None:
    record = told().records[1]
    many = [msgspec.structs.replace(record, sequence=number) for number in range(1, 3 * BATCH_ENTRIES)]
    size = len(msgspec.msgpack.encode(many[-1])) + 16
    bench = Bench(tmp_path, capacity=size * len(many) + 4096)
    bench.push(*many)
    recorder = bench.recorder()
    recorder.turn()
    assert [change.reason for change in bench.health] == ["the disk is too slow to keep up with the session"]
    recorder.turn()
    recorder.turn()
    assert [change.healthy for change in bench.health] == [False, True]
    recorder.stop()


FULL_DISK_PROGRAM = """
import resource, sys, msgspec
from pathlib import Path
from vret.memory.ring import Ring
from vret.recording.live import LiveLog
from vret.recording.log import read_records
from vret.recording.recorder import Recorder
from tests.recording.story import told
folder = Path(sys.argv[1])
path = folder / "s-1.mcap"
said, heard = [], []
recorder = Recorder(
    LiveLog.reopen(path), Ring.attach(folder / "records"), Ring.attach(folder / "frames"),
    written=lambda written: heard.extend(written.records), health=said.append, space_bytes_min=0,
)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
before = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (before + 700, hard))
recorder.turn()
recorder.turn()
assert path.stat().st_size == before, "a batch that does not fit leaves nothing behind"
assert [change.healthy for change in said] == [False], said
assert heard == told().records, "what waits in the ring is told once"
print(said[0].reason)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
recorder.turn()
assert [change.healthy for change in said] == [False, True], said
assert heard == told().records
recorder.stop()
assert read_records(path) == told().records
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE, which Windows does not have")
def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(bench: Bench, tmp_path: Path) -> None:
    bench.push(*told().records)
    child = subprocess.run(
        [sys.executable, "-c", FULL_DISK_PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() == f"the disk with {bench.path} is full: make room there"


def test_killed_again_and_again_it_loses_and_doubles_nothing(tmp_path: Path, full: bool) -> None:
    bench = Bench(tmp_path, capacity=4 << 20)
    records = told(5).records
    chance = random.Random(7)
    rounds = 200 if full else 8
    many = [msgspec.structs.replace(records[1], sequence=number) for number in range(1, rounds * 400 + 1)]
    pushed = 0
    for _ in range(rounds):
        child = subprocess.Popen(
            [sys.executable, "-c", RECORDER_PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        for record in many[pushed : pushed + chance.randrange(1, 400)]:
            bench.push(record)
            pushed += 1
        time.sleep(chance.uniform(0, 3 * TURN_S))
        child.kill()
        child.wait()
        child.stdout.close()
    recorder = bench.recorder()
    recorder.stop()
    assert [record.sequence for record in read_records(bench.path)] == list(range(1, pushed + 1))
