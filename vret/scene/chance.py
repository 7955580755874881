"""Chance without state: every random choice in a scene is a hash of the scene's seed and of what it is for."""

import hashlib

import numpy as np


def fraction(seed: int, *entity: str | int) -> float:
    """A number in [0, 1), the same on every machine."""
    text = "/".join(str(part) for part in (seed, *entity))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def generator(seed: int, *entity: str | int) -> np.random.Generator:
    """A stream of its own for one entity; adding another entity changes nothing in this one."""
    return np.random.Generator(np.random.PCG64(int(fraction(seed, *entity) * 2**53)))
