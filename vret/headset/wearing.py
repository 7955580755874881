"""Who wears a headset that has no sensors: a body written into the `wearer` block by a test or a synthetic client."""

import msgspec
import numpy as np

from vret.core.events import (
    Event,
    FocusGained,
    FocusLost,
    HeadsetRemoved,
    HeadsetWorn,
    InputGained,
    TrackingFound,
    TrackingLost,
)
from vret.headset.contract import unseen_hands
from vret.headset.controls import Button, Controls
from vret.headset.profiles import Control
from vret.memory import Block
from vret.memory.messages import Wearer


class Wearing:
    """Reads the block once a frame. Without a block a still head looks ahead from 1.6 m and presses nothing."""

    def __init__(self, block: Block | None, controls: Controls) -> None:
        self.head = np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32)
        self._block, self._controls = block, controls
        self._decode = msgspec.msgpack.Decoder(Wearer).decode
        self.hands = unseen_hands()
        self._wearer = Wearer()
        self._asked: Control | None = None
        self._seen: bytes | None = None
        self._has_begun = False

    def read(self, t_ns: int) -> list[Event]:
        """What the wearer did since the last call; the first call also announces the input."""
        before, wearer = self._wearer, self._newest()
        events: list[Event] = []
        if not self._has_begun:
            self._has_begun = True
            events.append(InputGained(t_ns=t_ns, input=self._controls.source))
        events += self._controls.read(Button(wearer.buttons), wearer.dial, t_ns)
        if wearer.worn != before.worn:
            events.append(HeadsetWorn(t_ns=t_ns) if wearer.worn else HeadsetRemoved(t_ns=t_ns))
        if wearer.focused != before.focused:
            events.append(FocusGained(t_ns=t_ns) if wearer.focused else FocusLost(t_ns=t_ns))
        if wearer.tracked != before.tracked:
            events.append(TrackingFound(t_ns=t_ns) if wearer.tracked else TrackingLost(t_ns=t_ns))
        return events

    @property
    def has_body(self) -> bool:
        """Whether a body was ever written: without one the head is anybody's."""
        return self._seen is not None

    @property
    def dial(self) -> int | None:
        return self._controls.dial

    @property
    def choice(self) -> int | None:
        return self._controls.choosing.choice

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        """A dial that was set for another question is forgotten."""
        self._controls.choosing.offer(phrases)
        if control is not self._asked:
            self._asked = control
            self._controls.ask(control)

    def _newest(self) -> Wearer:
        payload = None if self._block is None else self._block.read()
        if payload is not None and payload != self._seen:
            self._seen, self._wearer = payload, self._decode(payload)
            self.head[:3] = self._wearer.head_position_in_stage
            self.head[3:] = self._wearer.head_rotation_in_stage
            for side, hand in enumerate(self._wearer.hands_in_stage):
                self.hands.tracked[side] = hand is not None
                if hand is not None:
                    self.hands.poses[side] = hand
        return self._wearer
