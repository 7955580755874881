"""A trial of microphone and ears before a call: how loud the person is, how much noise, and how much comes back.

The levels are in dBFS, the power of full scale being 0. What is played is a soft sweep that begins and ends in
silence, so that it startles nobody. What the microphone hears of it is found by dividing its spectrum by the sweep's:
that gives the way from the output to the microphone as an impulse response (A. Farina, "Simultaneous measurement of
impulse response and distortion with a swept-sine technique", AES 108, 2000).
"""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from pywebrtc_audio import AudioProcessor

from vret.memory.audio import BLOCK, RATE_HZ
from vret.sound.device import Speakers
from vret.sound.endpoints import Endpoint
from vret.voice.microphone import Microphone

LISTEN_S: Final = 4.0
SWEEP_S: Final = 2.0
SWEEP_LOW_HZ, SWEEP_HIGH_HZ = 200.0, 4000.0
SWEEP_DBFS: Final = -30.0
FADE_S: Final = 0.4
OPENS_S: Final = 2.5
AFTER_S: Final = 0.8
"""So long the microphone goes on: the delay of the devices and the room."""

HICCUP_S: Final = 0.08
"""A device holds some blocks of 10 ms; longer than this nobody looked after it."""

_LOOK_S: Final = 0.02

CLIPPED: Final = 32_700
SPEECH_PROBABILITY: Final = 0.5
SPEECH_BLOCKS_MIN: Final = 30
ECHO_WINDOW_S: Final = 0.2
FOUND_DB: Final = 22.0
"""A peak of the impulse response that stands out less than this from the rest is noise."""

QUIETEST_DBFS: Final = -100.0
Sound = npt.NDArray[np.float32]
"""Full scale 1, at RATE_HZ; one channel, (samples,), where nothing else is said."""


class Heard(NamedTuple):
    """`speech_dbfs` is the level while the person spoke, None where nobody did; `clipped` a share, 0 to 1."""

    speech_dbfs: float | None
    noise_dbfs: float
    clipped: float


class Leak(NamedTuple):
    """How much of what is played the microphone hears, in dB; None where it is lost in the noise.

    `below_db` is what could not have been heard for the noise.
    """

    leak_db: float | None
    below_db: float


def listen(microphone: Endpoint | None, lasts_s: float = LISTEN_S) -> Sound:
    """What a microphone hears from now on, None for the default. Raises MicrophoneError."""
    heard: list[bytes] = []
    opened = Microphone(microphone, heard.append)
    _wait_until(lambda: bool(heard))
    time.sleep(lasts_s)
    opened.close()
    return _sound(heard)


def play_and_listen(output: Endpoint | None, microphone: Endpoint | None) -> tuple[Sound, bool]:
    """What a microphone hears of the sweep, and whether nothing of it was lost because the computer was busy.

    Raises SoundDeviceError, MicrophoneError.
    """
    heard: list[bytes] = []
    opened = Microphone(microphone, heard.append)
    try:
        _wait_until(lambda: bool(heard))
        began_s, before = time.monotonic(), len(heard)
        is_smooth = play(output)
        missing_s = time.monotonic() - began_s - (len(heard) - before) * BLOCK / RATE_HZ
    finally:
        opened.close()
    return _sound(heard), is_smooth and missing_s < HICCUP_S


def play(output: Endpoint | None) -> bool:
    """The sweep, and some silence for what comes late. Whether it came out without a gap. Raises SoundDeviceError."""
    samples = sweep()
    at, asked_s, longest_s = 0, time.monotonic(), 0.0

    def render(frames: int) -> Sound:
        nonlocal at, asked_s, longest_s
        now_s = time.monotonic()
        if 0 < at < len(samples):
            longest_s = max(longest_s, now_s - asked_s)
        asked_s = now_s
        piece = samples[at : at + frames]
        at += frames
        both: Sound = np.zeros((frames, 2), np.float32)
        both[: len(piece)] = piece[:, None]
        return both

    speakers = Speakers(output)
    try:
        speakers.start(render)
        _wait_until(lambda: at >= len(samples), SWEEP_S)
        time.sleep(AFTER_S)
    finally:
        speakers.close()
    return at >= len(samples) and longest_s < HICCUP_S


def _wait_until(reached: Callable[[], bool], at_least_s: float = 0.0) -> None:
    """A device may need a moment to wake up; one that does not wake up is waited for no longer than OPENS_S."""
    time.sleep(at_least_s)
    until_s = time.monotonic() + OPENS_S
    while not reached() and time.monotonic() < until_s:
        time.sleep(_LOOK_S)


def sweep() -> Sound:
    """From low to high, an octave taking as long as any other."""
    t_s = np.arange(round(SWEEP_S * RATE_HZ)) / RATE_HZ
    octaves = np.log(SWEEP_HIGH_HZ / SWEEP_LOW_HZ)
    turns = SWEEP_LOW_HZ * SWEEP_S / octaves * np.expm1(t_s / SWEEP_S * octaves)
    fade = np.clip(np.minimum(t_s, SWEEP_S - t_s) / FADE_S, 0.0, 1.0)
    level = 10 ** (SWEEP_DBFS / 20) * np.sqrt(2.0)
    swept: Sound = (level * np.sin(np.pi / 2 * fade) ** 2 * np.sin(2 * np.pi * turns)).astype(np.float32)
    return swept


def heard_in(sound: Sound) -> Heard:
    """Speech is told from noise by WebRTC's detector, which needs the first half second to get used to the noise."""
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    if len(blocks) == 0:
        return Heard(None, QUIETEST_DBFS, 0.0)
    powers = np.mean(np.square(blocks, dtype=np.float64), axis=1)
    speaks = _speaks(blocks)
    noise = float(np.percentile(powers, 10))
    spoken = powers[speaks & (powers > 4 * noise)]
    clipped = float(np.mean(np.abs(sound) * 32768 >= CLIPPED))
    speech_dbfs = _dbfs(float(np.mean(spoken))) if len(spoken) >= SPEECH_BLOCKS_MIN else None
    return Heard(speech_dbfs, _dbfs(noise), clipped)


def _speaks(blocks: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    processor = AudioProcessor(
        sample_rate=RATE_HZ,
        num_channels=1,
        echo_cancellation=False,
        noise_suppression=True,
        high_pass_filter=True,
        auto_gain_control=False,
    )
    told = []
    for block in (np.clip(blocks, -1, 1) * 32767).astype(np.int16):
        processor.process(block)
        told.append(processor.speech_probability > SPEECH_PROBABILITY)
    return np.array(told)


def leak_in(sound: Sound) -> Leak:
    """How much of the sweep is in what the microphone heard, wherever in it."""
    played = sweep()
    size = 1 << (len(sound) + len(played)).bit_length()
    spectrum = np.fft.rfft(played, size)
    strength = np.abs(spectrum) ** 2
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    inside = (hertz > 1.2 * SWEEP_LOW_HZ) & (hertz < SWEEP_HIGH_HZ / 1.2)
    response = np.zeros_like(spectrum)
    response[inside] = (np.fft.rfft(sound, size) * np.conj(spectrum))[inside] / strength[inside]
    impulse = np.fft.irfft(response, size)[: len(sound)] ** 2 * (len(hertz) / np.count_nonzero(inside))
    window = round(ECHO_WINDOW_S * RATE_HZ)
    if len(impulse) < 3 * window:
        return Leak(None, 0.0)
    peak = int(np.argmax(impulse))
    first = max(0, peak - window // 20)
    rest = np.concatenate([impulse[:first], impulse[first + window :]])
    noise = float(np.mean(rest))
    below_db = _dbfs(noise * window)
    if impulse[peak] <= noise * 10 ** (FOUND_DB / 10):
        return Leak(None, below_db)
    energy = max(float(np.sum(impulse[first : first + window])) - noise * window, float(impulse[peak]))
    return Leak(_dbfs(energy), below_db)


def _sound(heard: list[bytes]) -> Sound:
    sound: Sound = (np.frombuffer(b"".join(heard), "<i2") / 32768).astype(np.float32)
    return sound


def _dbfs(power: float) -> float:
    return max(QUIETEST_DBFS, 10 * float(np.log10(max(power, 1e-12))))
