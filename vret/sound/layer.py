"""One scene as sound: its bed and its sources, each with its place in its loop."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vret.scene.sounds import SceneSound, SoundSource
from vret.sound.cue import Cue
from vret.sound.fade import Fade
from vret.sound.form import BLOCK, Samples, amplitude
from vret.sound.space import BOTH_EARS, Ears, ears
from vret.sound.synthesis import KINDS, sound

SOURCE_FADE_S = 0.2
SMOOTHING = 0.3
"""Share of the way to a new level or direction that one block goes."""

INAUDIBLE = 1e-4

_FRAMES = np.arange(BLOCK)


@dataclass
class _Voice:
    """A playing source. `frame` counts from the loop's beginning; a single sound ends at its last frame."""

    source: SoundSource
    samples: Samples
    loops: bool
    frame: int = 0
    level: float | None = None
    heard: Ears = BOTH_EARS
    fade: Fade = field(default_factory=lambda: Fade(SOURCE_FADE_S, SOURCE_FADE_S))
    age_s: float | None = None


@dataclass
class _Bed:
    """A loop under everything, at the level that it goes to."""

    samples: Samples
    frame: int = 0
    level: float = 0.0

    def add_to(self, out: Samples, wanted: float) -> None:
        if wanted == 0.0 and self.level < INAUDIBLE:
            self.level = 0.0
            return
        frames = (self.frame + _FRAMES) % len(self.samples)
        self.frame = int(frames[-1]) + 1
        before, self.level = self.level, self.level + SMOOTHING * (wanted - self.level)
        out += self.samples[frames] * np.linspace(before, self.level, BLOCK, dtype=np.float32)[:, None]


class Layer:
    """Made outside the sound callback, since synthesis takes a while. Raises UnknownSoundError."""

    def __init__(self, scene: SceneSound) -> None:
        self._scene = scene
        self._beds = {name: _Bed(sound(name, 2)) for name in dict.fromkeys([scene.bed, *scene.beds.values()]) if name}
        self._voices = [
            _Voice(source, sound(source.kind)[:, 0], KINDS[source.kind].loops and not source.stimulus)
            for source in scene.sources
        ]

    def block(self, cue: Cue) -> Samples:
        """The next BLOCK frames, (BLOCK, 2), before the scene's own fade."""
        wanted_bed, level = self._scene.bed_in(cue.variant), amplitude(self._scene.bed_gain.at(cue.axes))
        out = np.zeros((BLOCK, 2), np.float32)
        for name, bed in self._beds.items():
            bed.add_to(out, level if name == wanted_bed else 0.0)
        for voice in self._voices:
            self._start_or_stop(voice, cue)
            wanted = 1.0 if self._is_wanted(voice, cue) else 0.0
            if not voice.fade.is_silent(wanted):
                out += self._voice_block(voice, cue) * voice.fade.towards(wanted, BLOCK)[:, None]
        return out

    def _start_or_stop(self, voice: _Voice, cue: Cue) -> None:
        """A stimulus that was not there, or is younger than before, starts its sound at its age."""
        if not voice.source.stimulus:
            return
        age_s = dict(cue.stimuli).get(voice.source.stimulus)
        if age_s is not None and (voice.age_s is None or age_s < voice.age_s):
            voice.frame = 0
        voice.age_s = age_s

    def _is_wanted(self, voice: _Voice, cue: Cue) -> bool:
        if voice.source.places and cue.place not in voice.source.places:
            return False
        if voice.source.variants and cue.variant not in voice.source.variants:
            return False
        return not voice.source.stimulus or (voice.age_s is not None and voice.frame < len(voice.samples))

    def _voice_block(self, voice: _Voice, cue: Cue) -> Samples:
        level, heard = self._level(voice, cue), self._heard(voice.source, cue)
        before_level = level if voice.level is None else voice.level
        after_level = before_level + SMOOTHING * (level - before_level)
        out = np.empty((BLOCK, 2), np.float32)
        after = Ears(_between(voice.heard.gains, heard.gains), _between(voice.heard.delays, heard.delays))
        for ear in (0, 1):
            delays = np.linspace(voice.heard.delays[ear], after.delays[ear], BLOCK)
            gains = np.linspace(before_level * voice.heard.gains[ear], after_level * after.gains[ear], BLOCK)
            out[:, ear] = self._read(voice, delays) * gains
        voice.level, voice.heard = after_level, after
        voice.frame = (voice.frame + BLOCK) % len(voice.samples) if voice.loops else voice.frame + BLOCK
        return out

    def _level(self, voice: _Voice, cue: Cue) -> float:
        """While nothing may approach, nothing grows louder either."""
        level = amplitude(voice.source.gain.at(cue.axes))
        return min(level, voice.level) if cue.held and voice.level is not None else level

    def _heard(self, source: SoundSource, cue: Cue) -> Ears:
        if source.position is None:
            return BOTH_EARS
        return ears(source.position, cue.head_position_in_scene, cue.head_rotation_in_scene)

    def _read(self, voice: _Voice, delays: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        at = voice.frame + _FRAMES - delays
        whole = np.floor(at).astype(np.int64)
        share = at - whole
        count = len(voice.samples)
        if voice.loops:
            first, second = voice.samples[whole % count], voice.samples[(whole + 1) % count]
        else:
            first = np.where((whole >= 0) & (whole < count), voice.samples[np.clip(whole, 0, count - 1)], 0.0)
            second = np.where((whole >= -1) & (whole < count - 1), voice.samples[np.clip(whole + 1, 0, count - 1)], 0.0)
        between: npt.NDArray[np.float64] = first * (1 - share) + second * share
        return between


def _between(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    return (before[0] + SMOOTHING * (after[0] - before[0]), before[1] + SMOOTHING * (after[1] - before[1]))
