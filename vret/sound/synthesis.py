"""The sounds themselves, made at start from their kind and nothing else: no files, no chance, the same everywhere.

Noise is shaped in the frequency domain with random phases, so every loop is periodic and has no seam; what swells does
so a whole number of times a loop. A loop's mean power, and the loudest 100 ms of a single sound, lie at 0 dB of a
scene's gains, which is -20 dBFS: a scene at 0 dB is as loud as scenes should get.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from vret.errors import VretError
from vret.sound.form import RATE_HZ, Samples, amplitude

Wave = npt.NDArray[np.float64]
"""(frames,) of any level."""

REFERENCE_DB = -20.0
LOOP_S = 8.0

_FRAMES = int(LOOP_S * RATE_HZ)
_SWELL_POINTS = 2001
_Chance = np.random.Generator


class UnknownSoundError(VretError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"there is no sound {kind!r}: take one of {', '.join(KINDS)}")


@dataclass(frozen=True)
class Kind:
    """`loops` false: a single sound for a stimulus. `make` gives (frames,) samples of any level."""

    loops: bool
    make: Callable[[_Chance], Wave]


@cache
def sound(kind: str, channels: int = 1) -> Samples:
    """(frames, channels) of a kind, alike in character but not in detail. Raises UnknownSoundError."""
    if kind not in KINDS:
        raise UnknownSoundError(kind)
    made = []
    for channel in range(channels):
        samples = KINDS[kind].make(np.random.default_rng(zlib.crc32(kind.encode()) + channel))
        made.append(samples * (amplitude(REFERENCE_DB) / _strength(samples, KINDS[kind].loops)))
    joined: Samples = np.stack(made, axis=1).astype(np.float32)
    joined.setflags(write=False)
    return joined


def _strength(samples: Wave, loops: bool) -> float:
    if loops:
        return float(np.sqrt(np.mean(np.square(samples))))
    window = RATE_HZ // 10
    energy = np.concatenate(([0.0], np.cumsum(np.square(samples))))
    return float(np.sqrt((energy[window:] - energy[:-window]).max() / window))


def _noise(chance: _Chance, shape: Callable[[Wave], Wave], frames: int = _FRAMES) -> Wave:
    """Periodic noise; `shape` gives the amplitude at each frequency in Hz."""
    frequencies_hz = np.fft.rfftfreq(frames, 1.0 / RATE_HZ)
    phases = chance.uniform(0.0, 2.0 * np.pi, len(frequencies_hz))
    amplitudes = shape(np.maximum(frequencies_hz, 1.0)) * (frequencies_hz > 20.0)
    samples: Wave = np.fft.irfft(amplitudes * np.exp(1j * phases), frames)
    even: Wave = samples / np.sqrt(np.mean(np.square(samples)))
    return even


def _swell(chance: _Chance, depth: float, slowest: int, fastest: int, frames: int = _FRAMES) -> Wave:
    """A periodic, slow rise and fall around 1, made of `slowest` to `fastest` waves a loop."""
    turn = np.linspace(0.0, 2.0 * np.pi, _SWELL_POINTS)
    waves = sum(np.sin(count * turn + chance.uniform(0, 2 * np.pi)) for count in range(slowest, fastest + 1))
    swell: Wave = np.interp(np.arange(frames) * (2.0 * np.pi / frames), turn, 1.0 + depth * waves / np.abs(waves).max())
    return swell


def _band(low_hz: float, high_hz: float, slope: float = 2.0) -> Callable[[Wave], Wave]:
    """Flat between two frequencies, falling on either side."""

    def shape(frequency_hz: Wave) -> Wave:
        curve: Wave = 1.0 / (1.0 + (low_hz / frequency_hz) ** slope) / (1.0 + (frequency_hz / high_hz) ** slope)
        return curve

    return shape


def _resonance(centre_hz: float, width_hz: float) -> Callable[[Wave], Wave]:
    def shape(frequency_hz: Wave) -> Wave:
        curve: Wave = 1.0 / (1.0 + ((frequency_hz - centre_hz) / width_hz) ** 2)
        return curve

    return shape


def _room_tone(chance: _Chance) -> Wave:
    return _noise(chance, _band(40, 180)) + 0.15 * _noise(chance, _band(400, 1500))


def _city(chance: _Chance) -> Wave:
    murmur = _noise(chance, _band(50, 350)) * _swell(chance, 0.25, 1, 5)
    tyres = _noise(chance, _band(500, 1800)) * _swell(chance, 0.5, 2, 9)
    return murmur + 0.25 * tyres


def _traffic(chance: _Chance) -> Wave:
    engines = _noise(chance, _band(60, 250)) * _swell(chance, 0.5, 1, 4)
    tyres = _noise(chance, _band(400, 2500)) * _swell(chance, 0.7, 1, 4)
    return engines + 0.5 * tyres


def _wind(chance: _Chance) -> Wave:
    low = _noise(chance, _band(60, 300)) * _swell(chance, 0.4, 1, 6)
    hiss = _noise(chance, _band(300, 1200)) * _swell(chance, 0.6, 1, 8)
    return low + 0.4 * hiss


def _railing(chance: _Chance) -> Wave:
    whistle = sum(
        _noise(chance, _resonance(centre_hz, centre_hz / 40)) * _swell(chance, 0.9, 1, 7)
        for centre_hz in (430.0, 645.0, 1010.0)
    )
    samples: Wave = whistle + 0.3 * _noise(chance, _band(200, 1500))
    return samples


def _rain(chance: _Chance) -> Wave:
    """The hiss of all drops, and those near by one by one."""
    hiss = _noise(chance, _band(700, 6000)) * _swell(chance, 0.12, 1, 6) + 0.3 * _noise(chance, _band(150, 700))
    strikes = np.zeros(_FRAMES)
    for centre_hz, count in ((1300.0, 900), (2600.0, 1500), (4300.0, 1500)):
        struck = np.zeros(_FRAMES)
        struck[chance.integers(0, _FRAMES, count)] = chance.exponential(1.0, count)
        time_s = np.arange(_FRAMES) / RATE_HZ
        drop = np.sin(2 * np.pi * centre_hz * time_s) * np.exp(-time_s * centre_hz / 4)
        strikes += np.fft.irfft(np.fft.rfft(struck) * np.fft.rfft(drop), _FRAMES)
    samples: Wave = hiss + 0.55 * strikes / np.sqrt(np.mean(np.square(strikes)))
    return samples


def _ventilation(chance: _Chance) -> Wave:
    return _noise(chance, _band(120, 900))


def _lift(chance: _Chance) -> Wave:
    time_s = np.arange(_FRAMES) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 50 * harmonic * time_s) / harmonic for harmonic in (1, 2, 3, 5))
    samples: Wave = hum + 0.8 * _noise(chance, _band(60, 400)) * _swell(chance, 0.2, 3, 9)
    return samples


def _chirp(start_hz: float, end_hz: float, length_s: float) -> Wave:
    share = np.linspace(0.0, 1.0, int(length_s * RATE_HZ), endpoint=False)
    phase = 2 * np.pi * length_s * (start_hz * share + (end_hz - start_hz) * share**2 / 2)
    samples: Wave = np.sin(phase) * np.sin(np.pi * share) ** 2
    return samples


def _birds(chance: _Chance) -> Wave:
    samples = 0.01 * _noise(chance, _band(2000, 6000))
    for _ in range(7):
        at = int(chance.uniform(0.0, LOOP_S - 1.0) * RATE_HZ)
        pitch_hz = chance.uniform(2600.0, 4200.0)
        for _ in range(int(chance.integers(2, 5))):
            call = chance.uniform(0.3, 1.0) * _chirp(pitch_hz, pitch_hz * chance.uniform(0.8, 1.3), 0.09)
            samples[at : at + len(call)] += call
            at += int(0.14 * RATE_HZ)
    return samples


def _gust(chance: _Chance) -> Wave:
    frames = 4 * RATE_HZ
    share = np.linspace(0.0, 1.0, frames)
    samples: Wave = _noise(chance, _band(80, 900), frames) * (np.sin(np.pi * share**0.7) ** 2)
    return samples


def _ball(chance: _Chance) -> Wave:
    """Bounces that keep three quarters of their speed; each is a short, dull knock."""
    samples = np.zeros(int(4.0 * RATE_HZ))
    time_s = np.arange(int(0.12 * RATE_HZ)) / RATE_HZ
    knock = np.sin(2 * np.pi * 180 * time_s) * np.exp(-time_s * 45) * np.minimum(time_s / 0.002, 1.0)
    at_s, pause_s, strength = 0.0, 0.9, 1.0
    while pause_s > 0.04 and at_s < 3.5:
        at = int(at_s * RATE_HZ)
        samples[at : at + len(knock)] += strength * knock
        at_s, pause_s, strength = at_s + pause_s, pause_s * 0.75, strength * 0.75
    return samples


def _bird(chance: _Chance) -> Wave:
    frames = int(2.5 * RATE_HZ)
    time_s = np.arange(frames) / RATE_HZ
    beats = np.maximum(np.sin(2 * np.pi * 6.0 * time_s), 0.0) ** 3
    envelope = np.sin(np.pi * time_s / 2.5) ** 2
    samples: Wave = _noise(chance, _band(250, 1600), frames) * beats * envelope
    call = _chirp(1500.0, 1100.0, 0.25)
    samples[RATE_HZ : RATE_HZ + len(call)] += 0.8 * call
    return samples


KINDS = {
    "room_tone": Kind(True, _room_tone),
    "city": Kind(True, _city),
    "traffic": Kind(True, _traffic),
    "wind": Kind(True, _wind),
    "railing": Kind(True, _railing),
    "ventilation": Kind(True, _ventilation),
    "rain": Kind(True, _rain),
    "lift": Kind(True, _lift),
    "birds": Kind(True, _birds),
    "gust": Kind(False, _gust),
    "ball": Kind(False, _ball),
    "bird": Kind(False, _bird),
}
"""Every one of `vret.scene.sounds.SOUND_KINDS`."""
