"""What the processes of the headset program tell each other besides core events, records and reports.

Positions are metres and quaternions xyzw, in the space that their name tells; times are `vret.clock` ns.
"""

from enum import StrEnum

import msgspec

from vret.core.conversation import Line
from vret.core.device import Battery, Device
from vret.core.effects import State
from vret.core.homework import Homework
from vret.core.plan import Plan


class VoiceFrom(msgspec.Struct, frozen=True, gc=False):
    """From where in the scene the therapist's voice shall come, for the `choice`-th time that the therapist chose."""

    choice: int
    position_in_scene: tuple[float, float, float]


class Shown(msgspec.Struct, frozen=True, gc=False):
    """What the newest frame shows. `axes` in the axes' own units, `stimuli` as (name, age in s), `veil` 0 to 1000.

    `ready` is whether the person has said ready, `offer` whether a resume waits for the person's yes, `words_asked`
    whether the panel asks to read out the words of an agreement. `voice_from` None leaves the therapist's voice where
    the person's head is. Without `is_private` somebody else is there, and nothing of the session is heard or given out.
    """

    t_ns: int
    state: State
    scene: str
    place: str
    veil: int
    axes: dict[str, float]
    stimuli: tuple[tuple[str, float], ...]
    held: bool
    head_position_in_scene: tuple[float, float, float]
    head_rotation_in_scene: tuple[float, float, float, float]
    ready: bool
    offer: bool
    rating_asked: bool
    variant: str = ""
    words_asked: bool = False
    voice_from: VoiceFrom | None = None
    is_private: bool = True
    is_scene_muted: bool = False
    sickness_asked: bool = False


class FrameStatus(msgspec.Struct, frozen=True, gc=False):
    """The frame process lives. `cpu_ns` is its thread's CPU time for the frame; `trouble` is the headset's."""

    t_ns: int
    frame: int
    headset: str
    session_id: str
    renderer: str
    cpu_ns: int
    trouble: str = ""
    device: Device = Device()


class LinkPhase(StrEnum):
    STARTING = "starting"
    NEEDS_CODE = "needs_code"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    LOST = "lost"
    ENDED = "ended"


class LinkStatus(msgspec.Struct, frozen=True):
    """How the link stands; `message` is a sentence for the person, empty when the phase says all.

    `plan` is known with the session: the window shows its mark, and offers what it allows. `homework` is there where
    nobody is at the other end: the window shows whom to call. `battery` is that of this computer.
    """

    t_ns: int
    phase: LinkPhase
    message: str = ""
    session_id: str = ""
    log_path: str = ""
    uploaded: bool = False
    plan: Plan | None = None
    homework: Homework | None = None
    battery: Battery | None = None


class Conversation(msgspec.Struct, frozen=True):
    """The newest lines of the session's conversation that are in the log; the last `waiting` have not left yet."""

    lines: tuple[Line, ...] = ()
    waiting: int = 0


class SoundStatus(msgspec.Struct, frozen=True, gc=False):
    """Which device plays, or why none does. `message` and `voice`, about the voice process, say what is amiss."""

    t_ns: int
    device: str
    message: str = ""
    voice: str = ""


HandPose = tuple[float, float, float, float, float, float, float]


class Wearer(msgspec.Struct, frozen=True, gc=False):
    """The body that an off-screen headset reads. `buttons` is a mask of `vret.headset.controls.Button`.

    `hands_in_stage` are left and right, position and quaternion of OpenXR's grip pose; None is a hand out of sight.
    """

    head_position_in_stage: tuple[float, float, float] = (0.0, 1.6, 0.0)
    head_rotation_in_stage: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    buttons: int = 0
    dial: int | None = None
    worn: bool = True
    focused: bool = True
    tracked: bool = True
    hands_in_stage: tuple[HandPose | None, HandPose | None] = (None, None)


class Speech(msgspec.Struct, frozen=True, gc=False):
    """How loud the person's own voice is, 0 to 1, with the echo taken out; the sound process ducks under it.

    The therapist's it hears itself (`vret.memory.audio`).
    """

    level: float
    t_ns: int


class EnterCode(msgspec.Struct, frozen=True, tag=True):
    """The person entered the join code."""

    code: str


class Quit(msgspec.Struct, frozen=True, tag=True):
    """The program closes: record, seal, upload, end."""


ToLink = EnterCode | Quit
