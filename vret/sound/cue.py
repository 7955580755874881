"""The cue: what should be heard right now, read off what the newest frame shows. Pure."""

from dataclasses import dataclass, replace

from vret.core.effects import State
from vret.memory.messages import Shown, Speech
from vret.scene.compiled import Quaternion, Vector

STALL_NS = 250_000_000
SPEECH_MEMORY_NS = 500_000_000
SPEECH_LEVEL = 0.02

CALM = ""
_SILENT_STATES = (State.WAITING, State.STOPPED, State.ENDED)


@dataclass(frozen=True)
class Cue:
    """The gains are 0 to 1, `gain` that of everything; `scene` empty means the calm room; `stalled` that frames
    stopped.

    `speech` is that the person speaks. `voice_position_in_scene` is where the therapist's voice comes from; None for
    the person's own head.
    """

    scene: str
    place: str
    scene_gain: float
    calm_gain: float
    axes: dict[str, float]
    stimuli: tuple[tuple[str, float], ...]
    held: bool
    head_position_in_scene: Vector
    head_rotation_in_scene: Quaternion
    speech: bool
    stalled: bool
    variant: str = ""
    voice_gain: float = 1.0
    voice_position_in_scene: Vector | None = None
    gain: float = 1.0


NOTHING = Cue(CALM, "", 0.0, 0.0, {}, (), False, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0), False, False)


CLOSING = replace(NOTHING, voice_gain=0.0, gain=0.0)
"""The program ends: everything fades, the therapist's voice too, and nothing comes up that was hidden."""


def is_stalled(shown: Shown, t_ns: int) -> bool:
    """A frame of a scene older than 250 ms: nobody steers it any more."""
    return shown.scene != CALM and t_ns - shown.t_ns > STALL_NS


def cue(shown: Shown | None, speech: Speech | None, t_ns: int, voice_position_in_scene: Vector | None = None) -> Cue:
    """The scene of a stalled frame is silent, and so is one that the therapist turned off. While somebody else is
    there everything is: calm room, prompts and therapist too.
    """
    is_speaking = speech is not None and speech.level > SPEECH_LEVEL and abs(t_ns - speech.t_ns) < SPEECH_MEMORY_NS
    if shown is None:
        return replace(NOTHING, speech=is_speaking)
    open_share = 1.0 - shown.veil / 1000
    in_scene = shown.scene != CALM
    stalled = is_stalled(shown, t_ns)
    heard = in_scene and not stalled and shown.state not in _SILENT_STATES
    calm = stalled or not in_scene or not heard
    return Cue(
        scene=shown.scene,
        place=shown.place,
        scene_gain=open_share if heard and not shown.is_scene_muted else 0.0,
        calm_gain=(open_share if not in_scene else 1.0) if calm else 0.0,
        axes=shown.axes,
        stimuli=shown.stimuli,
        held=shown.held,
        head_position_in_scene=shown.head_position_in_scene,
        head_rotation_in_scene=shown.head_rotation_in_scene,
        speech=is_speaking,
        stalled=stalled,
        variant=shown.variant,
        voice_position_in_scene=voice_position_in_scene,
        gain=1.0 if shown.is_private else 0.0,
    )
