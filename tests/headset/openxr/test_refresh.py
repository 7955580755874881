import pytest

from tests.headset.openxr.wearing import worn
from tests.monado import Monado
from vret.core.events import FocusGained
from vret.headset.openxr.headset import OpenXR
from vret.headset.openxr.refresh import WANTED_HZ, choose_rate, request_rate
from vret.headset.openxr.runtime import REFRESH_RATE


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([60.0, 72.0, 80.0, 90.0, 120.0], 90.0),
        ([72.0, 120.0], 72.0),
        ([80.0, 119.88], 119.88),
        ([89.999], 89.999),
        ([60.0, 144.0], None),
        ([], None),
    ],
)
def test_ninety_is_chosen_then_seventy_two_then_a_hundred_and_twenty(
    offered: list[float], chosen: float | None
) -> None:
    assert choose_rate(offered) == chosen


def test_a_real_runtime_is_asked_and_goes_on(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        connection = wearing.headset._connection
        assert connection is not None
        asked = request_rate(connection._runtime, connection.session.handle)
        assert connection._runtime.has(REFRESH_RATE)
        assert asked is None or any(abs(asked - wanted) < 1 for wanted in WANTED_HZ)
        for _ in range(5):
            wearing.frame()
        assert wearing.headset.trouble == ""
