"""The recorded prompts: what the program says by itself, when, and where the recordings are.

They must be heard when everything else is gone, so they need no network and no voice engine. Each says that it is the
program or what happened, never how the person did.
"""

import wave
from pathlib import Path

import numpy as np

from vret.core.effects import Cause, State
from vret.core.preparation import TOGETHER, Item
from vret.errors import VretError
from vret.paths import data_file
from vret.sound.form import RATE_HZ, Samples, amplitude, level_db

PROMPT_LEVEL_DB = -21.0
RATE_HZ_MIN, RATE_HZ_MAX = 8_000, 192_000
FRAMES_MAX = 60 * RATE_HZ_MAX

SENTENCES = {
    "program": "This is the program.",
    "calm_room": "You are in the calm room.",
    "lost_contact": "We lost contact. This is technical, not you.",
    "nothing_changes": "Nothing will change. You can wait or stop.",
    "offer": "Your therapist suggests to go on. You decide.",
    "voice_lost": "Your therapist cannot be heard right now. You can read here and answer.",
    "here": "Your therapist is here.",
    "ended": "The session has ended. You can take the headset off.",
    "sick": "How sick do you feel now, from zero to ten? Turn the dial.",
    "look_far": "Take the headset off if you like, and look at something far away.",
    "prepare_read": "Read the line to your therapist.",
    "prepare_seat": "Sit or stand as you agreed. Is there nothing to stumble over?",
    "prepare_floor": "Look down. Is the floor where your feet are?",
    "prepare_boundary": "Stretch out both arms. Is there room on every side?",
    "prepare_sound": "Do you hear this room, and your therapist?",
    "prepare_wait": "Please do wait once.",
    "prepare_less": "Please do less once.",
    "prepare_rating": "How strong is your fear now? Turn the dial.",
    "prepare_stop": "Please do stop once, so that you know it works.",
}

SAID: dict[tuple[State, Cause], tuple[str, ...]] = {
    (State.CALM, Cause.ADMITTED): ("program", "calm_room"),
    (State.CALM, Cause.THERAPIST): ("calm_room",),
    (State.HELD, Cause.LEASE_OLD): ("lost_contact", "nothing_changes"),
    (State.HELD, Cause.TIME_GAP): ("lost_contact", "nothing_changes"),
    (State.HELD, Cause.TRACKING_LOST): ("nothing_changes",),
    (State.HELD, Cause.FRAME_RATE): ("nothing_changes",),
    (State.CALM, Cause.PERSON_RISE): ("calm_room",),
    (State.CALM, Cause.HOMEWORK_OVER): ("calm_room",),
    (State.STOPPED, Cause.DISTRESS): ("calm_room",),
    (State.STOPPED, Cause.NO_ANSWER): ("calm_room",),
    (State.STOPPED, Cause.PERSON_STOP): ("calm_room",),
    (State.STOPPED, Cause.THERAPIST_STOP): ("calm_room",),
    (State.STOPPED, Cause.UNWELL): ("calm_room",),
    (State.STOPPED, Cause.LEASE_LOST): ("calm_room",),
    (State.STOPPED, Cause.INPUT_LOST): ("calm_room",),
    (State.STOPPED, Cause.HEADSET_OFF): ("calm_room",),
    (State.STOPPED, Cause.TRACKING_LOST): ("calm_room",),
    (State.STOPPED, Cause.FRAME_RATE): ("calm_room",),
    (State.STOPPED, Cause.FOCUS_LOST): ("calm_room",),
    (State.STOPPED, Cause.PROGRAM_RESTARTED): ("lost_contact", "calm_room"),
    (State.ENDED, Cause.ENDED): ("ended",),
}
"""What is said on entering a state for a cause."""


PREPARES: dict[Item, str] = {item: f"prepare_{item}" for item in TOGETHER}
"""What is said when the preparation asks it; the panel says the same in more words, and what is asked alone."""


_OF_A_THERAPIST = frozenset({"offer", "lost_contact"})
"""What would be wrong in homework."""


class PromptError(VretError):
    """A recording is missing or cannot be played."""


class Announcer:
    """Decides what to say, pure: each change is said once, and a newer change silences what it overtakes.

    Of several at once the first of these is said: a stalled picture, a new state, an offer, what the preparation asks.
    That the therapist is here is said when `here_count` grows, which is when they have pressed for it. Who feels very
    sick is told once what helps. That the therapist's voice is lost, and the question how sick the person feels, are
    said once each time, and wait while something else is said.
    """

    def __init__(self) -> None:
        self._state: tuple[State, Cause | None] | None = None
        self._offer = False
        self._stalled = False
        self._prepares: Item | None = None
        self._here_count: int | None = None
        self._is_loss_told = self._is_sickness_asked = self._is_unwell = False

    def heard(
        self,
        state: State,
        cause: Cause | None,
        *,
        offer: bool,
        stalled: bool,
        prepares: Item | None = None,
        here_count: int = 0,
        is_voice_lost: bool = False,
        is_speaking: bool = False,
        asks_sickness: bool = False,
        is_unwell: bool = False,
        is_alone: bool = False,
    ) -> tuple[str, ...]:
        """The prompts to begin now, in order; empty for none."""
        said: tuple[str, ...] = ()
        if stalled and not self._stalled:
            said = ("lost_contact",)
        elif self._state is not None and (state, cause) != self._state and cause is not None:
            said = SAID.get((state, cause), ())
        elif offer and not self._offer:
            said = ("offer",)
        if is_alone:
            said = tuple(name for name in said if name not in _OF_A_THERAPIST)
        if not said and self._state is not None and prepares is not None and prepares is not self._prepares:
            said = (PREPARES[prepares],) if prepares in PREPARES else ()
        if is_unwell and not self._is_unwell and self._state is not None:
            said = (*said, "look_far")
        if self._here_count is not None and here_count > self._here_count:
            said = (*said, "here")
        if not is_voice_lost:
            self._is_loss_told = False
        elif not (self._is_loss_told or said or is_speaking):
            self._is_loss_told, said = True, ("program", "voice_lost")
        if not asks_sickness:
            self._is_sickness_asked = False
        elif not (self._is_sickness_asked or said or is_speaking):
            self._is_sickness_asked, said = True, ("sick",)
        self._here_count, self._prepares, self._is_unwell = here_count, prepares, is_unwell
        self._state, self._offer, self._stalled = (state, cause), offer, stalled
        return said


def prompts_folder() -> Path:
    return data_file("assets/sound/prompts")


def load_prompts(folder: Path) -> dict[str, Samples]:
    """All recordings, `<name>.wav`, at the program's rate and one loudness. Raises PromptError, naming the file."""
    return {name: _load(folder / f"{name}.wav") for name in SENTENCES}


def _load(path: Path) -> Samples:
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise PromptError(f"{path} must be a mono recording of 16 bit: convert it")
            if not RATE_HZ_MIN <= file.getframerate() <= RATE_HZ_MAX or not 0 < file.getnframes() <= FRAMES_MAX:
                raise PromptError(f"{path} must be a recording of some seconds at a usual rate: convert it")
            samples: Samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") * np.float32(1 / 32768)
            rate_hz = file.getframerate()
    except (OSError, EOFError, ValueError, RuntimeError, wave.Error) as problem:
        raise PromptError(f"{path} cannot be played ({problem}): install the program again") from problem
    resampled = _resampled(samples, rate_hz)
    return resampled * np.float32(amplitude(PROMPT_LEVEL_DB - level_db(resampled)))


def _resampled(samples: Samples, rate_hz: int) -> Samples:
    """By Fourier series, with silence around so that the ends do not meet."""
    quiet = np.zeros(rate_hz // 10, np.float32)
    padded = np.concatenate((quiet, samples, quiet))
    frames = len(padded) * RATE_HZ // rate_hz
    spectrum = np.fft.rfft(padded)
    wanted = np.zeros(frames // 2 + 1, np.complex128)
    count = min(len(spectrum), len(wanted))
    wanted[:count] = spectrum[:count]
    resampled: Samples = (np.fft.irfft(wanted, frames) * (frames / len(padded))).astype(np.float32)
    return resampled
