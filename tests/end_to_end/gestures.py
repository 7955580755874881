"""The person's gestures with one controller of the remote driver, for every button of the person's controls."""

import asyncio

from tests.end_to_end.rig import HeadsetProgram
from tests.monado import RemoteDriver, Value
from vret.headset.controls import Button

HOLD_S = 1.0
"""Longer than any gesture must be held (vret.headset.hands), so that a slow frame does not cut it short."""

_TAPPED: dict[Button, dict[str, Value]] = {Button.WAIT: {"a_click": True}, Button.LESS: {"thumbstick": (0.0, -1.0)}}
_HELD: dict[Button, dict[str, Value]] = {
    Button.STOP: {"squeeze_force": 1.0, "squeeze_value": 1.0},
    Button.READY: {"trigger_value": 1.0},
    Button.ACCEPT: {"trigger_value": 1.0},
    Button.RATE_MORE: {"thumbstick": (1.0, 0.0)},
    Button.RATE_CONFIRM: {"trigger_value": 1.0},
}


class Gestures:
    """One hand, `left` or `right`, that does what the table of controls says for an Index controller."""

    def __init__(self, headset: HeadsetProgram, driver: RemoteDriver, side: str) -> None:
        self._headset, self._driver, self._side = headset, driver, side

    async def press(self, button: Button) -> None:
        values = _TAPPED.get(button) or _HELD[button]
        self._driver.set(self._side, **values)
        if button in _HELD:
            await asyncio.sleep(HOLD_S)
        await self._headset.frames(3)
        self._driver.set(self._side, **{name: (0.0, 0.0) if name == "thumbstick" else 0 for name in values})
        await self._headset.frames(3)
