"""The battery of this computer, which ends the session when it is empty; no software tells that of a headset."""

import psutil

from vret.core.device import Battery, BatteryOf


def computer_battery() -> Battery | None:
    """None where there is none, or the system does not tell."""
    found = psutil.sensors_battery()
    if found is None or not 0 <= found.percent <= 100:
        return None
    return Battery(BatteryOf.COMPUTER, round(found.percent), bool(found.power_plugged))
