"""Readings of a sensor of the heart, by the real Bluetooth library on a real bus, with a stand-in for the radio."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.link.bluez import ADDRESS, system_bus
from vret.link.heart_rate import Reading, read

LISTENS = """
import asyncio, sys
from vret.link.heart_rate import listen

def take(reading):
    print("read", reading.bpm, reading.has_contact, flush=True)

asyncio.run(listen(sys.argv[1], take, lambda news: print("told", news, flush=True)))
"""
PATIENCE_S = 60.0


@pytest.mark.parametrize(
    ("measurement", "reading"),
    [
        (b"\x06\x48", Reading(72, True)),
        (b"\x04\x48", Reading(72, False)),
        (b"\x00\x48", Reading(72, True)),
        (b"\x00\x00", Reading(0, False)),
        (b"\x07\x2c\x01", Reading(300, True)),
        (b"\x16\x50\x00\x03\x01\x03", Reading(80, True)),
        (b"", None),
        (b"\x06", None),
        (b"\x07\x48", None),
    ],
)
def test_a_measurement_is_flags_and_a_rate(measurement: bytes, reading: Reading | None) -> None:
    assert read(measurement) == reading


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system's bus of its own."""
    with system_bus(tmp_path / "bus") as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield


async def heard(sensor: str, name: str, rates: list[int], lines: int) -> list[str]:
    """What is told of the heart in that many lines, by a program that listens to `sensor` where `name` is near."""
    words = [sys.executable, "-m", "tests.link.bluez", name, *map(str, rates)]
    radio = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    listener = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            assert radio.stdout is not None
            assert await radio.stdout.readline() == b"ready\n"
            words = [sys.executable, "-c", LISTENS, sensor]
            listener = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
            assert listener.stdout is not None
            return [(await listener.stdout.readline()).decode().strip() for _ in range(lines)]
    finally:
        for process in (radio, listener):
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()


@pytest.mark.parametrize("sensor", ["polar h10", ADDRESS])
def test_a_named_sensor_is_heard_goes_away_and_is_heard_again(bus: None, sensor: str) -> None:
    told = asyncio.run(heard(sensor, "Polar H10 1234", [88, 91], 8))
    once = ["told The heart rate comes from Polar H10 1234.", "read 88 True", "read 91 True"]
    gone = [f"told The heart rate sensor {sensor} went away.", "read 0 False"]
    assert told == [*once, *gone, *once]


def test_another_sensor_is_somebody_elses_heart(bus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    short = "import vret.link.heart_rate as heart_rate; heart_rate.SEARCH_S = 1.0\n"
    monkeypatch.setattr("tests.link.test_heart_rate.LISTENS", short + LISTENS)
    told = asyncio.run(heard("garmin", "Polar H10 1234", [88], 2))
    assert told == ["told The heart rate sensor garmin is not in sight. Is it worn, and near?", "read 0 False"]


def test_without_bluetooth_it_is_said_once_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("needs Linux: the way to the bus is named")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
    words = [sys.executable, "-c", LISTENS, "polar"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        process.kill()
    assert lines[0].startswith("told The heart rate sensor polar cannot be read: ")
    assert lines[1:] == ["read 0 False", "read 0 False"]
