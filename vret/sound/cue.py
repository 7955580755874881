"""The cue: what should be heard right now, read off what the newest frame shows. Pure."""

from dataclasses import dataclass

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
    """`scene_gain` and `calm_gain` are 0 to 1; `scene` empty means the calm room; `stalled` that frames stopped."""

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


NOTHING = Cue(CALM, "", 0.0, 0.0, {}, (), False, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0), False, False)


def cue(shown: Shown | None, speech: Speech | None, t_ns: int) -> Cue:
    """A frame older than 250 ms is a stalled one: its scene is silent, because nobody steers it any more."""
    if shown is None:
        return NOTHING
    open_share = 1.0 - shown.veil / 1000
    in_scene = shown.scene != CALM
    stalled = in_scene and t_ns - shown.t_ns > STALL_NS
    heard = in_scene and not stalled and shown.state not in _SILENT_STATES
    calm = stalled or not in_scene or not heard
    return Cue(
        scene=shown.scene,
        place=shown.place,
        scene_gain=open_share if heard else 0.0,
        calm_gain=(open_share if not in_scene else 1.0) if calm else 0.0,
        axes=shown.axes,
        stimuli=shown.stimuli,
        held=shown.held,
        head_position_in_scene=shown.head_position_in_scene,
        head_rotation_in_scene=shown.head_rotation_in_scene,
        speech=speech is not None and speech.level > SPEECH_LEVEL and t_ns - speech.t_ns < SPEECH_MEMORY_NS,
        stalled=stalled,
        variant=shown.variant,
    )
