"""The checks of the computer itself, on this one and on worse ones."""

from datetime import UTC, datetime
from itertools import chain, count, repeat
from pathlib import Path

import pytest

from vret.doctor.finding import Mark
from vret.doctor.graphics import judged
from vret.doctor.machine import GIB, MIB, check_clock, check_disk, check_memory, check_python, judged_disk


def test_this_computer_is_good() -> None:
    assert check_python().mark is Mark.GOOD
    assert check_clock().mark is Mark.GOOD
    assert check_memory().mark is Mark.GOOD


def test_data_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    finding = check_disk(tmp_path / "new" / "data")
    assert not finding.is_fatal
    assert str(tmp_path) in finding.sentence
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_data_folder_that_is_a_file_is_fatal(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    finding = check_disk(tmp_path / "data")
    assert finding.is_fatal
    assert "--data" in finding.advice


@pytest.mark.parametrize(
    ("free", "speed_mib_s", "sync_s", "mark"),
    [
        (10 * GIB, 100.0, 0.005, Mark.GOOD),
        (500 * MIB, 100.0, 0.005, Mark.NOTE),
        (10 * GIB, 1.0, 0.005, Mark.NOTE),
        (10 * GIB, 100.0, 0.3, Mark.NOTE),
    ],
)
def test_disk_is_judged(free: int, speed_mib_s: float, sync_s: float, mark: Mark) -> None:
    assert judged_disk(Path("data"), free, speed_mib_s, sync_s).mark is mark


def test_clock_that_steps_back_is_fatal() -> None:
    times = chain([5, 3], count(10))
    assert check_clock(lambda: next(times)).is_fatal


def test_coarse_clock_is_fatal() -> None:
    times = chain.from_iterable(repeat(16_000_000 * step, 200) for step in count())
    assert check_clock(lambda: next(times)).is_fatal


def test_calendar_in_the_past_is_told() -> None:
    finding = check_clock(today=datetime(2001, 1, 1, tzinfo=UTC))
    assert finding.mark is Mark.BAD
    assert "2001-01-01" in finding.sentence


@pytest.mark.parametrize(
    ("driver", "mark"),
    [
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2, OpenGL 4.6.0 NVIDIA 550.54", Mark.GOOD),
        ("AMD Radeon RX 6600 (navi23, LLVM 15.0.6), OpenGL 4.6 (Core Profile) Mesa 22.3.6", Mark.GOOD),
        ("llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5 (Core Profile) Mesa 22.3.6", Mark.NOTE),
    ],
)
def test_graphics_are_judged(driver: str, mark: Mark) -> None:
    assert judged(driver).mark is mark
