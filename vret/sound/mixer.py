"""The mixer: cues in, blocks of samples out. Pure: no device, no clock, no memory, so that tests can measure it.

    bed and sources of each scene -> its fade --+
    calm room ----------------------> its fade --+-> duck -> + prompts -> gate -> earshot
                                                                        earshot + therapist's voice -> limiter -> out

A scene that must fall silent does so in 40 ms whatever else happens; what comes back comes slowly. While it fades, a
scene that was left sounds as it did last. The therapist's own voice ducks the scene by its level. While somebody else
is there the gate is closed on whatever is heard.
"""

from collections import deque

import numpy as np

from vret.sound.cue import CALM, SPEECH_LEVEL, Cue
from vret.sound.fade import Fade
from vret.sound.form import BLOCK, RATE_HZ, Samples, amplitude
from vret.sound.layer import Layer
from vret.sound.limiter import Limiter
from vret.sound.placed import Placed
from vret.sound.space import BOTH_EARS, Ears, ears

SCENE_RISE_S, SCENE_FALL_S = 0.5, 0.04
CALM_RISE_S, CALM_FALL_S = 0.8, 0.2
DUCK_DB = -12.0
DUCK_RELEASE_S, DUCK_ATTACK_S = 0.6, 0.06
DUCK_HOLD_BLOCKS = 30
GATE_RISE_S, GATE_FALL_S = 0.5, 0.04
PROMPT_PAUSE = int(0.25 * RATE_HZ)
VOICE_FADE_S = 0.04
VOICE_QUIETEST = amplitude(-9.0)
"""How far distance may take the therapist's voice down: the person must understand it."""


class Mixer:
    """`layers` maps scene names to layers and must hold the calm room; it is replaced whole, never changed in place."""

    def __init__(self, layers: dict[str, Layer], prompts: dict[str, Samples]) -> None:
        self.layers = layers
        self._prompts = prompts
        self._fades: dict[str, Fade] = {}
        self._last_cues: dict[str, Cue] = {}
        self._duck = Fade(DUCK_RELEASE_S, DUCK_ATTACK_S, 1.0)
        self._duck_blocks = 0
        self._spoken: deque[Samples] = deque()
        self._placed = Placed()
        self._voice_fade = Fade(VOICE_FADE_S, VOICE_FADE_S, 1.0)
        self._gate: Fade | None = None
        self._limiter = Limiter()
        self.earshot = np.zeros((BLOCK, 2), np.float32)
        """Of the newest block all but the therapist's voice, (BLOCK, 2), before the limiter."""

    def say(self, names: tuple[str, ...]) -> None:
        """Begin prompts, in place of those that still wait; the one being said is finished."""
        while names and len(self._spoken) > 1:
            self._spoken.pop()
        for name in names:
            self._spoken.append(np.concatenate((self._prompts[name], np.zeros(PROMPT_PAUSE, np.float32))))

    @property
    def is_speaking(self) -> bool:
        return bool(self._spoken)

    def block(self, cue: Cue, voice: Samples | None = None) -> Samples:
        """The next BLOCK frames, (BLOCK, 2); `voice` is the therapist's, (BLOCK,), None while there is none."""
        spoken = self._speech_block()
        voice_gain = self._voice_fade.towards(cue.voice_gain, BLOCK)
        voice = None if voice is None else voice * voice_gain
        out = np.zeros((BLOCK, 2), np.float32)
        for name, layer in self.layers.items():
            fade = self._fade(name)
            target = cue.calm_gain if name == CALM else cue.scene_gain if name == cue.scene else 0.0
            if name in (cue.scene, CALM):
                self._last_cues[name] = cue
            if not fade.is_silent(target):
                out += layer.block(self._last_cues[name]) * fade.towards(target, BLOCK)[:, None]
        speech = cue.speech or spoken is not None or (voice is not None and _is_speech(voice))
        out *= self._duck.towards(self._duck_target(speech), BLOCK)[:, None]
        if spoken is not None:
            out += spoken[:, None]
        gate = self._gate_block(cue.gain)[:, None]
        self.earshot = out * gate
        if voice is None:
            return self._limiter.limit(self.earshot)
        return self._limiter.limit(self.earshot + self._placed.block(voice, _voice_ears(cue)) * gate)

    def _gate_block(self, gain: float) -> Samples:
        """A mixer that starts while somebody is there lets nothing through; prompts are not kept for later."""
        if self._gate is None:
            self._gate = Fade(GATE_RISE_S, GATE_FALL_S, gain)
        if self._gate.is_silent(gain):
            self._spoken.clear()
        return self._gate.towards(gain, BLOCK)

    def _fade(self, name: str) -> Fade:
        if name not in self._fades:
            calm = name == CALM
            self._fades[name] = Fade(CALM_RISE_S, CALM_FALL_S) if calm else Fade(SCENE_RISE_S, SCENE_FALL_S)
        return self._fades[name]

    def _duck_target(self, speech: bool) -> float:
        """Pauses between words do not let the scene come up."""
        self._duck_blocks = DUCK_HOLD_BLOCKS if speech else max(self._duck_blocks - 1, 0)
        return amplitude(DUCK_DB) if self._duck_blocks else 1.0

    def _speech_block(self) -> Samples | None:
        if not self._spoken:
            return None
        now, rest = self._spoken[0][:BLOCK], self._spoken[0][BLOCK:]
        if len(rest):
            self._spoken[0] = rest
        else:
            self._spoken.popleft()
        return np.concatenate((now, np.zeros(BLOCK - len(now), np.float32)))


def _is_speech(voice: Samples) -> bool:
    return float(np.sqrt(np.mean(np.square(voice)))) > SPEECH_LEVEL


def _voice_ears(cue: Cue) -> Ears:
    if cue.voice_position_in_scene is None:
        return BOTH_EARS
    return ears(
        cue.voice_position_in_scene, cue.head_position_in_scene, cue.head_rotation_in_scene, quietest=VOICE_QUIETEST
    )
