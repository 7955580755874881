"""An acted person in a headset that somebody wears: the acted one presses, the wearer looks around and may stop it.

So a demonstration is shown to whoever puts the headset on. Nothing else may be: a person's own session must not be
steered by a block of memory, which is why `vret.supervisor.run` accepts this for a server on the same computer only.

- Head, eyes and hands are the wearer's, in the picture and in the log: what is seen must follow the head.
- The wearer's controllers say whatever they say in any session. For the core they and the acted person are one input,
  since it asks for a stop to be practised on the input in use, and the acted person practises.
- After the wearer's stop, and while the headset is off or shows something else, the acted person says nothing that
  could lead upwards. After a stop the wearer has to say ready.
"""

import msgspec

from vret.core.events import (
    CanWaitPressed,
    Event,
    FocusGained,
    FocusLost,
    HeadsetRemoved,
    HeadsetWorn,
    Input,
    InputGained,
    InputLost,
    LessPressed,
    PrivateAgain,
    ReadyPressed,
    RecordingAccepted,
    RecordingDeclined,
    ResumeAccepted,
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.headset.controls import Controls
from vret.headset.profiles import Control
from vret.headset.wearing import Wearing
from vret.memory import Block

SHARED = Input.KEYBOARD
_YES = (ReadyPressed, ResumeAccepted, CanWaitPressed)
_CONSENT = (RecordingAccepted, RecordingDeclined)
_PRESSES = (StopPressed, LessPressed, WaitPressed, SomeoneCameIn, PrivateAgain, *_CONSENT, *_YES)
_WORN = (HeadsetWorn, HeadsetRemoved, FocusGained, FocusLost)
"""Of these only the runtime knows."""

_replace = msgspec.structs.replace


class Acted:
    """Joins what the wearer's hands say with what the acted person presses in the `wearer` block.

    `is_stopped` is for a program that takes over from a dead one and cannot know whether the wearer had stopped.
    """

    def __init__(self, block: Block, *, is_stopped: bool = False) -> None:
        self._wearing = Wearing(block, Controls(SHARED))
        self._is_stopped = is_stopped

    @property
    def dial(self) -> int | None:
        return self._wearing.dial

    def ask(self, control: Control | None) -> None:
        self._wearing.ask(control)

    def read(self, by_hand: tuple[Event, ...], *, is_seen: bool, t_ns: int) -> tuple[Event, ...]:
        """What both said in a frame. `is_seen` is whether somebody wears the headset and sees this program."""
        if any(isinstance(event, StopPressed) for event in by_hand):
            self._is_stopped = True
        elif any(isinstance(event, ReadyPressed) for event in by_hand):
            self._is_stopped = False
        said = [_shared(event) for event in by_hand if not isinstance(event, InputGained | InputLost)]
        may_rise = is_seen and not self._is_stopped
        acted = [event for event in self._wearing.read(t_ns) if not isinstance(event, _WORN)]
        return (*said, *(event for event in acted if may_rise or not isinstance(event, _YES)))


def _shared(event: Event) -> Event:
    return _replace(event, input=SHARED) if isinstance(event, _PRESSES) else event
