"""From where the therapist's voice comes: a person in the scene whom the therapist speaks as, or the head itself. Pure.

Whatever lowers or holds gives the therapist's own voice back, in the head, and uses the choice up: wait, less, hold,
stop, calm, a stalled picture. Going on does not bring it back; the therapist chooses again. A choice made before this
began (the sound process was started again) counts as used up too.
"""

from vret.core.effects import State
from vret.memory.messages import Shown
from vret.scene.compiled import Vector
from vret.sound.cue import is_stalled


class VoicePlace:
    def __init__(self) -> None:
        self._used_up: int | None = None
        self._step_index: int | None = None

    def position_in_scene(self, shown: Shown | None, step_index: int | None, t_ns: int) -> Vector | None:
        """Where it comes from now; None is the head. `step_index` is the report's, None before the first."""
        before, self._step_index = self._step_index, step_index
        if shown is None:
            return None
        choice = -1 if shown.voice_from is None else shown.voice_from.choice
        is_lowered = step_index is None or (before is not None and step_index < before)
        if is_lowered or shown.held or shown.state is not State.EXPOSED or is_stalled(shown, t_ns):
            self._used_up = choice if self._used_up is None else max(choice, self._used_up)
        elif self._used_up is None:
            self._used_up = choice
        return None if shown.voice_from is None or choice <= self._used_up else shown.voice_from.position_in_scene
