"""The person's controls: one table of keys, and how presses become events.

The desktop window, the off-screen wearer and a headset's controllers all end in the same buttons and the same
`Controls`, so that what is tested in one holds in all. A press is the moment a button goes down: holding it does
nothing more, and no press asks for confirmation. The rating dial has no starting value, because a shown number pulls
the answer towards it; without a turn of the dial there is nothing to confirm.
"""

from collections.abc import Callable
from enum import IntFlag

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
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.headset.choosing import Choosing


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
    "MINUS": Button.RATE_LESS,
    "KP_SUBTRACT": Button.RATE_LESS,
    "EQUAL": Button.RATE_MORE,
    "KP_ADD": Button.RATE_MORE,
    "ENTER": Button.RATE_CONFIRM,
    "KP_ENTER": Button.RATE_CONFIRM,
}
"""Names as in GLFW, without KEY_. Letters are those of the supervisor's desktop window."""

DIAL_MIDDLE = 50
DIAL_STEP = 5
DIAL_TOP = 100

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
    (Button.PRIVATE_AGAIN, lambda t_ns, source: PrivateAgain(t_ns=t_ns, input=source)),
)


class Controls:
    """One input's buttons and dial. `dial` is what the person has set, or None before the first turn.

    While phrases are offered the dial's buttons choose among them.
    """

    def __init__(self, source: Input) -> None:
        self.source = source
        self.dial: int | None = None
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
            self.dial = min(max(dial, 0), DIAL_TOP)
        self._stood = dial
        if not pressed:
            return self._phrase(t_ns)
        events = [event(t_ns, self.source) for button, event in _PRESSES if pressed & button]
        if pressed & (Button.RATE_LESS | Button.RATE_MORE):
            direction = bool(pressed & Button.RATE_MORE) - bool(pressed & Button.RATE_LESS)
            if self.choosing.is_offered:
                self.choosing.move(direction, t_ns)
            else:
                self._turn(direction)
        if pressed & Button.RATE_CONFIRM and self.dial is not None:
            events.append(RatingGiven(t_ns=t_ns, suds=self.dial))
            self.dial = None
        return (*events, *self._phrase(t_ns))

    def forget_dial(self) -> None:
        """The question is gone: what was set and not confirmed is no answer."""
        self.dial = None

    def _phrase(self, t_ns: int) -> tuple[Event, ...]:
        phrase = self.choosing.said(t_ns)
        return () if phrase is None else (PhraseSaid(t_ns=t_ns, input=self.source, phrase=phrase),)

    def _turn(self, direction: int) -> None:
        start = DIAL_MIDDLE if self.dial is None else self.dial
        self.dial = min(max(start + direction * DIAL_STEP, 0), DIAL_TOP)
