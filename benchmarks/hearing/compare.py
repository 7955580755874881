"""What was heard beside what was said: how late it is, where it broke off, and how it sounds. Pure but for PESQ.

Sound is (frames,) at RATE_HZ, from one recording, so that equal indices are equal times.
"""

import json
import os
import subprocess
import wave
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.peers import PEERS, MissingError, Peer, python_of
from vret.sound.form import RATE_HZ, Samples

_WIDEBAND_HZ: Final = 16_000
_MS: Final = _WIDEBAND_HZ // 1000
_BURST: Final = 800 * _MS
_STEP: Final = 400 * _MS
_LATEST: Final = 1000 * _MS
_ALIKE: Final = 0.4
"""Below this correlation a burst is not found again: where it was lost, or somebody else was louder."""
_FRAME: Final = 10 * _MS
_SPOKEN_DB, _GONE_DB = 20.0, 25.0
"""Under the loudest tenth: what still counts as speech, and what has broken off."""
_EDGE: Final = 3
"""Frames at the edges of a gap that may be due to a delay that changes."""

PESQ = Peer("PESQ", "speech_quality.py", installs=("numpy==2.4.6", "pesq==0.0.4"))


def wideband(samples: Samples) -> Samples:
    """At 16 kHz, by Fourier series."""
    padded = np.append(samples, np.zeros(-len(samples) % (RATE_HZ // 100), np.float32))
    count = len(padded) * _WIDEBAND_HZ // RATE_HZ
    spectrum = np.fft.rfft(padded)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * (count / len(padded))).astype(np.float32)


def delays_ms(said: Samples, heard: Samples) -> list[float]:
    """Of each burst of 0.8 s that was found again, up to a second later."""
    return [1000 * late / _WIDEBAND_HZ for _, late in _bursts(wideband(said), wideband(heard))]


def gaps_ms(said: Samples, heard: Samples) -> list[float]:
    """How much speech is missing in each stretch that was not heard; silence in the speech is no part of it."""
    near, far = wideband(said), wideband(heard)
    placed = dict(_bursts(near, far))
    if not placed:
        return [1000 * len(said) / RATE_HZ]
    spoken, loud = _levels_db(near) > -_SPOKEN_DB, _levels_db(far) > -_GONE_DB
    starts = np.array(sorted(placed))
    late = np.array([placed[start] for start in starts])
    frames = np.arange(len(spoken))
    shift = np.round(np.interp(frames * _FRAME, starts + _BURST // 2, late) / _FRAME).astype(int)
    around = np.clip(frames[:, None] + shift[:, None] + np.arange(-_EDGE, _EDGE + 1), 0, len(loud) - 1)
    missing = spoken & ~loud[around].any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(int)))
    return [
        10.0 * np.count_nonzero(spoken[max(0, start - _EDGE) : stop + _EDGE]) for start, stop in edges.reshape(-1, 2)
    ]


def quality(folder: Path, pairs: list[tuple[Samples, Samples]]) -> list[float]:
    """PESQ-WB (ITU-T P.862.2) of each pair of said and heard, 1 to 4.64. Raises MissingError."""
    paths = []
    for number, (said, heard) in enumerate(pairs):
        late = round(np.median(delays_ms(said, heard) or [0.0]) * RATE_HZ / 1000)
        for name, samples in (("said", said), ("heard", np.append(heard[late:], np.zeros(late, np.float32)))):
            paths.append(str(_write(folder / f"{number}-{name}.wav", wideband(samples))))
    command = [python_of(PESQ), str(PEERS / PESQ.program), *paths]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise MissingError(f"PESQ failed: {done.stderr.strip().splitlines()[-1]}")
    return [float(score) for score in json.loads(done.stdout)]


def _bursts(said: Samples, heard: Samples) -> list[tuple[int, int]]:
    """Where each burst of speech begins and by how many frames it is late, at 16 kHz."""
    found = []
    loudest = np.percentile(np.abs(said), 99)
    for start in range(0, len(said) - _BURST - _LATEST, _STEP):
        burst = said[start : start + _BURST]
        if np.percentile(np.abs(burst), 90) < loudest / 10:
            continue
        around = heard[start : start + _BURST + _LATEST]
        size = 1 << (len(around) + len(burst)).bit_length()
        product = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(burst, size)), size)[: _LATEST + 1]
        power = np.concatenate(([0.0], np.cumsum(np.square(around, dtype=np.float64))))
        alike = product / np.sqrt((power[_BURST:] - power[:-_BURST])[: _LATEST + 1] * np.sum(burst**2) + 1e-12)
        late = int(np.argmax(alike))
        if alike[late] > _ALIKE:
            found.append((start, late))
    return found


def _levels_db(samples: Samples) -> Samples:
    """Of each 10 ms, under the loudest tenth."""
    blocks = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(np.square(blocks), axis=1) + 1e-12
    levels: Samples = 10 * np.log10(power / np.percentile(power, 90))
    return levels


def _write(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_WIDEBAND_HZ)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return path
