"""The person's gestures with one controller of the remote driver, for every button of the person's controls.

The tables say what docs/controls.md says, in the parts of Monado's Index controller: presented as a Touch controller
its grip is `squeeze_value`, and as a simple one its trigger is select and its B is menu.
"""

import asyncio
from dataclasses import dataclass

from tests.end_to_end.rig import HeadsetProgram
from tests.monado import RemoteDriver, Value
from vret.headset.controls import Button
from vret.settings import ControllersChoice

HOLD_S = 1.0
"""Longer than any gesture must be held (vret.headset.hands), so that a slow frame does not cut it short."""
REST_S = 3.5
"""Longer than a dial must be left alone, likewise."""


@dataclass(frozen=True)
class Move:
    """Parts of the controller and how far they go; held, or tapped so many times. Without parts the hand rests."""

    parts: dict[str, Value]
    hold_s: float = 0.0
    taps: int = 1


def _held(**parts: Value) -> Move:
    return Move(parts, HOLD_S)


def _yes(move: Move) -> dict[Button, Move]:
    return dict.fromkeys((Button.READY, Button.ACCEPT, Button.RATE_CONFIRM), move)


_FINGERS: dict[Button, Move] = {
    **_yes(_held(trigger_value=1.0)),
    Button.WAIT: Move({"a_click": True}),
    Button.LESS: Move({"thumbstick": (0.0, -1.0)}),
    Button.RATE_MORE: _held(thumbstick=(1.0, 0.0)),
}
MOVES: dict[ControllersChoice, dict[Button, Move]] = {
    "valve/index_controller": {**_FINGERS, Button.STOP: _held(squeeze_force=1.0)},
    "oculus/touch_controller": {**_FINGERS, Button.STOP: _held(squeeze_value=1.0)},
    "khr/simple_controller": {
        **_yes(_held(trigger_value=1.0)),
        Button.STOP: _held(b_click=True),
        Button.WAIT: Move({"trigger_value": 1.0}),
        Button.LESS: Move({"trigger_value": 1.0}, taps=2),
        Button.RATE_MORE: _held(trigger_value=1.0),
        Button.RATE_CONFIRM: Move({}, REST_S),
    },
}


class Gestures:
    """One hand, `left` or `right`, that does what the table of controls says for a kind of controller."""

    def __init__(
        self,
        headset: HeadsetProgram,
        driver: RemoteDriver,
        side: str,
        controllers: ControllersChoice = "valve/index_controller",
    ) -> None:
        self._headset, self._driver, self._side = headset, driver, side
        self._moves = MOVES[controllers]

    async def press(self, button: Button) -> None:
        move = self._moves[button]
        for _ in range(move.taps):
            self._driver.set(self._side, **move.parts)
            await asyncio.sleep(move.hold_s)
            await self._headset.frames(2)
            self._driver.set(self._side, **{name: (0.0, 0.0) if name == "thumbstick" else 0 for name in move.parts})
            await self._headset.frames(2)
