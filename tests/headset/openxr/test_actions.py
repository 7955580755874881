"""What the controllers tell of themselves."""

import pytest

from tests.headset.openxr.wearing import worn
from tests.monado import Monado
from vret.core.device import Battery, BatteryOf
from vret.core.events import FocusGained
from vret.headset.openxr.headset import OpenXR


@pytest.mark.usefixtures("constant")
def test_the_battery_of_a_controller_is_told_where_it_is_known() -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        device = wearing.headset.device
        assert device.batteries == (Battery(BatteryOf.CONTROLLER_LEFT, 73, is_charging=True),)
        wearing.frame()
        assert wearing.headset.device is device


def test_a_runtime_that_does_not_tell_of_batteries_has_none(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        assert wearing.headset.device.batteries == ()
