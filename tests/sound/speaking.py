"""A therapist's voice for tests: a tone that runs on from block to block, and the voice process that would push it."""

import sys
import time
from pathlib import Path

import numpy as np

from vret.clock import now_ns
from vret.memory.audio import Spoken, push_spoken
from vret.memory.ring import Ring
from vret.sound.form import BLOCK, RATE_HZ, Samples

TONE_HZ = 317.0
"""No whole number of waves a block, so that a careless edge is not at a zero by chance."""

BLOCK_NS = 10_000_000
BLOCK_S = 0.01


def tone(number: int, level: float = 0.3) -> Samples:
    """The block of that number, (BLOCK,)."""
    turns = (number * BLOCK + np.arange(BLOCK)) * (TONE_HZ / RATE_HZ)
    samples: Samples = (level * np.sin(2 * np.pi * turns)).astype(np.float32)
    return samples


def spoken(t_ns: int, samples: Samples) -> Spoken:
    return Spoken(t_ns, (samples * 32767).astype("<i2").tobytes())


def speak(ring: Ring, level: float) -> None:
    """A voice process: for ever a block every 10 ms by the clock."""
    due_s, number = time.perf_counter(), 0
    while True:
        push_spoken(ring, spoken(now_ns(), tone(number, level)))
        number += 1
        due_s += BLOCK_S
        time.sleep(max(0.0, due_s - time.perf_counter()))


if __name__ == "__main__":
    speak(Ring.attach(Path(sys.argv[1])), float(sys.argv[2]))
