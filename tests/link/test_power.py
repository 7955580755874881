"""The battery of this computer, as the system's own files tell it."""

import sys
from pathlib import Path

import psutil
import pytest

from vret.core.device import Battery, BatteryOf
from vret.link.power import computer_battery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, whose batteries are files")


def supply(folder: Path, monkeypatch: pytest.MonkeyPatch, status: str, percent: int) -> None:
    """A laptop's power supply in the place of this machine's."""
    battery = folder / "BAT0"
    battery.mkdir(exist_ok=True)
    for name, text in (
        ("status", status),
        ("capacity", str(percent)),
        ("energy_now", str(percent * 1000)),
        ("energy_full", "100000"),
        ("power_now", "9000"),
        ("type", "Battery"),
    ):
        (battery / name).write_text(f"{text}\n")
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(folder))


@pytest.mark.parametrize(("status", "is_charging"), [("Discharging", False), ("Charging", True), ("Full", True)])
def test_it_is_told_how_full_it_is_and_whether_it_is_plugged_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, is_charging: bool
) -> None:
    supply(tmp_path, monkeypatch, status, 17)
    assert computer_battery() == Battery(BatteryOf.COMPUTER, 17, is_charging)


def test_a_computer_without_one_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(tmp_path))
    assert computer_battery() is None
