"""The person's controls: one table of keys, and how presses become events.

The desktop window, the off-screen wearer and a headset's controllers all end in the same buttons and the same
`Controls`, so that what is tested in one holds in all. A press is the moment a button goes down: holding it does
nothing more, and no press asks for confirmation. The rating dial has no starting value, because a shown number pulls
the answer towards it; without a turn of the dial there is nothing to confirm.
"""

from collections.abc import Callable
from enum import IntFlag
from typing import NamedTuple

from vret.core.events import (
    CanWaitPressed,
    Event,
    Input,
    LessPressed,
    PhraseSaid,
    PrivateAgain,
    RatingGiven,
    ReadyPressed,
    RecordingAccepted,
    RecordingDeclined,
    ResumeAccepted,
    RisePressed,
    SicknessGiven,
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.core.measures import SUDS_MAX
from vret.core.sickness import FMS_MAX
from vret.headset.choosing import Choosing
from vret.headset.profiles import Control


class Button(IntFlag):
    WAIT = 1
    LESS = 2
    STOP = 4
    READY = 8
    ACCEPT = 16
    CAN_WAIT = 32
    RATE_LESS = 64
    RATE_MORE = 128
    RATE_CONFIRM = 256
    SOMEONE_CAME_IN = 512
    PRIVATE_AGAIN = 1024
    RECORD = 2048
    NO_RECORDING = 4096
    RISE = 8192


NOTHING = Button(0)

KEYS: dict[str, Button] = {
    "ESCAPE": Button.STOP,
    "SPACE": Button.STOP,
    "W": Button.WAIT,
    "L": Button.LESS,
    "R": Button.READY,
    "Y": Button.ACCEPT,
    "I": Button.CAN_WAIT,
    "P": Button.SOMEONE_CAME_IN,
    "A": Button.PRIVATE_AGAIN,
    "K": Button.RECORD,
    "N": Button.NO_RECORDING,
    "U": Button.RISE,
    "MINUS": Button.RATE_LESS,
    "KP_SUBTRACT": Button.RATE_LESS,
    "EQUAL": Button.RATE_MORE,
    "KP_ADD": Button.RATE_MORE,
    "ENTER": Button.RATE_CONFIRM,
    "KP_ENTER": Button.RATE_CONFIRM,
}
"""Names as in GLFW, without KEY_. Letters are those of the supervisor's desktop window."""


class Scale(NamedTuple):
    """What the dial is set on. It runs in steps, and the first turn of it begins in the middle."""

    top: int
    step: int
    middle: int
    answer: Callable[[int, int], Event]
    """The event of an answer, from its time and its number."""

    def within(self, number: int) -> int:
        return min(max(number, 0), self.top)

    def turned(self, number: int | None, steps: int) -> int:
        return self.within((self.middle if number is None else number) + steps * self.step)


DISTRESS = Scale(SUDS_MAX, 5, 50, lambda t_ns, number: RatingGiven(t_ns=t_ns, suds=number))
SICKNESS = Scale(FMS_MAX, 1, 5, lambda t_ns, number: SicknessGiven(t_ns=t_ns, fms=number))
SCALES: dict[Control | None, Scale] = {Control.RATE: DISTRESS, Control.SICKNESS: SICKNESS}
"""Of the questions that are answered on the dial."""

_PRESSES: tuple[tuple[Button, Callable[[int, Input], Event]], ...] = (
    (Button.STOP, lambda t_ns, source: StopPressed(t_ns=t_ns, input=source)),
    (Button.LESS, lambda t_ns, source: LessPressed(t_ns=t_ns, input=source)),
    (Button.WAIT, lambda t_ns, source: WaitPressed(t_ns=t_ns, input=source)),
    (Button.SOMEONE_CAME_IN, lambda t_ns, source: SomeoneCameIn(t_ns=t_ns, input=source)),
    (Button.NO_RECORDING, lambda t_ns, source: RecordingDeclined(t_ns=t_ns, input=source)),
    (Button.CAN_WAIT, lambda t_ns, source: CanWaitPressed(t_ns=t_ns, input=source)),
    (Button.READY, lambda t_ns, source: ReadyPressed(t_ns=t_ns, input=source)),
    (Button.ACCEPT, lambda t_ns, source: ResumeAccepted(t_ns=t_ns, input=source)),
    (Button.RECORD, lambda t_ns, source: RecordingAccepted(t_ns=t_ns, input=source)),
    (Button.RISE, lambda t_ns, source: RisePressed(t_ns=t_ns, input=source)),
    (Button.PRIVATE_AGAIN, lambda t_ns, source: PrivateAgain(t_ns=t_ns, input=source)),
)


class Controls:
    """One input's buttons and dial. `dial` is what the person has set, or None before the first turn.

    `scale` is that of the question; without one, that of distress. While phrases are offered the dial's buttons choose
    among them.
    """

    def __init__(self, source: Input) -> None:
        self.source = source
        self.dial: int | None = None
        self.scale = DISTRESS
        self.choosing = Choosing()
        self._stood: int | None = None
        self._down = NOTHING

    def read(self, down: Button, dial: int | None, t_ns: int) -> tuple[Event, ...]:
        """What was pressed since the last call. `dial` is where an input's own dial stands, None without one.

        Of presses in the same frame stop comes first, then less, wait and somebody who came in, then what may lead
        upwards.
        """
        pressed, self._down = down & ~self._down, down
        if dial is not None and dial != self._stood:
            self.dial = self.scale.within(dial)
        self._stood = dial
        if not pressed:
            return self._phrase(t_ns)
        events = [event(t_ns, self.source) for button, event in _PRESSES if pressed & button]
        if pressed & (Button.RATE_LESS | Button.RATE_MORE):
            direction = bool(pressed & Button.RATE_MORE) - bool(pressed & Button.RATE_LESS)
            if self.choosing.is_offered:
                self.choosing.move(direction, t_ns)
            else:
                self.dial = self.scale.turned(self.dial, direction)
        if pressed & Button.RATE_CONFIRM and self.dial is not None:
            events.append(self.scale.answer(t_ns, self.dial))
            self.dial = None
        return (*events, *self._phrase(t_ns))

    def forget_dial(self) -> None:
        """The question is gone: what was set and not confirmed is no answer."""
        self.dial = None

    def ask(self, control: Control | None) -> None:
        """Another question, or none any more."""
        self.forget_dial()
        self.scale = SCALES.get(control, DISTRESS)

    def _phrase(self, t_ns: int) -> tuple[Event, ...]:
        phrase = self.choosing.said(t_ns)
        return () if phrase is None else (PhraseSaid(t_ns=t_ns, input=self.source, phrase=phrase),)
